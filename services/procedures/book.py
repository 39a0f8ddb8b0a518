"""All procedures in memory: search them, get one, ask about one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread

from sqlalchemy import func, select

from services.database import Database, DatabaseError
from services.models import ProcedureRow
from services.procedures.answers import Answer, Aspect, compose
from services.procedures.legal import LegalDocument
from services.procedures.record import Level, Method, Procedure
from services.procedures.search import Choices, Hit, Index, tell_apart
from services.procedures.shelf import Shelf, read_shelf

log = logging.getLogger(__name__)

CHECK_EVERY = 5.0  # s between looks whether the procedures have changed

_Stamp = tuple[int, datetime | None]


@dataclass(frozen=True)
class _Contents:
    stamp: _Stamp
    shelf: Shelf
    index: Index


class ProcedureBook:
    """Reads the database when first used. When its procedures have changed it reads them again beside, and goes on with
    what it has until the new contents are whole.

    While the database is away it goes on with what it has read; before that, methods raise DatabaseError.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._contents: _Contents | None = None
        self._checked = 0.0
        self._reading = Lock()

    def preload(self) -> None:
        """Reads the database now, so that the first caller does not wait; or later, while it is away."""
        try:
            self._current()
        except DatabaseError as error:
            log.warning("procedures not read yet: %s", error)

    def search(self, query: str, n: int = 5, alternatives: Sequence[str] = (), level: Level = Level.WARD) -> list[Hit]:
        """The best `n` procedures, best first; none when the query names nothing (only "how much is it?").

        `alternatives` are other transcripts of the same words. Of procedures that differ in level only, one is found:
        that of the level which the query names, or else of `level`. Scores are comparable across queries, see `search`.
        Procedures of other provinces, withdrawn ones, and copies of another are not among them.
        """
        return self._current().index.search(query, n, alternatives, level)

    def choices(self, hits: Sequence[Hit]) -> Choices:
        """Hits of a search, and how they are told apart aloud."""
        procedures = self._current().shelf.procedures
        return tell_apart([procedures[hit.code] for hit in hits if hit.code in procedures])

    def get(self, code: str) -> Procedure | None:
        return self._current().shelf.procedures.get(code)

    def answer(self, code: str, aspect: Aspect, channel: Method | None = None, case: int | None = None) -> Answer:
        """Time and fee for one `channel` where they differ; the papers of one of the procedure's `cases`, from 0.

        Raises LookupError for an unknown code.
        """
        shelf = self._current().shelf
        return compose(_known(shelf, code), aspect, shelf.sources[code], channel, case)

    def legal_basis(self, code: str) -> tuple[LegalDocument, ...]:
        """The documents that a procedure rests on, laws first. Raises LookupError for an unknown code."""
        return _known(self._current().shelf, code).legal

    def legal_documents(self, number: str) -> list[tuple[LegalDocument, tuple[Procedure, ...]]]:
        """Documents with this number ("123/2015/NĐ-CP", "123/2015", "123"), and the procedures offered that rest on
        each."""
        shelf = self._current().shelf
        found = shelf.library.find(number)
        resting = ([shelf.procedures[code] for code in shelf.library.resting_on(document)] for document in found)
        return [
            (document, tuple(procedure for procedure in those if procedure.offered))
            for document, those in zip(found, resting, strict=True)
        ]

    def in_groups(self, groups: Collection[str]) -> list[Procedure]:
        """Those offered to callers that are of one of these groups."""
        return [each for each in self._current().shelf.searchable if each.group in groups]

    def _current(self) -> _Contents:
        contents = self._contents
        if contents is None:
            with self._reading:
                contents = self._contents = self._contents or self._read()
                self._checked = self._clock()
        elif self._clock() - self._checked >= CHECK_EVERY and self._reading.acquire(blocking=False):
            self._checked = self._clock()
            Thread(target=self._refresh, args=(contents.stamp,), name="procedures", daemon=True).start()
        return contents

    def _refresh(self, stamp: _Stamp) -> None:
        try:
            if self._stamp() != stamp:
                self._contents = self._read()
        except DatabaseError as error:
            log.warning("procedures not refreshed: %s", error)
        except Exception:
            log.exception("procedures not refreshed")
        finally:
            self._reading.release()

    def _stamp(self) -> _Stamp:
        with self._database.session() as session:
            count, newest = session.execute(select(func.count(), func.max(ProcedureRow.loaded_at))).one()
        return count, newest

    def _read(self) -> _Contents:
        stamp = self._stamp()
        shelf = read_shelf(self._database)
        return _Contents(stamp, shelf, Index(shelf.searchable))


def _known(shelf: Shelf, code: str) -> Procedure:
    procedure = shelf.procedures.get(code)
    if procedure is None:
        raise LookupError(f"there is no procedure {code}")
    return procedure
