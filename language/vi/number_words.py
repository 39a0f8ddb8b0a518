"""Numbers in words, as callers say them, back into values."""

from __future__ import annotations

import re
from typing import NamedTuple

from .letters import normalise

DIGIT_VALUES = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9,
}  # fmt: skip
AFTER_TENS = {"mốt": 1, "lăm": 5, "nhăm": 5, "dăm": 5}
_MAGNITUDES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_HALF = {"rưỡi", "rưởi"}
_ZERO_TENS = {"linh", "lẻ", "lẽ"}
_TENS = {"mươi", "trăm", "mười", "chục"}
_COLLOQUIAL_UNITS = {"hai", "ba", "bốn", "sáu", "bảy", "bẩy", "tám", "chín"}  # without "mươi": not "một năm", "bốn năm"
# "năm" is five as well as year: after tens it is five only where a year makes no sense.
_AFTER_FIVE = {*_MAGNITUDES, "tháng", "phần", "đồng", "tuổi", "giờ", "phút", "trăm", "mươi"}
_REPAIR = re.compile(r"\b(?:à quên|à nhầm|à không phải|quên|nhầm rồi|nhầm|sửa lại là|nói lại là)\b[\s,.]*")

# Words beside which a number word is an ordinary word.
_ORDINARY_AFTER = {
    "năm": {"nay", "ngoái", "sau", "trước", "kia", "nào", "tới", "rồi", "đó", "ấy", "học", "sinh", "xưa", "qua"},
    "ba": {"tôi", "tui", "em", "má", "mẹ", "con", "cháu", "mình", "nó", "anh", "chị", "bố", "ơi", "mày", "tao", "vợ"},
    "một": {"cửa", "phần", "chút", "tí", "lát", "mình", "cách", "số", "thể", "ít", "vài", "lúc"},
    "tư": {"pháp", "vấn", "nhân", "cách", "liệu", "thế", "thục"},
    "chín": {"chắn", "muồi", "chuyện"},
    "tám": {"chuyện"},
}
_ORDINARY_BEFORE = {
    "tư": {"đầu", "riêng", "vô", "thông", "tâm", "phù"},
    "năm": {"sinh", "tháng", "mỗi", "hằng", "hàng", "từng", "cả", "trong", "theo", "mấy", "nhiều"},
    "một": {"cùng", "từng", "mỗi"},
}


class Scan(NamedTuple):
    value: int
    end: int  # index after the last word


def is_number_token(word: str) -> bool:
    return word.isascii() and word.isdigit()


def is_ordinary(words: list[str], at: int) -> bool:
    """Is the number word at `at`, taken alone, an ordinary word here ("một cửa", "ba tôi", "năm nay")?"""
    word = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    before = words[at - 1] if at else ""
    return after in _ORDINARY_AFTER.get(word, ()) or before in _ORDINARY_BEFORE.get(word, ())


def scan(words: list[str], at: int) -> Scan | None:
    """The longest number that starts at `at`; words as `normalise` gives them, written digits allowed.

    Understands linh/lẻ, nghìn/ngàn, mươi/chục, rưỡi and what is left unsaid ("hai triệu ba", "trăm rưỡi").
    """
    found = _scan_below(words, at, 10**12)
    if found is None:
        return None
    value, end = found
    if _word(words, end) == "phẩy":
        return _decimal(words, value, end) or found
    return found


def _word(words: list[str], at: int) -> str:
    return words[at] if at < len(words) else ""


