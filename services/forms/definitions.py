"""The forms that can be filled by voice: structure from forms.yml, wordings from vi.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

HERE = Path(__file__).parent
READ_AT_ONCE = 3  # values that a caller can check in one breath

Outcome = Literal["eform", "queue", "feedback", "lookup", "identity"]
Days = Literal["past", "future", "week", "any"]
Prefill = Literal["line", "register.name", "register.dob", "register.address"]
Kind = Literal[
    "person_name", "cccd12", "phone_vn", "date", "date_partial", "dossier_code", "digits4", "money", "bool", "int",
    "address_hn", "service_point", "service_point_or_address", "timeslot", "procedure", "industry_vsic4", "long_text",
    "text", "facility", "ethnic", "enum", "people",
]  # fmt: skip


class FormError(ValueError):
    """The definitions of the forms cannot be used; says where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Part):
    """Slots and facts that an identity number must agree with."""

    dob: str | None = None  # slot of the person's birth date
    sex: Literal["nam", "nu"] | None = None
    sex_by: str | None = None  # slot of a relation that tells the sex
    elder_of: str | None = None  # slot of a child's birth date


class Option(_Part):
    title: str
    heard: tuple[str, ...] = Field(min_length=1)


class Slot(_Part):
    slot: str
    kind: Kind
    field: str
    required: bool = True
    options: tuple[str, ...] = ()
    asked_if: Mapping[str, tuple[Any, ...]] = {}
    confirm: bool = False
    spelled: bool = False
    prefill: Prefill | None = None
    person: Person = Person()
    least: int | None = None
    most: int | None = None
    days: Days = "any"


class Wording(_Part):
    title: str
    ask: Annotated[tuple[str, ...], Field(min_length=2)]
    gently: str
    offer: tuple[str, ...] = ()
    labels: tuple[str, ...]
    called: Annotated[tuple[str, ...], Field(min_length=1)]
    options: Mapping[str, Option] = {}

    @property
    def spoken(self) -> str:
        return self.called[0]


class _FormPart(_Part):
    form: str
    procedure: str | None
    outcome: Outcome
    identity: str | None = None
    groups: Mapping[str, Annotated[tuple[Slot, ...], Field(min_length=1, max_length=READ_AT_ONCE)]]


class _FormWording(_Part):
    title: str
    spoken: str
    heard: tuple[str, ...] = ()
    groups: Mapping[str, str]
    slots: Mapping[str, Wording]


class Form:
    """One form: its slots in the order of asking, and how they are spoken of."""

    def __init__(self, part: _FormPart, wording: _FormWording) -> None:
        self.name = part.form
        self.title = wording.title
        self.spoken = wording.spoken
        self.heard = wording.heard
        self.procedure = part.procedure
        self.outcome: Outcome = part.outcome
        self.identity = part.identity  # slot whose last digits open a paused form
        self.groups: Mapping[str, tuple[Slot, ...]] = part.groups
        self.group_titles = wording.groups
        self.slots = {slot.slot: slot for group in part.groups.values() for slot in group}
        self.wordings = wording.slots
        for problem in self._problems():
            raise FormError(f"{self.name}: {problem}")

    def _problems(self) -> Iterator[str]:
        count = sum(len(group) for group in self.groups.values())
        if count != len(self.slots):
            yield "a slot stands there twice"
        if self.slots.keys() != self.wordings.keys():
            yield f"slots without wording or the other way round: {sorted(self.slots.keys() ^ self.wordings.keys())}"
        if self.groups.keys() != self.group_titles.keys():
            yield f"groups without title: {sorted(self.groups.keys() ^ self.group_titles.keys())}"
        known: set[str] = set()
        for name, slot in self.slots.items():
            if slot.kind == "enum" and (not slot.options or set(slot.options) != self.wordings[name].options.keys()):
                yield f"{name}: options and their wordings differ"
            if slot.prefill == "line" and len(self.wordings[name].offer) < 2:
                yield f"{name}: two wordings of an offer are needed"
            if not slot.asked_if.keys() <= known:
                yield f"{name}: asked_if must name slots that come before"
            named = slot.person.model_dump(exclude={"sex"}, exclude_none=True).values()
            if not set(named) <= self.slots.keys():
                yield f"{name}: person names a slot that is not there"
            known.add(name)
        if self.identity and self.identity not in self.slots:
            yield "identity names a slot that is not there"


def load_forms(structure: Path = HERE / "forms.yml", wording: Path = HERE / "vi.yml") -> dict[str, Form]:
    """By name, checked. Raises FormError."""
    wordings = _read(wording)
    forms = {}
    for entry in _read(structure):
        name = entry.get("form", "without a name")
        try:
            forms[name] = Form(_FormPart.model_validate(entry), _FormWording.model_validate(wordings[name]))
        except KeyError:
            raise FormError(f"{wording}: {name} is missing") from None
        except ValidationError as error:
            problem = error.errors(include_url=False, include_context=False)[0]
            raise FormError(f"{name}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}") from error
    return forms


@cache
def forms() -> Mapping[str, Form]:
    """The bundled forms."""
    return load_forms()


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise FormError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
