"""What words say about the turn: is it whole, is it a mere "vâng", does it call for a stop?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from language.completeness import COMPLETE, INCOMPLETE, UNSURE, Completeness

from . import phrases
from .codes import parse_dossier_code
from .dates import parse_date, parse_date_part
from .digits import parse_digits
from .letters import fold, normalise, syllables
from .number_words import AFTER_TENS, DIGIT_VALUES

# Days relative to today are judged by whether they can be understood; any day serves.
_ANY_DAY = date(2025, 6, 15)
_NUMBER_WORDS = {*DIGIT_VALUES, *AFTER_TENS, "mười", "mươi", "trăm", "nghìn", "ngàn", "linh", "lẻ", "chục"}
_WHOLE_COMMAND = 8  # syllables; in longer talk a command counts only at its start


def _words(spoken: str) -> list[str]:
    return syllables(normalise(spoken))


def _standard(words: Iterable[str]) -> list[str]:
    """Dialect words put into the standard language."""
    out: list[str] = []
    for word in words:
        known = phrases.DIALECT.get(word, word).split()
        out += known if not (word == "nhiêu" and out and out[-1] == "bao") else [word]
    return out


def _without_tail(words: list[str], tail: Collection[str]) -> list[str]:
    end = len(words)
    while end and words[end - 1] in tail:
        end -= 1
    return words[:end]


def _ends_with(words: list[str], ends: Iterable[str]) -> bool:
    """Phrases of several syllables are compared without diacritics: recognisers miss tones."""
    text = f" {' '.join(words)}"
    folded = fold(text)
    return any(text.endswith(f" {e}") or (" " in e and f" {folded}".endswith(f" {fold(e)}")) for e in ends)


def is_backchannel(spoken: str) -> bool:
    """Only "ừ", "dạ vâng" and the like, which tell the speaker to go on and never interrupt."""
    words = _words(spoken)
    if not words:
        return False
    return set(words) <= phrases.BACKCHANNEL_WORDS or " ".join(words) in phrases.BACKCHANNEL_PHRASES


def is_command(spoken: str) -> bool:
    """Words that stop the bot at once, however short: "thôi", "nhắc lại", "gặp nhân viên", "không phải"."""
    words = _standard(_words(strip_fillers(spoken)))
    bare = _without_tail(words, phrases.VOCATIVES) or words
    while len(bare) > 1 and bare[0] in ("dạ", "vâng", "ừ", "này", "ơ", "a", "lô"):
        bare = bare[1:]
    if not bare:
        return False
    if len(set(bare)) == 1 and bare[0] in phrases.COMMAND_WORDS:
        return True
    text = f" {' '.join(bare)} "
    if len(bare) <= _WHOLE_COMMAND:
        return any(f" {phrase} " in text for phrase in phrases.COMMAND_PHRASES)
    return text.startswith(tuple(f" {phrase} " for phrase in phrases.COMMAND_PHRASES))


def strip_fillers(text: str) -> str:
    """The text without "ờ", "ừm", "thì là", "gọi là", "à quên" …; "ấy" stays where it points at something."""
    tokens = re.findall(r"[^\s,.;?!…]+|[,.;?!…]+", text)
    words = [normalise(t) for t in tokens]
    kept: list[str] = []
    at = 0
    while at < len(words):
        length = max((n for n in (4, 3, 2, 1) if " ".join(words[at : at + n]) in phrases.FILLERS), default=0)
        pointing = words[at] in ("ấy", "đấy") and at > 0 and words[at - 1] in phrases.KEEPS_DEMONSTRATIVE
        if length and not pointing:
            at += length
            continue
        mark = not words[at][0].isalnum()
        if not (mark and (not kept or not kept[-1][-1].isalnum())):  # no mark without a word before it
            kept.append(tokens[at])
        at += 1
    return re.sub(r"\s+(?=[,.;?!…])", "", " ".join(kept)).strip(" ,")


def is_question(spoken: str) -> bool:
    """Whether the words end in what asks: "… là bao nhiêu hả cháu", "… có phải không"."""
    return _asks(_without_tail(_standard(_words(spoken)), phrases.VOCATIVES))


def completeness(spoken: str, expects: str = "open") -> Completeness:
    """Whether the words so far close the answer. `expects` is what was asked: open, yes_no, choice, digits, code, date,
    name, address or nothing; ValueError for anything else.

    COMPLETE only when they surely do, INCOMPLETE when more must follow ("thì", "cho tôi hỏi", half a telephone number).
    """
    judge = _JUDGES.get(expects)
    if judge is None:
        raise ValueError(f"unknown expectation {expects!r}; expected one of {', '.join(_JUDGES)}")
    words = _standard(_words(spoken))
    return judge(words) if words else INCOMPLETE


def _open(words: list[str]) -> Completeness:
    text = " ".join(words)
    bare = _without_tail(words, phrases.VOCATIVES)
    if _ends_with(bare, phrases.REQUEST_ENDS) and len(bare) > 2:
        return COMPLETE
    if _unfinished(words, bare):
        return INCOMPLETE
    if is_backchannel(text):
        return UNSURE
    if is_command(text) or " ".join(bare) in phrases.YES | phrases.NO or _asks(bare):
        return COMPLETE
    closed = words[-1] in phrases.CLOSING_PARTICLES and len(words) > 2
    return COMPLETE if closed else UNSURE


def _unfinished(words: list[str], bare: list[str]) -> bool:
    if words[-2:] == ["cơ", "mà"]:
        return False
    if words[-1] in phrases.UNFINISHED_WORDS and not is_backchannel(" ".join(words)):
        return True
    if is_backchannel(" ".join(words)):
        return words[-1] in ("ờ", "à", "ừm", "ờm")
    closed = words[-1] in ("ạ", "nhé", "nha")
    return _ends_with(bare, phrases.UNFINISHED_PHRASES) or (closed and bool(bare) and bare[-1] == "hỏi")


def _asks(bare: list[str]) -> bool:
    """Does the sentence end in its question, or in the little that may follow one ("mấy hôm thì lấy được")?"""
    if len(bare) < 2:
        return False
    if bare[-1] in ("không", "chưa"):
        opened = "có" in bare[-8:-2] or "đã" in bare[:-1]
        return len(bare) > 2 and (bare[-2] in phrases.BEFORE_FINAL_NOT or opened)
    if bare[-1] == "gì" and {"không", "chưa", "chẳng"} & set(bare[-5:-1]):  # "không có lương lậu gì"
        return False
    if _ends_with(bare, phrases.QUESTION_ENDS):
        return True
    earlier = f" {' '.join(bare[:-1])} "
    return bare[-1] in phrases.RESULT_ENDS and any(
        f" {question} " in earlier for question in phrases.QUANTITY_QUESTIONS
    )


def _yes_no(words: list[str]) -> Completeness:
    bare = _without_tail(words, phrases.VOCATIVES)
    while len(bare) > 1 and bare[0] in ("dạ", "vâng", "ờ", "à", "ừ", "ừm"):
        bare = bare[1:]
    if " ".join(bare or words) in phrases.YES | phrases.NO:
        return COMPLETE
    return _open(words)


def _choice(words: list[str]) -> Completeness:
    bare = _without_tail(words, phrases.VOCATIVES)
    if re.search(r"(?:^|\s)(?:số|thứ|cái|câu|phím|ý)\s(?:nhất|một|hai|ba|tư|cuối|đầu)$", " ".join(bare)):
        return COMPLETE
    return _yes_no(words)


def _slot(words: list[str]) -> Completeness:
    """Anything but the value asked for: that there is none, or a question back."""
    refused = _ends_with(_without_tail(words, phrases.VOCATIVES), phrases.REFUSALS)
    return COMPLETE if refused else _open(words)


def _digits(words: list[str]) -> Completeness:
    digits = parse_digits(" ".join(words))
    at_number = words[-1] in _NUMBER_WORDS or words[-1].isdigit()
    if not digits or (not at_number and len(digits) < 3):
        return _slot(words)
    if _whole_number(digits):
        return COMPLETE
    if len(digits) == 4:  # four last digits, or the start of a telephone number
        return UNSURE if at_number else COMPLETE
    return INCOMPLETE if len(digits) < 12 and at_number else UNSURE


def _whole_number(digits: str) -> bool:
    if digits[0] == "0":
        return (
            len(digits) == 12
            or (len(digits) == 10 and digits[1] in "35789")
            or (len(digits) == 11 and digits[1] == "2")
        )
    return len(digits) in (4, 9) or (len(digits) == 8 and digits[:4] in ("1900", "1800"))


def _code(words: list[str]) -> Completeness:
    text = " ".join(words)
    if parse_dossier_code(text):
        return COMPLETE
    if words[-1] in _NUMBER_WORDS or words[-1] in ("gạch", "ngang", "chấm", "hát", "giê") or len(words[-1]) == 1:
        return UNSURE if len(parse_digits(text)) == 6 else INCOMPLETE
    return _slot(words)


def _date(words: list[str]) -> Completeness:
    if words[-1] in (
        "ngày",
        "tháng",
        "năm",
        "mùng",
        "mồng",
        "thứ",
        "mươi",
        "nghìn",
        "ngàn",
        "trăm",
        "linh",
        "lẻ",
        "tuần",
    ):
        if words[-1] == "năm" and words[-2:-1] in (["thứ"], ["tháng"]):
            return UNSURE
        return INCOMPLETE
    text = " ".join(words)
    part = parse_date_part(text, _ANY_DAY)
    if part is None:
        return COMPLETE if parse_date(text, _ANY_DAY) else _slot(words)
    if not part.complete:
        return UNSURE
    # "năm một chín" may go on as "một chín năm tám", "hai nghìn" as "hai nghìn linh năm"
    return UNSURE if part.year in (2019, 2020, 1900, 2000) else COMPLETE


def _name(words: list[str]) -> Completeness:
    bare = _without_tail(words, {"ạ", "nhé", "nha", "đấy", "đó"})
    at = max((i for i, word in enumerate(bare) if word in ("là", "tên")), default=-1)
    name = bare[at + 1 :]
    if not name or name[-1] in phrases.UNFINISHED_WORDS - {"do", "qua", "làm"}:
        return INCOMPLETE
    if name[0] not in phrases.SURNAMES:
        return _slot(words)
    if len(name) < 2 or name[-1] in ("văn", "thị"):
        return INCOMPLETE
    if len(name) > 2 or len(bare) < len(words):
        return COMPLETE
    return INCOMPLETE if name[-1] in phrases.MIDDLE_NAMES and len(bare) == len(words) and name[-1] != "minh" else UNSURE


def _address(words: list[str]) -> Completeness:
    bare = _without_tail(words, {"ạ", "nhé", "nha", "đấy", "đó"})
    if words[-1] in phrases.UNFINISHED_WORDS | phrases.ADDRESS_HEADS:
        return INCOMPLETE
    if bare[-2:] == ["hà", "nội"]:
        return COMPLETE
    for unit in ("phường", "xã"):
        if unit in bare and len(bare) - 1 - bare.index(unit) >= 2:
            return COMPLETE
    if words[-1] in _NUMBER_WORDS:
        return INCOMPLETE
    return _open(words)


_JUDGES = {
    "open": _open,
    "yes_no": _yes_no,
    "choice": _choice,
    "digits": _digits,
    "code": _code,
    "date": _date,
    "name": _name,
    "address": _address,
    "nothing": _open,
}
