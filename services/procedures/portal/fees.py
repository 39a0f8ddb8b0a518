"""What a procedure costs, in words; only where the amount can be trusted.

The portal prints "0 VNĐ" for anything that it has no number for, calls dollars and thousands of đồng VNĐ, prints the
most that a province may charge, and keeps discounts that have ended. An amount is told when it stands there once, as a
number or in the note beside a zero, and nothing in the note speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.procedures.portal.findings import Reason
from services.procedures.portal.names import LONGEST
from services.procedures.portal.record import Fee, Way
from services.procedures.portal.times import by_method
from services.procedures.record import Method

FREE = "Không thu"
BY_COUNCIL = "Theo mức HĐND thành phố"
_LEAST = 1000  # đồng; what is below is another currency or in thousands
_TOO_FAR = 3  # times the lowest: then one way's price is a slip
_MOST_CHARGES = 4  # that a caller can be told
_SET_BY_COUNCILS = "85/2019/TT-BTC"  # the circular on fees that provincial councils set

_COUNCIL = re.compile(
    r"hội đồng nhân dân|HĐND|(?:UBND|ủy ban nhân dân)[^.;]{0,40}(?:quy định|quyết định)", re.IGNORECASE
)
_CURRENCY = re.compile(r"USD|EUR|đô[- ]?la|ngoại tệ|tỷ giá", re.IGNORECASE)
_FREE = re.compile(
    r"(?:không (?:có|thu|mất|phải nộp)?|miễn)\s?(?:thu )?(?:phí|lệ phí|phí, lệ phí|phí và lệ phí)?", re.IGNORECASE
)
_DATE = r"(\d{1,2})(?:[/.-]| tháng )(\d{1,2})(?:[/.-]| năm )(\d{4})"
_UNTIL = re.compile(rf"(?:đến|hết)\s(?:hết\s)?(?:ngày\s)?{_DATE}", re.IGNORECASE)
_FROM = re.compile(rf"từ (?:ngày )?{_DATE}", re.IGNORECASE)
_CLAUSE = re.compile(r"(?<=[^\d\s])[.;]\s+(?=\W*[A-ZĐÀ-Ỹ])|\n|(?<=\S)\s*(?=\(?Miễ)")
_FORMULA = re.compile(
    r"%|cụ thể|theo quy định tại (?:khoản|điểm|mục|biểu)|\bcộng\b|\bnhân\b|tăng thêm|\bx\s?\d|\+ ?\(|tối thiểu"
    r"|tối đa|không quá|\btừ \d",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:\.\d{3})+|\d{4,})\s?\(?(?:đồng|đ|vnđ|vnd)\b\)?(?:\s?\([^()]*đồng\))?"
    r"(?:\s?/\s?(?:0?1\s)?(?P<per>[^\W\d]+(?:[ -][^\W\d]+){0,3}))?",
    re.IGNORECASE,
)
_PER = re.compile(r"(?:đ[ồô]ng)?\s?/?\s?(?:0?1\s)?(?P<per>[^\W\d]+(?:[ -][^\W\d]+){0,2})?\W*", re.IGNORECASE)
_BARE_AMOUNT = re.compile(r"(?<![\d/])\d{1,3}(?:[.,]\d{3})+(?![\d/])")
_UNIT = re.compile(r"\s*(?:/|đ[ồô]ng\b|lần\b)", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:(?:phí|lệ phí)\s*:\s*)?(?P<label>.*?)[\s:(\-–]*(?:là|mức thu)?[\s:(\-–]*$", re.IGNORECASE | re.DOTALL
)
_RULE = re.compile(r"thông tư|nghị định|quyết định|theo quy định|căn cứ|\d{3}", re.IGNORECASE)
_OF_A_CASE = re.compile(
    r"(?:đối với|trường hợp|cấp|gia hạn|sửa đổi|bổ sung|thay đổi|điều chỉnh|đăng ký|xe) "
)  # labels that matter alone


@dataclass(frozen=True, slots=True)
class Charge:
    amount: int  # đồng
    per: str  # "lần"; may be empty
    label: str  # "cấp lại"; may be empty

    def __str__(self) -> str:
        said = f"{self.amount:,}".replace(",", ".") + " đồng" + (f"/{self.per}" if self.per else "")
        return f"{self.label}: {said}" if self.label else said


@dataclass(frozen=True, slots=True)
class Fees:
    """`by_way` in the order of the record's ways, empty where nothing reliable is printed."""

    said: str
    by_way: tuple[str, ...]
    problems: tuple[tuple[Reason, str], ...]


