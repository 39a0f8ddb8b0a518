"""Procedures as they lie in memory: one of each code, in relation to the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from services.database import Database
from services.models import ProcedureRow
from services.procedures.legal import LegalDocument, LegalLibrary, read_document
from services.procedures.portal.names import shorten
from services.procedures.record import Level, Origin, Procedure

_AT_ONCE = 200  # rows in memory beside the procedures made of them


@dataclass(frozen=True)
class Shelf:
    procedures: Mapping[str, Procedure]
    sources: Mapping[str, Mapping[str, Any]]  # by code: what an answer carries into the transcript
    searchable: list[Procedure]
    library: LegalLibrary


def read_shelf(database: Database) -> Shelf:
    """Raises DatabaseError."""
    procedures: dict[str, Procedure] = {}
    sources: dict[str, Mapping[str, Any]] = {}
    cited: dict[str, tuple[LegalDocument, ...]] = {}
    for row, procedure in _rows(database):
        documents = procedure.legal or tuple(read_document("", number) for number in procedure.legal_basis)
        cited[row.code] = (*cited.get(row.code, ()), *documents)
        if row.code not in procedures:  # the first is the best
            sources[row.code] = _source(row, procedure)
            procedures[row.code] = procedure.model_copy(update={"legal": documents})
    library = LegalLibrary(cited)
    related = {
        code: each.model_copy(update={"legal": library.of(each.legal)}) for code, each in relate(procedures).items()
    }
    searchable = [each for each in related.values() if each.offered and each.copy_of is None]
    return Shelf(related, sources, searchable, library)


def relate(procedures: Mapping[str, Procedure]) -> dict[str, Procedure]:
    """By code, each with its family, its twins, and what it is a copy of."""
    families: dict[str, list[Procedure]] = defaultdict(list)
    bodies: dict[str, str] = {}
    own = {code: each.family or shorten(each.name).family for code, each in procedures.items()}
    for code, procedure in procedures.items():
        if procedure.offered:
            families[own[code]].append(procedure)
            bodies.setdefault(procedure.body or code, code)
    return {
        code: procedure.model_copy(
            update={
                "family": own[code],
                "twins": _twins(code, families[own[code]]),
                "copy_of": original if (original := bodies.get(procedure.body or code, code)) != code else None,
            }
        )
        for code, procedure in procedures.items()
    }


def _rows(database: Database) -> Iterator[tuple[Any, Procedure]]:
    """By code, and of each code the better origin first."""
    row = ProcedureRow
    columns = (row.code, row.origin, row.name, row.version, row.date, row.since, row.record, row.withdrawn_on)
    best_first = case((row.origin == Origin.REVIEWED, 0), else_=1)
    query = select(*columns).order_by(row.code, best_first).execution_options(yield_per=_AT_ONCE)
    with database.session() as session:
        for found in session.execute(query):
            procedure = Procedure.model_validate(found.record)
            yield found, procedure.model_copy(update={"withdrawn": bool(found.withdrawn_on)})


def _source(row: Any, procedure: Procedure) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "version": row.version,
        "date": row.date,
        "since": row.since,
        "origin": row.origin,
        "trust": procedure.trust.value,
        "approved": procedure.approved,
    }


_ORDER = {level: place for place, level in enumerate((Level.WARD, Level.CITY, Level.MINISTRY, Level.UNKNOWN))}


def _twins(code: str, family: Iterable[Procedure]) -> tuple[str, ...]:
    """The others, those of the ward first."""
    others = [each for each in family if each.code != code]
    return tuple(each.code for each in sorted(others, key=lambda each: (_ORDER[each.rank], each.code)))
