"""Loads a file of dossiers into our database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.database import Database
from services.dossiers.models import DossierRow, DossierStateRow
from services.dossiers.record import Dossier, InvalidDossier, core, digits, parse
from services.dossiers.store import dossier

_BATCH = 500  # records in one transaction: callers are not kept waiting for the whole file


class DossierFileError(ValueError):
    """The file cannot be used at all; says why."""


class Result(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Imported:
    """What became of one record of the file."""

    record: int  # its place in the file, from 1
    code: str
    result: Result
    reason: str = ""  # why it was refused


def load(database: Database, path: Path, now: datetime) -> Iterator[Imported]:
    """Stores every valid record, batch by batch; each comes out once its batch is committed.

    Loading the same file again changes nothing. Dossiers that the file does not name stay. Raises DossierFileError,
    DatabaseError.
    """
    records = read(path)
    seen: set[str] = set()
    for first in range(0, len(records), _BATCH):
        checked = [
            _check(number, record, seen) for number, record in enumerate(records[first : first + _BATCH], first + 1)
        ]
        new = [one for one in checked if isinstance(one, Dossier)]
        with database.session(write=True) as session:
            results = _store(session, new, now)
        numbers = range(first + 1, first + 1 + len(checked))
        yield from (
            Imported(number, one.code, results[one.code]) if isinstance(one, Dossier) else one
            for number, one in zip(numbers, checked, strict=True)
        )


def read(path: Path) -> list[Any]:
    """The records of a file, unchecked. Raises DossierFileError."""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DossierFileError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise DossierFileError(f"{path}: is no JSON in UTF-8 ({error})") from error
    if not isinstance(records, list):
        raise DossierFileError(f"{path}: must hold a list of dossiers")
    return records


def count(imported: Sequence[Imported]) -> Counter[Result]:
    return Counter(one.result for one in imported)


def _check(number: int, record: Any, seen: set[str]) -> Dossier | Imported:
    """The dossier, or why it is refused."""
    try:
        new = parse(record)
    except InvalidDossier as error:
        code = record.get("code") if isinstance(record, dict) else None
        return Imported(number, code if isinstance(code, str) else "", Result.REFUSED, str(error))
    if new.code in seen:
        return Imported(number, new.code, Result.REFUSED, "code: appears twice in the file; the first one counts")
    seen.add(new.code)
    return new


def _store(session: Session, dossiers: Sequence[Dossier], now: datetime) -> dict[str, Result]:
    """Whole batches in few statements; what became of each code."""
    query = select(DossierRow).where(DossierRow.code.in_([new.code for new in dossiers])).with_for_update()
    rows = {row.code: row for row in session.scalars(query)}
    results, states = dict[str, Result](), []
    for new in dossiers:
        row = rows.get(new.code)
        old = dossier(row) if row else None
        if old == new:
            results[new.code] = Result.UNCHANGED
            continue
        results[new.code] = Result.CHANGED if old else Result.ADDED
        if row is None:
            row = DossierRow(core=core(new.code), ending=digits(new.code)[::-1])
            session.add(row)
        for name, value in asdict(new).items():
            setattr(row, name, value)
        row.imported_at = now
        if old is None or old.status != new.status:
            states.append(DossierStateRow(code=new.code, status=new.status, at=now, note=new.note))
    session.flush()  # the states refer to them
    session.add_all(states)
    return results
