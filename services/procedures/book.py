"""All procedures in memory: search them, get one, ask about one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from services.database import Database, DatabaseError
from services.models import ProcedureRow
from services.procedures.answers import Answer, Aspect, compose
from services.procedures.choices import Choice, tell_apart
from services.procedures.record import Level, Procedure
from services.procedures.search import Hit, Index

log = logging.getLogger(__name__)

CHECK_EVERY = 5.0  # s between looks whether the procedures have changed

_Stamp = tuple[int, datetime | None]


@dataclass(frozen=True)
class _Contents:
    stamp: _Stamp
    procedures: dict[str, Procedure]
    sources: dict[str, dict[str, Any]]
    index: Index


class ProcedureBook:
    """Reads the database when first used, and again when its procedures have changed.

    While the database is away it goes on with what it has read; before that, methods raise DatabaseError.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._contents: _Contents | None = None
        self._checked = 0.0

    def search(self, query: str, n: int = 5, alternatives: Sequence[str] = (), level: Level = Level.WARD) -> list[Hit]:
        """The best `n` procedures, best first; none when the query names nothing (only "how much is it?").

        `alternatives` are other transcripts of the same words. Of procedures that differ in level only, one is found:
        that of the level which the query names, or else of `level`. Scores are comparable across queries, see `search`.
        """
        return self._current().index.search(query, n, alternatives, level)

    def choices(self, hits: Sequence[Hit]) -> tuple[Choice, ...]:
        """Hits of a search, and how they are told apart aloud."""
        procedures = self._current().procedures
        return tell_apart([procedures[hit.code] for hit in hits if hit.code in procedures])

    def get(self, code: str) -> Procedure | None:
        return self._current().procedures.get(code)

    def answer(self, code: str, aspect: Aspect) -> Answer:
        """Raises LookupError for an unknown code."""
        contents = self._current()
        procedure = contents.procedures.get(code)
        if procedure is None:
            raise LookupError(f"there is no procedure {code}")
        return compose(procedure, aspect, contents.sources[code])

    def _current(self) -> _Contents:
        now = self._clock()
        if self._contents is None:
            self._contents = self._read()
        elif now - self._checked >= CHECK_EVERY:
            try:
                if self._stamp() != self._contents.stamp:
                    self._contents = self._read()
            except DatabaseError as error:
                log.warning("procedures not refreshed: %s", error)
        else:
            return self._contents
        self._checked = now
        return self._contents

    def _stamp(self) -> _Stamp:
        with self._database.session() as session:
            count, newest = session.execute(select(func.count(), func.max(ProcedureRow.loaded_at))).one()
        return count, newest

    def _read(self) -> _Contents:
        stamp = self._stamp()
        with self._database.session() as session:
            rows = session.scalars(select(ProcedureRow).order_by(ProcedureRow.code)).all()
        procedures = {row.code: Procedure.model_validate(row.record) for row in rows}
        sources = {row.code: _source(row, procedures[row.code]) for row in rows}
        return _Contents(stamp, procedures, sources, Index(list(procedures.values())))


def _source(row: ProcedureRow, procedure: Procedure) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "version": row.version,
        "date": row.date,
        "approved": procedure.approved,
    }
