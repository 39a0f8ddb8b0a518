"""From words as they were heard to text as it is written: numbers, dates, times and codes in digits.

Careful on purpose: a word is turned into a digit only where nothing else can be meant, so "một cửa", "ba tôi",
"năm nay", "không phải" and "hai vợ chồng" stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from .codes import DOSSIER, parse_dossier_code, symbols
from .dates import scan_day, scan_month, scan_year
from .digits import IDENTITY, PHONE, digits_said
from .legal_said import scan_legal
from .letters import normalise
from .number_words import AFTER_TENS, DIGIT_VALUES, is_number_token, is_ordinary, scan

# (text, index after the last word) of what starts at an index, or None
Found = tuple[str, int] | None
Rule = Callable[[list[str], int], Found]

_UNITS = {"tuổi", "giờ", "phút", "ngày", "tháng", "tuần", "bản", "triệu", "mét", "cây", "ki", "phần"}
_NOT_ONE = {"ngày", "tháng", "tuần", "bản", "phần", "cây"}  # "một ngày" may mean "some day"
_HEADS = {"số", "ngõ", "ngách", "hẻm", "kiệt", "tổ", "khu", "lớp", "mẫu", "khoản", "cụm", "quận", "điều", "tầng", "nhà"}
_YEAR_LEADS = {"sinh", "từ", "hồi", "cuối", "đầu", "tháng"}
_MULTIPLES = {"mươi", "trăm", "nghìn", "ngàn", "triệu", "chục", "tỷ", "tỉ"}
_COUNTED = {"lần", "người", "bữa", "buổi", "triệu", "nghìn", "ngàn", "đồng", "trăm", "ngày", "tuần"}
_FRACTION = {"trên", "xuyệt", "xẹt", "xoẹt"}
_SILENT = {",", "ờ", "à", "ừm"}
_ALSO_ORDINARY = {"quyết định", "chỉ thị", "luật", "bộ luật"}  # "tôi quyết định hai mươi tháng này"


def _at(words: list[str], at: int) -> str:
    return words[at] if 0 <= at < len(words) else ""


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", ".") if value >= 1000 else str(value)


def _code(words: list[str], at: int) -> Found:
    run, end = symbols(words, at)
    if not any(c.isalpha() for c in run) or (code := parse_dossier_code(" ".join(words[at:end]))) is None:
        return None
    plain = re.sub(r"[^0-9A-Z]", "", code)
    return (code, end) if re.sub(r"[^0-9A-Z]", "", run) == plain and DOSSIER.fullmatch(code) else None


def _legal(words: list[str], at: int) -> Found:
    """ "thông tư không bốn", "nghị định một hai ba năm hai nghìn mười lăm"; some kinds only with number and year."""
    found = scan_legal(words, at)
    if found is None:
        return None
    reference, end = found
    sure = reference.number and (reference.year or (len(reference.number) > 1 and reference.kind not in _ALSO_ORDINARY))
    return (reference.written, end) if sure else None


def _run(words: list[str], at: int) -> tuple[str, int, int]:
    """Digits of an identifier from `at` on, where they end, and how many words say them."""
    digits, end, said = "", at, 0
    while at < len(words):
        if words[at] in _SILENT and digits:
            at += 1
            continue
        if words[at] == "năm" and is_ordinary(words, at) and _at(words, at - 1) not in DIGIT_VALUES:
            break
        group = digits_said(words, at)
        if group is None or words[at] in ("linh", "lẻ"):
            break
        said += group[1] - at
        digits, at = digits + group[0], group[1]
        end = at
    return digits, end, said


def _identifier(words: list[str], at: int) -> Found:
    """Four and more digits said one by one, or any number of telephones and identity cards."""
    if words[at] not in DIGIT_VALUES:
        return None
    digits, end, said = _run(words, at)
    number = scan(words, at)
    if number is None or number.end >= end or set(digits) == {"0"}:
        return None
    known = PHONE.fullmatch(digits) or IDENTITY.fullmatch(digits)
    one_by_one = len(digits) >= 4 and said <= len(digits) and not _MULTIPLES & set(words[at:end])
    return (digits, end) if known or one_by_one else None


def _date(words: list[str], at: int) -> Found:
    head = words[at] if words[at] in ("ngày", "mùng", "mồng", "rằm", "hôm") else ""
    start = at + (head != "" and head != "rằm")
    day = scan_day(words, start)
    if day is None or words[start : start + 1] == ["không"]:
        return None
    if _at(words, day[1]) != "tháng" or (month := _month(words, day[1] + 1, after_day=True)) is None:
        return (f"{head} {day[0]}", day[1]) if head in ("mùng", "mồng") else None
    lunar = _at(words, day[1] + 1) in ("giêng", "chạp") or head == "rằm"
    name = _at(words, day[1] + 1) if _at(words, day[1] + 1) in ("giêng", "chạp") else str(month[0])
    year = _year_after(words, month[1])
    lead = f"{head} " if head else ""
    if lunar:
        first = "rằm" if head == "rằm" else f"{lead}{day[0]}"
        return f"{first} tháng {name}" + (f" năm {year[0]}" if year else ""), year[1] if year else month[1]
    text = f"{day[0]}/{month[0]}" + (f"/{year[0]}" if year else "")
    return f"{lead}{text}", year[1] if year else month[1]


def _month(words: list[str], at: int, after_day: bool) -> tuple[int, int] | None:
    month = scan_month(words, at)
    if month is None or words[at] == "không":
        return None
    following = _at(words, month[1])
    if following in _COUNTED:  # "một tháng ba lần"
        return None
    if not after_day and following == "năm" and not scan_year(words, month[1] + 1):  # "tháng ba năm ngoái"
        return None
    if not after_day and words[at] == "năm" and following != "năm":  # "ngày tháng năm sinh"
        return None
    return month


def _year_after(words: list[str], at: int) -> tuple[int, int] | None:
    if _at(words, at) == ",":
        at += 1
    return scan_year(words, at + 1) if _at(words, at) == "năm" else None


def _month_of_year(words: list[str], at: int) -> Found:
    if words[at] != "tháng" or (month := _month(words, at + 1, after_day=False)) is None:
        return None
    name = words[at + 1] if words[at + 1] in ("giêng", "chạp") else str(month[0])
    if (year := _year_after(words, month[1])) and name.isdigit():
        return f"tháng {name}/{year[0]}", year[1]
    return f"tháng {name}", month[1]


def _year(words: list[str], at: int) -> Found:
    """ "năm một chín năm tám"; a year of two digits only where its words or what comes before leave no doubt."""
    if words[at] != "năm" or _at(words, at + 1) in _MULTIPLES or (found := scan_year(words, at + 1)) is None:
        return None
    year, end = found
    said = words[at + 1 : end]
    two_digits = len(said) <= 3 and not {"nghìn", "ngàn"} & set(said) and len(said[0]) < 4 + said[0].isalpha()
    surely = _at(words, at - 1) in _YEAR_LEADS or (len(said) == 2 and said[-1] in AFTER_TENS)
    if (two_digits and not surely) or len(_run(words, at)[0]) > 5:
        return None
    return f"năm {year}", end


def _clock(words: list[str], at: int) -> Found:
    hour = scan(words, at)
    if hour is None or hour.value > 24 or _at(words, hour.end) != "giờ":
        return None
    after = hour.end + 1
    if _at(words, after) in ("rưỡi", "rưởi"):
        return f"{hour.value} giờ 30", after + 1
    sign = -1 if _at(words, after) == "kém" else 1
    minutes = scan(words, after + (sign < 0))
    if minutes is None or not 0 < minutes.value < 60 or (sign < 0 and not hour.value):
        return f"{hour.value} giờ", after
    certain = _at(words, minutes.end) == "phút" or sign < 0 or minutes.end > after + 1 or words[after] == "mười"
    if not certain:
        return f"{hour.value} giờ", after
    end = minutes.end + (_at(words, minutes.end) == "phút")
    if sign < 0:
        return f"{hour.value - 1} giờ {60 - minutes.value}", end
    return f"{hour.value} giờ {minutes.value:02d}", end


def _age(words: list[str], at: int) -> Found:
    """ "bảy sáu tuổi" is 76; "hai ba tuổi" is two or three."""
    if words[at] not in DIGIT_VALUES or _at(words, at + 2) not in ("tuổi", "tủi"):
        return None
    tens, unit = DIGIT_VALUES[words[at]], DIGIT_VALUES.get(words[at + 1], AFTER_TENS.get(words[at + 1]))
    if unit is None or tens == 0 or (unit == tens + 1 and tens < 5):
        return None
    return f"{tens * 10 + unit} tuổi", at + 3


def _house(words: list[str], at: int) -> Found:
    """Numbers after a word that calls for one: "ngõ năm", "số mười hai trên ba", "mẫu hai"."""
    if words[at] not in _HEADS or (words[at] == "số" and _at(words, at - 1) in DIGIT_VALUES):
        return None
    start = at + 1
    if (words[at], _at(words, start)) in (("số", "nhà"), ("nhà", "số")):
        start += 1
    elif words[at] == "nhà":
        return None
    digits, run_end, _ = _run(words, start) if start < len(words) else ("", start, 0)
    number = scan(words, start)
    if number is None or (words[start] == "không" and run_end == start + 1):
        return None
    text, end = (digits, run_end) if run_end > number.end else (str(number.value), number.end)
    if end == start + 1 and (is_ordinary(words, start) or not _closes_house(words, start, end)):
        return None
    while _at(words, end) in _FRACTION and (part := scan(words, end + 1)):
        text, end = f"{text}/{part.value}", part.end
    return " ".join([*words[at:start], text]), end


def _closes_house(words: list[str], start: int, end: int) -> bool:
    """ "số năm" is a house only before a street or at the end: "số năm đóng bảo hiểm" counts years."""
    if words[start] != "năm":
        return True
    return end == len(words) or words[end] in {"ngõ", "ngách", "phố", "đường", "phường", "tổ", ",", "ạ", *_FRACTION}


def _amount(words: list[str], at: int) -> Found:
    """Whole numbers of two and more words, single digits before a unit, decimals and percentages."""
    number = scan(words, at)
    if number is None or (words[at] == "năm" and is_ordinary(words, at)):
        return None
    as_typed = number.end == at + 1 and is_number_token(words[at])  # it may be the number of something: 0912345678
    text, end = words[at] if as_typed else _grouped(number.value), number.end
    if _at(words, end) == "phẩy" and (fraction := _fraction_digits(words, end + 1)):
        text, end = f"{text},{fraction[0]}", fraction[1]
    percent = words[end : end + 2] == ["phần", "trăm"]
    alone = end == at + 1 and words[at] != "mười" and not is_number_token(words[at])
    if alone and not percent and not _before_unit(words, at):
        return None
    return (f"{text}%", end + 2) if percent else (text, end)


def _before_unit(words: list[str], at: int) -> bool:
    unit = _at(words, at + 1)
    before = _at(words, at - 1)
    if (
        words[at] == "không"
        or unit not in _UNITS
        or is_ordinary(words, at)
        or before in DIGIT_VALUES
        or before == "thứ"
    ):
        return False
    if words[at] == "năm" and unit in ("tháng", "ki", "cây"):
        return False
    return not (words[at] in ("một", "tư") and unit in _NOT_ONE) and (unit != "phần")


def _fraction_digits(words: list[str], at: int) -> tuple[str, int] | None:
    digits = ""
    number = scan(words, at)
    if number and number.end > at + 1 and number.value < 100:
        return str(number.value), number.end
    while at < len(words) and words[at] in DIGIT_VALUES:
        digits, at = digits + str(DIGIT_VALUES[words[at]]), at + 1
    return (digits, at) if digits else None


_RULES: tuple[Rule, ...] = (_code, _legal, _date, _month_of_year, _year, _clock, _age, _identifier, _house, _amount)


def _tokens(spoken: str) -> list[str]:
    return re.findall(r"[^\s,.;?!…]+|[,.;?!…]+", spoken)


def _join(pieces: Iterable[str]) -> str:
    return re.sub(r"\s+(?=[,.;?!…])", "", " ".join(pieces))


def write(spoken: str) -> str:
    """Recognised words with numbers, dates, times and codes in digits; all other words stay as they are."""
    tokens = _tokens(spoken)
    words = [normalise(t) for t in tokens]
    out, at = [], 0
    while at < len(words):
        found = next((f for rule in _RULES if (f := rule(words, at))), None)
        text, end = found or (tokens[at], at + 1)
        out.append(text)
        at = end
    return _join(out)
