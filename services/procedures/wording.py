"""From the notes of a record to sentences that can be said.

Records are written tersely: brackets, slashes, semicolons, remarks of their editors. Nothing is added here; remarks for
editors ("not checked yet") are taken out, and `answers` says in their place that an officer must confirm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from services.procedures.record import Method

LIST_LENGTH = 3  # items of a list that a caller can keep in mind
_MOST_WORDS = 75  # of a part of a list
WAYS = {Method.DIRECT: "nộp trực tiếp", Method.ONLINE: "nộp trực tuyến", Method.POSTAL: "nộp qua bưu điện"}

_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
_EDITORIAL = re.compile(
    r"(?:chưa|phải) đối chiếu|theo báo chí|bản công khai|snapshot|yêu cầu của dự án|chưa xác minh|hỏi lại mức"
    r"|phát \"| = "
)
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_DECREE = r"(?:Nghị định|Thông tư|Quyết định|NĐ|TT|QĐ)(?: số)? \d[\w/-]*"
_CITED = re.compile(rf"(?:^|\s)(?:sửa bởi )?{_DECREE}$")
_PER = re.compile(r"(?<=đồng)/(?=\w)")
_LETTER = "[^\\W\\d_]"
_OR = re.compile(rf"(?<={_LETTER})\s*/\s*(?={_LETTER})|(?<=\d{{3}})/(?=\d+\.\d{{3}})")
_OR_OR = re.compile(r"((?:\w+ )?\w+) hoặc (\w+) hoặc ")
_RANGE = re.compile(r"(?<=\d)\s*-\s*(?=\d)")
_SPACED_DASH = re.compile(r"\s+[-–]\s+")
_COMMON = re.compile(r"(?!(?:Cổng|Sở|Hà Nội|Hội đồng|Bộ)\b|Điều \d|\w*[A-Z]\w*[A-Z])\w")


def sentences(text: str) -> list[str]:
    """The clauses of a note, each one sentence without its full stop; remarks for editors are left out."""
    tidy = _BRACKETS.sub(_bracket, text)
    clauses = re.split(r";\s*|(?<!\d)\.\s+(?=[A-ZĐÀ-Ỹ])", tidy)
    return [_tidy(clause) for clause in clauses if clause.strip(" .,") and not _EDITORIAL.search(clause)]


def has_remark(text: str) -> bool:
    """Whether the record's editor noted that this is not certain."""
    return bool(_EDITORIAL.search(text))


def phrase(text: str) -> str:
    """A note as one phrase to go inside a sentence."""
    return "; ".join(lower(clause) for clause in sentences(text))


def paper(text: str) -> str:
    """A paper's name, without the decrees in brackets that its form comes from."""
    return phrase(_BRACKETS.sub(_without_decrees, text))


def _without_decrees(match: re.Match[str]) -> str:
    kept = [_CITED.sub("", part.strip()) for part in match.group(1).split(",")]
    return f" ({', '.join(part for part in kept if part)})"


def lower(text: str) -> str:
    """With a small first letter, unless it is an abbreviation or a proper name."""
    return text[:1].lower() + text[1:] if _COMMON.match(text) else text


def say(*clauses: str) -> str:
    """Sentences, the first after "Dạ", the last ending in "ạ"."""
    body = ". ".join(_capital(clause.strip(" .,")) for clause in clauses if clause)
    return f"Dạ, {lower(body)} ạ."


def numbered(lead: str, noun: str, word: str, items: Sequence[str]) -> list[str]:
    """A list in parts of about the same length, at most LIST_LENGTH items each and fewer when they are long."""
    if not items:
        return []
    if len(items) == 1:
        return [say(f"{lead}{':' if lead.endswith('thêm') else ''} {items[0]}")]
    ordinals = _ORDINALS if word == "Thứ" else [str(i) for i in range(1, len(items) + 1)]
    named = [f"{word} {ordinals[i] if i < len(ordinals) else i + 1}, {item}" for i, item in enumerate(items)]
    length = next((n for n in range(LIST_LENGTH, 1, -1) if _are_short(_groups(named, n))), 1)
    groups = _groups(named, length)
    return [say(f"{lead} {len(items)} {noun}", *groups[0]), *(say(*group) for group in groups[1:])]


def _groups(items: Sequence[str], longest: int) -> list[Sequence[str]]:
    size = math.ceil(len(items) / math.ceil(len(items) / longest))
    return [items[i : i + size] for i in range(0, len(items), size)]


def _are_short(groups: Sequence[Sequence[str]]) -> bool:
    return all(sum(len(item.split()) for item in group) <= _MOST_WORDS for group in groups)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bracket(match: re.Match[str]) -> str:
    inside = match.group(1).strip()
    return "" if not inside or _EDITORIAL.search(inside) else f", {inside.replace(';', ',')},"


def _tidy(clause: str) -> str:
    clause = _OR.sub(" hoặc ", _PER.sub(" một ", clause))
    clause = _OR_OR.sub(r"\1, \2 hoặc ", clause)
    clause = _SPACED_DASH.sub(", ", _RANGE.sub(" đến ", clause))
    clause = re.sub(r"\.\.\.|…", " và một số trường hợp khác", clause)
    clause = clause.replace(" x hệ số", " nhân hệ số")
    clause = re.sub(r"\s*,(?:\s*,)*", ",", clause)
    clause = re.sub(r",\s*([.:])", r"\1", clause)
    return re.sub(r"\s+", " ", clause).strip(" .,")
