"""Imports a source of portal records: all of it or nothing, and the same again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.database import Database
from services.models import ProcedureRow
from services.procedures.portal.derive import derive
from services.procedures.portal.findings import Finding, Outcome, Reason
from services.procedures.portal.record import MalformedRecord
from services.procedures.portal.source import read
from services.procedures.record import Origin, Procedure, Trust
from services.procedures.versions import Said, Stored, store, withdraw

SOURCE = "Cổng dịch vụ công quốc gia"
_MISSING = 0.2  # share of what is stored that a complete source may lack


class ImportRefused(ValueError):
    """The source can be read, but storing it would do harm; says what to do."""


@dataclass(frozen=True)
class Imported:
    as_of: date
    stored: Stored
    withdrawn: int
    dropped: int
    by_trust: dict[Trust, int]
    findings: tuple[Finding, ...]


def import_portal(
    database: Database,
    path: Path,
    as_of: date,
    now: datetime,
    complete: bool | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Imported:
    """`as_of` is the day of the source. What a `complete` source no longer has is marked as withdrawn; with None it is
    taken for complete when it has nearly all of what is stored. `progress` hears the share that has been read.

    Raises SourceError, ImportRefused, DatabaseError; nothing has been stored then.
    """
    procedures, findings = _read(path, as_of, progress)
    if not procedures:
        raise ImportRefused(f"{path}: it holds no record of the portal that could be used")
    findings += _copies(procedures.values())
    said = [_said(procedure) for procedure in procedures.values()]
    with database.session(write=True) as session:
        _refuse_older(session, path, as_of)
        gone = _gone(session, path, procedures, complete)
        findings += _reviewed(session, procedures, gone is not None)
        stored = store(session, Origin.PORTAL, said, as_of.isoformat(), SOURCE, now)
        withdraw(session, Origin.PORTAL, gone or (), as_of.isoformat(), now)
    trusts = Counter(procedure.trust for procedure in procedures.values())
    dropped = sum(found.outcome == Outcome.DROPPED for found in findings)
    return Imported(as_of, stored, len(gone or ()), dropped, dict(trusts), tuple(findings))


def _read(path: Path, as_of: date, progress: Callable[[float], None]) -> tuple[dict[str, Procedure], list[Finding]]:
    procedures: dict[str, Procedure] = {}
    findings: list[Finding] = []
    for each in read(path):
        progress(each.share)
        record = each.record
        if isinstance(record, MalformedRecord):
            findings.append(Finding(Path(each.name).stem, "", Outcome.DROPPED, Reason.MALFORMED, str(record)))
        elif record.code in procedures:
            findings.append(Finding(record.code, record.name, Outcome.DROPPED, Reason.SAME_CODE, each.name))
        else:
            derived = derive(record, as_of)
            findings += derived.findings
            if derived.procedure:
                procedures[record.code] = derived.procedure
    return procedures, findings


def _said(procedure: Procedure) -> Said:
    record = procedure.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return Said(procedure.code, procedure.name, procedure.version, record)


def _copies(procedures: Iterable[Procedure]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for procedure in sorted(procedures, key=lambda procedure: procedure.code):
        original = first.setdefault(procedure.body, procedure.code)
        if original != procedure.code:
            yield Finding(procedure.code, procedure.name, Outcome.DOUBTFUL, Reason.SAME_BODY, original)


def _refuse_older(session: Session, path: Path, as_of: date) -> None:
    newest = session.scalar(select(func.max(ProcedureRow.date)).where(ProcedureRow.origin == Origin.PORTAL))
    if newest and newest > as_of.isoformat():
        raise ImportRefused(f"{path}: it is of {as_of}, older than what is stored ({newest}); nothing was imported")


def _gone(session: Session, path: Path, procedures: dict[str, Procedure], complete: bool | None) -> list[str] | None:
    """Codes that are stored and not in the source; None when the source does not tell."""
    current = (ProcedureRow.origin == Origin.PORTAL, ProcedureRow.withdrawn_on.is_(None))
    stored = session.scalars(select(ProcedureRow.code).where(*current)).all()
    gone = [code for code in stored if code not in procedures]
    if complete is None and len(gone) > _MISSING * len(stored):
        raise ImportRefused(
            f"{path}: it lacks {len(gone)} of the {len(stored)} procedures stored; nothing was imported: "
            "say --partial to keep those, or --complete to mark them as withdrawn"
        )
    return None if complete is False else gone


def _reviewed(session: Session, procedures: dict[str, Procedure], complete: bool) -> Iterator[Finding]:
    """Reviewed records win over the portal's; the officer hears when the portal has moved on."""
    columns = (ProcedureRow.code, ProcedureRow.name, ProcedureRow.version)
    for row in session.execute(select(*columns).where(ProcedureRow.origin == Origin.REVIEWED)).all():
        imported = procedures.get(row.code)
        if imported and imported.version != row.version:
            detail = f"{row.version} → {imported.version}"
            yield Finding(row.code, row.name, Outcome.DOUBTFUL, Reason.REVIEWED_OLDER, detail)
        elif imported is None and complete:
            yield Finding(row.code, row.name, Outcome.DOUBTFUL, Reason.REVIEWED_GONE)
