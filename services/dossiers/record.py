"""What is known of a dossier, wherever it comes from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from language.vi.codes import DOSSIER

SHORTEST_END = 4  # digits of a code that may stand for the whole
LONGEST = 40  # characters of a code, or of as much of it as is said
MOST = 6  # dossiers that share some last digits; so many are not told apart
_CORE = re.compile(r"[GH]\d{2}(?:\.\d+)*-\d{6}-\d{4,}$")


class Status(StrEnum):
    RECEIVED = "da_tiep_nhan"
    IN_PROGRESS = "dang_xu_ly"
    PAPERS_MISSING = "cho_bo_sung"
    READY = "da_co_ket_qua"
    HANDED_OUT = "da_tra"
    REJECTED = "tu_choi"


PENDING = {Status.RECEIVED, Status.IN_PROGRESS}  # it is the office's turn
CLOSED = {Status.READY, Status.HANDED_OUT, Status.REJECTED}


@dataclass(frozen=True)
class Dossier:
    code: str
    procedure: str  # its code in the knowledge base, or its name
    status: Status
    received: date
    due: date | None
    verify_last4: str  # last four digits of the holder's identity number
    holder: str = ""
    note: str = ""

    @property
    def pending(self) -> bool:
        return self.status in PENDING

    @property
    def open(self) -> bool:
        """Whether it may still become something else."""
        return self.status not in CLOSED


class DossiersUnavailable(Exception):
    """The city's system does not answer, or not as agreed. What was asked may succeed later."""


class InvalidDossier(ValueError):
    """What came is no dossier; says why without its contents."""


class DossierSource(Protocol):
    """Where dossiers are looked up."""

    def find(self, code: str) -> Sequence[Dossier]:
        """Those that `code` may mean, at most MOST: a whole code, one without its prefix, or only its last digits.

        Raises DossiersUnavailable or DatabaseError.
        """


def core(code: str) -> str:
    """The code without the prefix of the office, which callers leave out; digits alone stay as they are."""
    found = _CORE.search(code)
    return found.group() if found else code


def exact(found: Sequence[Dossier], code: str) -> Sequence[Dossier]:
    """The one with just this code, if it was said with its prefix; else all: the prefix may have been left out."""
    return [dossier for dossier in found if dossier.code == code != core(code)] or found


def digits(code: str) -> str:
    return re.sub(r"\D", "", code)


def _code(text: str) -> str:
    code = text.upper()
    if not DOSSIER.fullmatch(code) or len(code) > LONGEST:
        raise ValueError("is no dossier code such as 000.00.19.H26-250610-0005")
    return code


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_composed)]


class _Record(BaseModel):
    """As it is imported and as the city's system sends it; fields that we do not know are passed over."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    code: Annotated[str, AfterValidator(_code)]
    procedure: Annotated[_Text, Field(min_length=1)]
    status: Status
    received: date
    due: date | None
    verify_last4: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    holder: _Text = ""
    note: _Text = ""

    @model_validator(mode="after")
    def _in_order(self) -> _Record:
        if self.due and self.due < self.received:
            raise ValueError("due: is before received")
        return self


def parse(record: Any) -> Dossier:
    """Raises InvalidDossier."""
    try:
        return Dossier(**dict(_Record.model_validate(record)))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        said = (
            ": ".join([*map(str, problem["loc"]), problem["msg"].removeprefix("Value error, ")]) for problem in problems
        )
        raise InvalidDossier("; ".join(said)) from None
