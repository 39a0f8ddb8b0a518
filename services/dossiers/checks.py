"""The identity check that stands before every word about a dossier."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy import case, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.database import Database
from services.dossiers.models import DossierCheckRow
from services.dossiers.record import MOST, Dossier, DossierSource, core

ATTEMPTS = 3
LOCKED_FOR = timedelta(hours=24)  # after the last attempt, whoever calls


class Outcome(StrEnum):
    FOUND = "found"
    WRONG = "wrong"  # no such dossier, or other digits: the caller is not told which
    LOCKED = "locked"
    AMBIGUOUS = "ambiguous"  # too many end like that; the whole code is needed


@dataclass(frozen=True)
class Check:
    outcome: Outcome
    dossier: Dossier | None = None
    left: int = ATTEMPTS  # attempts at this code


class DossierLookUp:
    """Gives a dossier only to callers who know the last four digits of its holder's identity number."""

    def __init__(self, database: Database, source: DossierSource) -> None:
        self._database = database
        self._source = source

    def check(self, code: str, last4: str, now: datetime) -> Check:
        """Looks up `code` (whole, without its prefix, or its last digits) and compares.

        Failures are counted per code over all calls, also for codes that do not exist, so that nothing can be guessed
        by calling again; last digits count for every dossier that ends so. Raises ValueError unless `last4` is four
        digits, DossiersUnavailable, DatabaseError.
        """
        if len(last4) != 4 or not (last4.isascii() and last4.isdigit()):
            raise ValueError("the identity check needs four digits")
        found = self._source.find(code)
        if len(found) >= MOST:
            return Check(Outcome.AMBIGUOUS)
        said = core(code)
        with self._database.session(write=True) as session:
            failures = {each: _count(session, each, now) for each in sorted({said} | {core(d.code) for d in found})}
            attempts = failures[said]
            if attempts is None:
                return Check(Outcome.LOCKED, left=0)
            unlocked = [dossier for dossier in found if failures[core(dossier.code)] is not None]
            if found and not unlocked:
                return Check(Outcome.LOCKED, left=0)
            matches = [dossier for dossier in unlocked if compare_digest(dossier.verify_last4, last4)]
            if not matches:
                return Check(Outcome.WRONG, left=ATTEMPTS - attempts)
            if len(matches) > 1:
                return Check(Outcome.AMBIGUOUS, left=ATTEMPTS - attempts)
            _forgive(session, unlocked, {said, core(matches[0].code)})
        return Check(Outcome.FOUND, matches[0])

    def known(self, code: str) -> Dossier | None:
        """A dossier whose caller has passed the check before. Raises DossiersUnavailable, DatabaseError."""
        return next((dossier for dossier in self._source.find(code) if dossier.code == code), None)


def _count(session: Session, code: str, now: datetime) -> int | None:
    """Counts an attempt in one statement, so that no two calls have the same one; None when none was left."""
    row = DossierCheckRow
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    expired = row.at < now - LOCKED_FOR
    statement = (
        insert(row)
        .values(code=code, failures=1, at=now)
        .on_conflict_do_update(
            index_elements=[row.code],
            set_={"failures": case((expired, 1), else_=row.failures + 1), "at": now},
            where=or_(expired, row.failures < ATTEMPTS),
        )
        .returning(row.failures)
    )
    return session.scalar(statement)


def _forgive(session: Session, counted: Sequence[Dossier], passed: Set[str]) -> None:
    """The attempt was no failure: what was counted is taken back, and those that it was meant for start anew."""
    session.execute(delete(DossierCheckRow).where(DossierCheckRow.code.in_(passed)))
    others = {core(dossier.code) for dossier in counted} - passed
    session.execute(
        update(DossierCheckRow).where(DossierCheckRow.code.in_(others)).values(failures=DossierCheckRow.failures - 1)
    )