def fees(ways: Sequence[Way], as_of: date, legal_numbers: Iterable[str] = ()) -> Fees:
    """`as_of` decides which discounts have ended."""
    problems: dict[Reason, str] = {}
    read: list[list[Charge] | None] = [_of_way(way, as_of, problems) for way in ways]
    known = [(way.method, charges) for way, charges in zip(ways, read, strict=True) if charges is not None]
    if known and any(charges for _, charges in known) and _SET_BY_COUNCILS in legal_numbers:
        problems.setdefault(Reason.FEE_COUNCIL, _SET_BY_COUNCILS)
    nothing = ("",) * len(ways)
    if Reason.FEE_COUNCIL in problems:
        return Fees(BY_COUNCIL, nothing, tuple(problems.items()))
    if problems.keys() & _SPOILS_ALL or not known:
        return Fees("", nothing, tuple(problems.items()))
    texts = [(method, _said(charges)) for method, charges in known]
    if any(len(charges) > _MOST_CHARGES for _, charges in known) or _ambiguous(texts):
        return Fees("", nothing, (*problems.items(), (Reason.FEE_UNCLEAR, " | ".join(text for _, text in texts))))
    by_way = tuple("" if charges is None else _said(charges) for charges in read)
    return Fees(by_method(texts), by_way, tuple(problems.items()))


_SPOILS_ALL = {Reason.FEE_CURRENCY, Reason.FEE_SMALL, Reason.FEE_UNCLEAR, Reason.FEE_ELSEWHERE}


def _said(charges: Sequence[Charge]) -> str:
    return "; ".join(map(str, charges)) or FREE


def _ambiguous(texts: Sequence[tuple[Method, str]]) -> bool:
    """Prices that differ between the ways are told when each way has one, and none is a multiple of the other."""
    distinct = {text for _, text in texts}
    if len(distinct) == 1:
        return False
    amounts = [_number(found) for text in distinct for found in _AMOUNT.finditer(text)]
    of_a_way = {(method, text) for method, text in texts}
    return (
        any(";" in text or ":" in text or text == FREE for text in distinct)
        or len(of_a_way) > len({method for method, _ in of_a_way})
        or max(amounts) >= _TOO_FAR * min(amounts)
    )


def _of_way(way: Way, as_of: date, problems: dict[Reason, str]) -> list[Charge] | None:
    """Its charges, none when it says that there is no fee; None when it does not say."""
    charges: list[Charge] = []
    free = False
    for fee in way.fees:
        try:
            own = _charges(fee, as_of)
        except _Untold as untold:
            problems.setdefault(untold.reason, fee.note or str(fee.value))
            continue
        free = free or not own
        charges += [charge for charge in own if charge not in charges]
    labels = {charge.label for charge in charges}
    if len(charges) > 1 and (len(labels) < len(charges) or "" in labels):
        problems.setdefault(Reason.FEE_UNCLEAR, " | ".join(map(str, charges)))
    if len(charges) == 1 and not _OF_A_CASE.match(charges[0].label):
        charges = [replace(charges[0], label="")]
    return charges if charges else [] if free else None


