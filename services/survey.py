"""What callers say about a call: at most three answers, none of them demanded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, tuple_, update

from services.database import Database
from services.models import SurveyRow

SCALE = range(1, 6)  # 5: very satisfied
SATISFIED = 4  # and above
LONGEST_COMMENT = 500  # characters
_PAGE = 500


@dataclass(frozen=True)
class SurveyAnswers:
    """None for what was not asked or not answered."""

    call_id: str
    at: datetime
    procedure: str | None
    satisfaction: int | None
    understood: bool | None
    comment: str | None


@dataclass(frozen=True)
class SurveyIndices:
    """Shares from 0 to 1 of those who answered that question; None where nobody did."""

    calls: int
    satisfaction: float | None  # mean, 1..5
    satisfied: float | None  # share of 4 and 5
    understood: float | None


class Survey:
    """All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, call_id: str, satisfaction: int, now: datetime, procedure: str | None = None) -> None:
        """Raises ValueError off the scale."""
        if satisfaction not in SCALE:
            raise ValueError(f"satisfaction is from {SCALE[0]} to {SCALE[-1]}")
        self._keep(call_id, now, satisfaction=satisfaction, procedure=procedure)

    def tell_understood(self, call_id: str, understood: bool, now: datetime) -> None:
        self._keep(call_id, now, understood=understood)

    def comment(self, call_id: str, words: str, now: datetime) -> None:
        self._keep(call_id, now, comment=words.replace("\0", "")[:LONGEST_COMMENT])  # PostgreSQL knows no NUL

    def export(self, since: datetime | None = None) -> Iterator[SurveyAnswers]:
        """Oldest first."""
        last: tuple[datetime, str] | None = None
        while True:
            query = select(SurveyRow).order_by(SurveyRow.at, SurveyRow.call_id).limit(_PAGE)
            if since:
                query = query.where(SurveyRow.at >= since)
            if last:
                query = query.where(tuple_(SurveyRow.at, SurveyRow.call_id) > last)
            with self._database.session() as session:
                page = [_answers(row) for row in session.scalars(query)]
            yield from page
            if len(page) < _PAGE:
                return
            last = (page[-1].at, page[-1].call_id)

    def indices(self, since: datetime | None = None) -> SurveyIndices:
        query = select(
            func.count(),
            func.avg(SurveyRow.satisfaction),
            func.avg(case((SurveyRow.satisfaction >= SATISFIED, 1.0), (SurveyRow.satisfaction.is_not(None), 0.0))),
            func.avg(case((SurveyRow.understood.is_(True), 1.0), (SurveyRow.understood.is_not(None), 0.0))),
        )
        if since:
            query = query.where(SurveyRow.at >= since)
        with self._database.session() as session:
            calls, *shares = session.execute(query).one()
        return SurveyIndices(calls, *(None if share is None else float(share) for share in shares))

    def erase_comments(self, before: datetime) -> int:
        """Those made before then; how many. The marks stay: they tell of nobody."""
        old = update(SurveyRow).where(SurveyRow.at < before, SurveyRow.comment.is_not(None)).values(comment=None)
        with self._database.session(write=True) as session:
            return len(session.scalars(old.returning(SurveyRow.call_id)).all())

    def _keep(self, call_id: str, now: datetime, **answers: object) -> None:
        with self._database.session(write=True) as session:
            row = session.get(SurveyRow, call_id)
            if row is None:
                row = SurveyRow(call_id=call_id, at=now)
                session.add(row)
            for name, value in answers.items():
                setattr(row, name, value)


def _answers(row: SurveyRow) -> SurveyAnswers:
    return SurveyAnswers(row.call_id, row.at, row.procedure, row.satisfaction, row.understood, row.comment)