def _decimal(words: list[str], whole: int, comma: int) -> Scan | None:
    """A decimal counts only before a magnitude that makes it whole: "hai phẩy năm triệu"."""
    fraction = _scan_below(words, comma + 1, 10**3)
    if fraction is None:
        return None
    magnitude = _MAGNITUDES.get(_word(words, fraction.end), 1)
    scaled = fraction.value * magnitude
    places = 10 ** len(str(fraction.value))
    return None if scaled % places else Scan(whole * magnitude + scaled // places, fraction.end + 1)


def _scan_below(words: list[str], at: int, limit: int) -> Scan | None:
    word = _word(words, at)
    if word in _MAGNITUDES and _MAGNITUDES[word] < limit and _word(words, at + 1) in _HALF:  # "triệu rưỡi"
        return Scan(_MAGNITUDES[word] * 3 // 2, at + 2)
    head = _scan_hundreds(words, at)
    if head is None:
        return None
    magnitude = _MAGNITUDES.get(_word(words, head.end), 0)
    if not 0 < magnitude < limit:
        return head
    value, end = head.value * magnitude, head.end + 1
    value, end = _remainder(words, value, magnitude, end)
    if magnitude < 10**9 < limit and _word(words, end) in ("tỷ", "tỉ"):  # "một nghìn hai trăm tỷ"
        value, end = _remainder(words, value * 10**9, 10**9, end + 1)
    return Scan(value, end)


def _remainder(words: list[str], value: int, magnitude: int, end: int) -> Scan:
    """What follows a magnitude: a half, units after "linh", a smaller number, or one digit of tenths."""
    following = _word(words, end)
    if following in _HALF:
        return Scan(value + magnitude // 2, end + 1)
    if following in _ZERO_TENS and (unit := DIGIT_VALUES.get(_word(words, end + 1))):
        return Scan(value + unit, end + 2)
    rest = _scan_below(words, end, magnitude)
    if rest is None or rest.value == 0:
        return Scan(value, end)
    if rest.end == end + 1 and rest.value < 10:
        if following == "năm":  # "hai nghìn năm": years, most likely
            return Scan(value, end)
        return Scan(value + rest.value * magnitude // 10, rest.end)
    return Scan(value + rest.value, rest.end)


def _scan_hundreds(words: list[str], at: int) -> Scan | None:
    word = _word(words, at)
    if is_number_token(word):
        return Scan(int(word), at + 1)
    if word == "trăm":  # "trăm rưỡi", "trăm hai": the one is left unsaid
        tail = _after_hundred(words, 100, at + 1)
        return tail if tail.end > at + 1 else None
    if word in DIGIT_VALUES and _word(words, at + 1) == "trăm":
        return _after_hundred(words, DIGIT_VALUES[word] * 100, at + 2)
    return _scan_tens(words, at)


def _after_hundred(words: list[str], value: int, end: int) -> Scan:
    following = _word(words, end)
    if following in _HALF:
        return Scan(value + 50, end + 1)
    if following in _ZERO_TENS and (unit := DIGIT_VALUES.get(_word(words, end + 1))):
        return Scan(value + unit, end + 2)
    tens = _scan_tens(words, end)
    if tens is None or tens.value == 0:
        return Scan(value, end)
    if tens.end > end + 1 or tens.value >= 10:
        return Scan(value + tens.value, tens.end)
    if following == "năm" and _word(words, tens.end) not in _MAGNITUDES:
        return Scan(value, end)
    last = _word(words, tens.end)
    if last in _COLLOQUIAL_UNITS and _word(words, tens.end + 1) not in {*_TENS, *_MAGNITUDES}:  # "chín trăm sáu hai"
        return Scan(value + tens.value * 10 + DIGIT_VALUES[last], tens.end + 1)
    return Scan(value + tens.value * 10, tens.end)


def _scan_tens(words: list[str], at: int) -> Scan | None:
    word, following = _word(words, at), _word(words, at + 1)
    if word == "mười":
        return _after_ten(words, 10, at + 1)
    if word not in DIGIT_VALUES:
        return None
    digit = DIGIT_VALUES[word]
    if digit and following == "mươi":
        return _after_ten(words, digit * 10, at + 2)
    if digit and following in AFTER_TENS:  # "hai lăm"
        return Scan(digit * 10 + AFTER_TENS[following], at + 2)
    if digit and following == "chục":
        return Scan(digit * 10, at + 2)
    return Scan(digit, at + 1)


def _after_ten(words: list[str], value: int, end: int) -> Scan:
    word = _word(words, end)
    if word in AFTER_TENS:
        return Scan(value + AFTER_TENS[word], end + 1)
    following = _word(words, end + 1)
    if word == "năm" and following not in _AFTER_FIVE:
        return Scan(value, end)
    if following in _TENS:  # the word belongs to the next number
        return Scan(value, end)
    unit = DIGIT_VALUES.get(word, 0)
    return Scan(value + unit, end + 1) if unit else Scan(value, end)


def words_of(text: str) -> list[str]:
    """Normalised words of spoken or written text; thousands dots are taken out, other punctuation stands alone."""
    lowered = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", normalise(text))
    lowered = re.sub(r"(?<=\d),(?=\d)", " phẩy ", lowered)
    return re.findall(r"\d+|[^\W\d_]+|[^\w\s]", lowered)


def _digit_run(words: list[str], at: int) -> tuple[str, int]:
    """Digits said one by one from `at` ("hai không hai lăm"); commas and points between them do not matter."""
    run, end = "", at
    while at < len(words):
        word = words[at]
        value = DIGIT_VALUES.get(word, AFTER_TENS.get(word) if run else None)
        if value is not None and not (word != "không" and is_ordinary(words, at) and not run):
            run, end = run + str(value), at + 1
        elif not (run and word in ",."):
            break
        at += 1
    return run, end


def after_repair(text: str) -> tuple[str, str]:
    """Splits at the last self-repair ("à quên", "nhầm"): what was said before it and after it."""
    lowered = normalise(text)
    *_, last = [None, *_REPAIR.finditer(lowered)]
    if last is None or not re.search(r"\w", lowered[last.end() :]):
        return "", lowered
    return lowered[: last.start()], lowered[last.end() :]


def _values(words: list[str]) -> list[int]:
    """All numbers; digits said one by one make one number, single words that may be ordinary ones make none."""
    found, at = [], 0
    while at < len(words):
        run, run_end = _digit_run(words, at)
        number = scan(words, at)
        end = number.end if number else at
        if len(run) > 1 and run_end > end:
            found.append(int(run))
            at = run_end
        elif number is None or (end == at + 1 and (words[at] == "không" or is_ordinary(words, at))):
            at += 1
        else:
            found.append(number.value)
            at = end
    return found


def parse_number(text: str) -> int | None:
    """The one whole number in what was said; None when there is none or more than one.

    "không" counts as 0 only when nothing else is said. After a self-repair only the correction counts.
    """
    _, said = after_repair(text)
    words = words_of(said)
    if [w for w in words if w.isalnum()] == ["không"]:
        return 0
    found = _values(words)
    return found[0] if len(found) == 1 else None


def parse_money(text: str) -> int | None:
    """Amount in đồng. Bare amounts below a thousand are thousands, as on the market: "hai chục" is 20.000."""
    amount = parse_number(text)
    if amount is None or "đồng" in normalise(text).split():
        return amount
    return amount * 1000 if 0 < amount < 1000 else amount
