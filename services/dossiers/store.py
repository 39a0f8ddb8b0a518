"""Dossiers in our own database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.database import Database
from services.dossiers.models import DossierRow, DossierStateRow
from services.dossiers.record import MOST, SHORTEST_END, Dossier, Status, core, exact


@dataclass(frozen=True)
class State:
    status: Status
    at: datetime
    note: str


class DossierStore:
    """Implements `DossierSource`. All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, code: str) -> Sequence[Dossier]:
        query = select(DossierRow).order_by(DossierRow.code).limit(MOST)
        if code.isdigit():
            if len(code) < SHORTEST_END:
                return []
            first = code[::-1]
            query = query.where(DossierRow.ending >= first, DossierRow.ending < f"{first}a")  # an index serves it
        else:
            query = query.where(DossierRow.core == core(code))
            if code != core(code):
                query = query.where(DossierRow.code.in_((code, core(code))))
        with self._database.session() as session:
            found = [dossier(row) for row in session.scalars(query)]
        return exact(found, code)

    def get(self, code: str) -> Dossier | None:
        """The one with just this code."""
        with self._database.session() as session:
            row = session.get(DossierRow, code)
            return dossier(row) if row else None

    def history(self, code: str) -> list[State]:
        """Oldest first."""
        query = select(DossierStateRow).where(DossierStateRow.code == code).order_by(DossierStateRow.id)
        with self._database.session() as session:
            return [State(Status(row.status), row.at, row.note) for row in session.scalars(query)]

    def list(self, status: Status | None = None, limit: int = 100) -> list[Dossier]:
        """The latest received first."""
        query = select(DossierRow).order_by(DossierRow.received.desc(), DossierRow.code).limit(limit)
        if status:
            query = query.where(DossierRow.status == status)
        with self._database.session() as session:
            return [dossier(row) for row in session.scalars(query)]


def dossier(row: DossierRow) -> Dossier:
    return Dossier(
        code=row.code,
        procedure=row.procedure,
        status=Status(row.status),
        received=row.received,
        due=row.due,
        verify_last4=row.verify_last4,
        holder=row.holder,
        note=row.note,
    )
