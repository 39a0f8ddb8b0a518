"""One record of the national portal, typed, whichever of its forms it was read from.

Texts are tidied (see `normalise`), the portal's "no information" is an empty text or None.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.procedures.record import Level, Method


class MalformedRecord(ValueError):
    """This is no record of the portal; says what is missing."""


@dataclass(frozen=True, slots=True)
class Fee:
    value: int | None  # as printed, whatever the currency; None for free text
    note: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to file. A record may list the same method twice, e.g. for mountain communes."""

    method: Method
    time: str  # a number, or a text
    unit: str  # WORKING_DAY, DAY, HOUR, MONTH, YEAR, OTHER, or empty
    fees: tuple[Fee, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in the list of papers: a paper, a heading or a remark."""

    name: str
    originals: int
    copies: int
    required: bool | None  # only JSON says


@dataclass(frozen=True, slots=True)
class ItemCase:
    title: str  # empty when there is one case without a name
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    name: str  # may be empty
    text: str  # lines


@dataclass(frozen=True, slots=True)
class LegalEntry:
    title: str
    number: str  # may be empty


@dataclass(frozen=True, slots=True)
class PortalRecord:
    code: str
    name: str
    decision: str
    levels: tuple[Level, ...]
    kind: str
    field: str
    stages: tuple[Stage, ...]
    ways: tuple[Way, ...]
    cases: tuple[ItemCase, ...]
    agency: str  # a list in one text; names of agencies may hold commas themselves
    authority: str
    address: str
    delegate: str
    results: str
    legal: tuple[LegalEntry, ...]
    conditions: str
    keywords: str
    wholly_online: bool | None = None  # only JSON says
    anywhere: bool | None = None  # may be filed outside one's own province; only JSON says
