"""What goes in and out of a slot: what was heard, what it means, and why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

Value = Any  # JSON: text, number, truth, list or object, as the kind of the slot has it

LONGEST = 4000  # characters of a turn that are looked at
LONGEST_VALUE = 400  # … for anything but a story


class Reason(StrEnum):
    """Why a value is not taken. Each has a prompt `form_reason_<reason>` (dialogs/prompts)."""

    UNHEARD = "unheard"  # heard badly, or nothing that could be a value
    NEEDED = "needed"  # the caller has none or will not say, but the form needs it
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_FUTURE = "date_future"
    DATE_PAST = "date_past"
    DATE_TOO_FAR = "date_too_far"  # not among the days that can be chosen
    DATE_CLOSED = "date_closed"  # no working day
    DATE_WITHOUT_YEAR = "date_without_year"
    DATE_WITHOUT_DAY = "date_without_day"  # month or year alone where the day is needed
    TIME_CLOSED = "time_closed"  # outside opening hours
    DIGITS_MORE = "digits_more"  # {n} so far; the rest is still to come
    DIGITS_TOO_MANY = "digits_too_many"
    ID_PROVINCE = "id_province"
    ID_CENTURY = "id_century"  # century and sex digit of nobody alive
    ID_SEX = "id_sex"
    ID_BIRTH_YEAR = "id_birth_year"  # {year} in the number, another one said
    ID_TOO_YOUNG = "id_too_young"  # {year}: cannot be a parent
    PHONE_INVALID = "phone_invalid"
    CODE_INCOMPLETE = "code_incomplete"
    NUMBER_RANGE = "number_range"  # {least} to {most}
    NAME_SIGNS = "name_signs"  # digits, markup or letters of another script
    NAME_SHORT = "name_short"
    NAME_LONG = "name_long"
    WARD_MISSING = "ward_missing"
    WARD_UNKNOWN = "ward_unknown"
    WARD_AMBIGUOUS = "ward_ambiguous"  # {choices}
    DISTRICT_GONE = "district_gone"  # a district was named; they ended on 1 July 2025
    ADDRESS_DETAIL = "address_detail"  # {ward} is known, house and street are not
    OPTION_UNKNOWN = "option_unknown"  # {options}
    PROCEDURE_UNKNOWN = "procedure_unknown"
    PROCEDURE_AMBIGUOUS = "procedure_ambiguous"  # {choices}
    INDUSTRY_UNKNOWN = "industry_unknown"
    TEXT_SHORT = "text_short"


@dataclass(frozen=True)
class Heard:
    """One turn of the caller: as written, as heard, and what else the recogniser made of it."""

    text: str
    spoken: str = ""  # words as heard; empty where nothing was recognised but typed
    alternatives: Sequence[str] = ()
    confidence: float = 1.0
    keyed: bool = False  # on the keys of the telephone
    yes: bool | None = None  # whether the dialogue takes it for a yes or a no

    @property
    def words(self) -> str:
        return (self.spoken or self.text)[:LONGEST]

    def transcripts(self, as_spoken: bool) -> list[str]:
        """The readings of the turn, best first; the written one first unless number words may be names."""
        main = (self.spoken, self.text) if as_spoken else (self.text, self.spoken)
        return [text[:LONGEST] for text in dict.fromkeys((*main, *self.alternatives)) if text.strip()]


class Hit(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def score(self) -> float: ...


class FindProcedures(Protocol):
    """As `services.procedures.ProcedureBook.search`."""

    def __call__(self, query: str, n: int = 5, alternatives: Sequence[str] = (), /) -> Sequence[Hit]: ...


@dataclass(frozen=True)
class Context:
    """What a parser may know beside the words."""

    today: date
    values: Mapping[str, Value] = field(default_factory=dict)  # of the form so far
    part: Value = None  # what has been said of this value already
    old: Value = None  # the value that is being corrected
    keyed: bool = False
    find_procedures: FindProcedures | None = None


@dataclass(frozen=True)
class Found:
    """`sure` is False when the words could as well mean something else: then it is said back at once."""

    value: Value
    sure: bool = True
    others: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Refused:
    """`part` is what can be kept until the rest is said."""

    reason: Reason
    detail: Mapping[str, str] = field(default_factory=dict)
    part: Value = None


Parsed = Found | Refused | None  # None: nothing there that could be a value
