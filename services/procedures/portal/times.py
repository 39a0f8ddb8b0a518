"""How long a procedure takes, by way to file, in words; only where the portal's number has a unit with a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.procedures.portal.findings import Reason
from services.procedures.portal.record import Way
from services.procedures.record import Method
from services.procedures.wording import WAYS

_UNITS = {"WORKING_DAY": "ngày làm việc", "DAY": "ngày", "HOUR": "giờ", "MONTH": "tháng", "YEAR": "năm"}
_PLAIN = re.compile(  # a sentence that says no more than a number with its unit
    r"(?:không quá|trong(?: thời hạn)?|tối đa)\s(?P<number>\d+)\s(?P<unit>ngày làm việc|ngày)"
    r"(?:,? kể từ (?:ngày|khi) (?:nhận|tiếp nhận)[\w\s]{0,40})?\.?",
    re.IGNORECASE,
)
_IN_NOTE = re.compile(
    r"(?<![\d/.,])(?P<number>\d{1,3}(?:[.,]\d{1,2})?)(?:\s*\([^)]{1,25}\))?\s+(?P<unit>ngày làm việc|ngày|giờ"
    r"|tháng)(?!\s*\d)",
    re.IGNORECASE,
)
_TOO_FAR = 3  # times the shortest: then the ways contradict each other


@dataclass(frozen=True, slots=True)
class Length:
    number: float
    unit: str  # as said

    def __str__(self) -> str:
        return f"{self.number:g} {self.unit}".replace(".", ",", 1)


@dataclass(frozen=True, slots=True)
class Times:
    """`by_way` in the order of the record's ways, None where nothing reliable is printed."""

    said: str
    by_way: tuple[Length | None, ...]
    problems: tuple[tuple[Reason, str], ...]


def times(ways: Sequence[Way]) -> Times:
    lengths = tuple(_length(way) for way in ways)
    problems = list(_problems(ways, lengths))
    if any(reason == Reason.TIME_SPREAD for reason, _ in problems):
        return Times("", (None,) * len(ways), tuple(problems))
    known = [(way.method, length) for way, length in zip(ways, lengths, strict=True) if length]
    others = any(reason == Reason.TIME_NOTE for reason, _ in problems)
    said = by_method(known)
    if said and others:
        said += "; một số trường hợp có thời hạn khác"
    return Times(said, lengths, tuple(problems))


def by_method(values: Sequence[tuple[Method, Length | str]]) -> str:
    """ "5 ngày" when all are the same, else for each way, as a range when one way has several."""
    distinct = list(dict.fromkeys(str(value) for _, value in values))
    if len(distinct) <= 1:
        return "".join(distinct)
    methods = [method for method in WAYS if any(method == other for other, _ in values)]
    own = {method: list(dict.fromkeys(value for other, value in values if other == method)) for method in methods}
    if any(len(several) > 1 for several in own.values()):
        return _range([value for _, value in values])
    same: dict[str, list[Method]] = {}
    for method in methods:
        same.setdefault(str(own[method][0]), []).append(method)
    return "; ".join(f"{_ways(of)}: {value}" for value, of in same.items())


def _ways(methods: Iterable[Method]) -> str:
    first, *rest = (WAYS[method] for method in methods)
    return " hoặc ".join([first, *(way.removeprefix("nộp ") for way in rest)])


def _range(values: Sequence[Length | str]) -> str:
    lengths = [value for value in values if isinstance(value, Length)]
    if lengths and len({length.unit for length in lengths}) == 1:
        numbers = sorted({length.number for length in lengths})
        return f"từ {numbers[0]:g} đến {numbers[-1]:g} {lengths[0].unit}, tùy trường hợp".replace(".", ",")
    return " hoặc ".join(dict.fromkeys(map(str, values))) + ", tùy trường hợp"


def _length(way: Way) -> Length | None:
    plain = _PLAIN.fullmatch(way.time)
    if plain:
        return Length(float(plain["number"]), plain["unit"].lower())
    unit = _UNITS.get(way.unit)
    number = way.time.replace(",", ".")
    if unit is None or not re.fullmatch(r"\d+(?:\.\d+)?", number) or float(number) == 0:
        return None
    return Length(float(number), unit)


def _problems(ways: Sequence[Way], lengths: Sequence[Length | None]) -> Iterator[tuple[Reason, str]]:
    if any(way.unit == "OTHER" and not length for way, length in zip(ways, lengths, strict=True)):
        yield Reason.OTHER_UNIT, "; ".join(dict.fromkeys(way.time for way in ways if way.unit == "OTHER" and way.time))
    units = {length.unit for length in lengths if length}
    for unit in units:
        numbers = [length.number for length in lengths if length and length.unit == unit]
        if max(numbers) >= _TOO_FAR * min(numbers):
            yield Reason.TIME_SPREAD, ", ".join(f"{number:g} {unit}" for number in sorted(set(numbers)))
    printed = {(length.number, length.unit) for length in lengths if length}
    noted = {length for way in ways for length in _lengths_in(way.note)}
    if printed and noted - printed:
        yield Reason.TIME_NOTE, ", ".join(f"{number:g} {unit}" for number, unit in sorted(noted - printed))


def _lengths_in(note: str) -> Iterator[tuple[float, str]]:
    for found in _IN_NOTE.finditer(note):
        yield float(found["number"].replace(",", ".")), found["unit"].lower()