class _Untold(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


def _charges(fee: Fee, as_of: date) -> list[Charge]:
    """Of one part; none when it says in words that nothing is charged. Raises _Untold."""
    value, note = fee.value or 0, fee.note
    if _COUNCIL.search(note):
        raise _Untold(Reason.FEE_COUNCIL)
    if _CURRENCY.search(note):
        raise _Untold(Reason.FEE_CURRENCY)
    if 0 < value < _LEAST:
        raise _Untold(Reason.FEE_SMALL)
    kept = _still_valid(note, as_of)
    if note and not kept:
        raise _Untold(Reason.FEE_EXPIRED)
    if _UNTIL.search(kept) or _FROM.search(kept) or _FORMULA.search(kept):
        raise _Untold(Reason.FEE_UNCLEAR)
    if value:
        return [_valued(value, kept)]
    if _FREE.fullmatch(kept.strip(" .;-")):
        return []
    charges = _noted(kept)
    if not charges:
        raise _Untold(Reason.FEE_ELSEWHERE if kept else Reason.FEE_ZERO)
    return charges


def _still_valid(note: str, as_of: date) -> str:
    """Without the clauses that have ended by then; a rule for a later time stays, and makes the fee unclear."""
    clauses = [clause for clause in _CLAUSE.split(note) if clause and clause.strip(" .;()")]
    return ". ".join(clause.strip(" .;") for clause in clauses if not _has_ended(clause, as_of))


def _has_ended(clause: str, as_of: date) -> bool:
    ends = [_date(found) for found in _UNTIL.finditer(clause)]
    return any(end is not None and end < as_of for end in ends)


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _valued(value: int, note: str) -> Charge:
    amounts = list(_AMOUNT.finditer(note))
    if not amounts:
        if _BARE_AMOUNT.search(note):
            raise _Untold(Reason.FEE_UNCLEAR)
        per = _PER.fullmatch(re.sub(r"\([^()]*\)?", "", note).strip()) if _UNIT.match(note) else None
        return Charge(value, _per(per["per"]) if per else "", "" if per else _label(note))
    if len(amounts) > 1 or _number(amounts[0]) != value:
        raise _Untold(Reason.FEE_UNCLEAR)
    return Charge(value, _per(amounts[0]["per"]), _label(note[: amounts[0].start()]))


def _noted(note: str) -> list[Charge]:
    """Amounts that stand in the note beside a zero."""
    pieces = [piece for piece in re.split(r"[;\n]|\.\s|\s[-+*]\s?(?=\S)", note) if piece.strip()]
    charges: list[Charge] = []
    for piece in pieces:
        amounts = list(_AMOUNT.finditer(piece))
        if len(amounts) > 1:
            raise _Untold(Reason.FEE_UNCLEAR)
        if amounts and _number(amounts[0]) < _LEAST:
            raise _Untold(Reason.FEE_SMALL)
        if amounts:
            charge = Charge(
                _number(amounts[0]), _per(amounts[0]["per"]), _label(piece[: amounts[0].start()], len(pieces) > 1)
            )
            charges.append(charge)
    return charges


def _number(amount: re.Match[str]) -> int:
    return int(amount["number"].replace(".", ""))


def _per(text: str | None) -> str:
    words = (text or "").split()
    return " ".join(word if word.isupper() else word.lower() for word in words[: 3 if len(words) < 4 else 2])


def _label(text: str, needed: bool = False) -> str:
    """Short words for what is charged; a reference to the law is none. Raises _Untold when words needed are long."""
    found = _LABEL.match(re.sub(r"\([^()]*\)?", "", text))
    label = re.sub(r"[\s;:]+", " ", found["label"]).strip(" .,-–+*") if found else ""
    if not re.search(r"[^\W\d_]", label):
        return ""
    if len(label.split()) <= LONGEST and not _RULE.search(label):
        return label[:1].lower() + label[1:]
    if needed:
        raise _Untold(Reason.FEE_UNCLEAR)
    return ""
