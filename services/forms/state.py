"""What a form that is being filled remembers, what it wants said next, and what came of a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.forms.values import Reason, Value

IMPLICIT = 0.85  # confidence from which a value is not said back at once
ASK_AGAIN = 0.55  # … below which it is not taken
FAILURES = 2  # on one slot; then a person or the keys


class Entry(BaseModel):
    """One slot."""

    value: Value = None  # None: not known yet
    source: Literal["caller", "line", "register"] = "caller"
    confidence: float = 1.0
    sure: bool = True
    confirmed: bool = False  # said back, and the caller agreed
    skipped: bool = False
    others: list[Value] = []  # what may have been meant instead
    rejected: list[Value] = []  # what the caller has denied
    old: Value = None  # what a correction may keep parts of
    part: Value = None  # said so far
    line: Value = None  # what the line offers
    offered: bool = False  # … and the caller did not want
    asked: int = 0
    failures: int = 0


class Pending(BaseModel):
    """What the last step waits for."""

    what: Literal["ask", "offer", "confirm", "read_back", "which", "stuck", "complete"]
    slots: list[str]


class State(BaseModel):
    model_config = ConfigDict(extra="forbid")

    form: str
    entries: dict[str, Entry] = Field(default_factory=dict)
    pending: Pending | None = None
    last: str | None = None  # slot that was settled last: "à quên" may be about it
    review: list[str] = []  # groups still to be read back as a whole
    misses: int = 0  # read-backs in a row that were not answered


@dataclass(frozen=True)
class Ask:
    """`wordings` are empty where the reason of the last event asks already (the rest of a number, the ward)."""

    slot: str
    wordings: tuple[str, ...]  # the one to say now, then those for asking again
    expects: str  # a `voicebot.expectation.Expectation`
    keyed: bool  # may be keyed on the telephone


@dataclass(frozen=True)
class Offer:
    """A yes takes `value`, which the line brought, for the slot."""

    slot: str
    wordings: tuple[str, ...]
    value: Value


@dataclass(frozen=True)
class Confirm:
    slot: str
    title: str
    said: str


@dataclass(frozen=True)
class ReadBack:
    """At most three values, as (slot, title, words)."""

    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Which:
    """The caller said that something read back is wrong; which of it?"""

    titles: tuple[str, ...]


@dataclass(frozen=True)
class Stuck:
    """Two failures on one slot (None: on a read-back): time for a person, or for keys if `keyed`."""

    slot: str | None
    title: str
    keyed: bool
    required: bool


@dataclass(frozen=True)
class Complete:
    """Everything is there and confirmed; the caller may still correct it."""


Step = Ask | Offer | Confirm | ReadBack | Which | Stuck | Complete

What = Literal["filled", "corrected", "confirmed", "denied", "refused", "more", "skipped", "reopened"]


@dataclass(frozen=True)
class Event:
    """What a turn did to one slot. `said`: the value in words; `reason` of what was refused or is still missing."""

    what: What
    slot: str | None
    said: str = ""
    reason: Reason | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
