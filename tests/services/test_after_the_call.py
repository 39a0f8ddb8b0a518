"""Survey, call-backs and unfinished calls in SQL; the text of a message."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text

from services.callbacks import Callbacks, CallbackState, Window
from services.database import Database
from services.duty import Duty
from services.messages import papers_text, segments
from services.procedures import BUNDLED, Aspect, ProcedureBook, load
from services.settings import DutySettings, ResumeSettings
from services.survey import Survey
from services.unfinished import UnfinishedCalls
from tests.services.test_postgresql import pytestmark as needs_postgresql
from tests.services.test_postgresql import url as postgresql_url  # noqa: F401 - a fixture

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=HANOI)  # a Monday
MOBILE = "0912345678"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/h.db"
    opened = Database(url)
    opened.migrate()
    with opened.session(write=True) as session:
        for table in ("survey_answers", "callbacks", "unfinished_calls"):
            session.execute(text(f"DELETE FROM {table}"))
    yield opened
    opened.close()


def later(**difference: float) -> datetime:
    return NOW + timedelta(**difference)


def test_answers_of_one_call_are_one_row(database: Database) -> None:
    survey = Survey(database)
    survey.rate("c1", 4, NOW, "1.001193")
    survey.tell_understood("c1", True, later(seconds=9))
    survey.comment("c1", "nói chậm hơn nữa " * 100, later(seconds=20))
    survey.rate("c1", 5, later(seconds=30))
    [kept] = survey.export()
    assert (kept.call_id, kept.at, kept.satisfaction, kept.understood) == ("c1", NOW, 5, True)
    assert kept.comment is not None
    assert len(kept.comment) == 500
    for off in (0, 6):
        with pytest.raises(ValueError, match="from 1 to 5"):
            survey.rate("c2", off, NOW)
    assert len(list(survey.export())) == 1


def test_indices_count_only_who_answered(database: Database) -> None:
    survey = Survey(database)
    assert survey.indices() == type(survey.indices())(0, None, None, None)
    for n, mark in enumerate((5, 4, 2)):
        survey.rate(f"c{n}", mark, later(hours=n))
    survey.tell_understood("c0", True, NOW)
    survey.tell_understood("c1", False, NOW)
    survey.comment("c9", "chậm", later(hours=9))
    found = survey.indices()
    assert (found.calls, found.understood) == (4, 0.5)
    assert found.satisfaction == pytest.approx(11 / 3)
    assert found.satisfied == pytest.approx(2 / 3)
    assert survey.indices(since=later(hours=2)).satisfaction == 2
    assert [each.call_id for each in survey.export(later(hours=2))] == ["c2", "c9"]


def test_export_reads_in_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.survey._PAGE", 2)
    survey = Survey(database)
    for n in range(5):
        survey.rate(f"c{n}", 3, later(hours=n // 2))
    assert [each.call_id for each in survey.export()] == [f"c{n}" for n in range(5)]


def callbacks(database: Database, **duty: object) -> Callbacks:
    return Callbacks(database, Duty(DutySettings.model_validate(duty)))


def window(start: str, end: str) -> Window:
    return Window(*(datetime.fromisoformat(f"2026-03-{moment}").replace(tzinfo=HANOI) for moment in (start, end)))


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (window("03T12:00", "03T18:00"), window("03T12:00", "03T17:30")),
        (window("02T06:00", "02T12:00"), window("02T09:00", "02T12:00")),  # what is over of it does not count
        (window("02T17:20", "02T19:00"), None),  # too short
        (window("02T18:00", "02T22:00"), None),
        (window("07T06:00", "07T22:00"), None),  # Saturday
        (window("02T18:00", "09T09:00"), window("03T07:30", "03T17:30")),  # any time
        (window("01T09:00", "01T10:00"), None),  # yesterday
        (window("04T08:00", "04T12:00"), None),  # a holiday
    ],
)
def test_windows_fit_office_hours(database: Database, wanted: Window, fitting: Window | None) -> None:
    assert callbacks(database, holidays=[date(2026, 3, 4)]).fit(wanted, NOW) == fitting


def test_the_next_working_hours(database: Database) -> None:
    friday_night = datetime(2026, 3, 6, 20, 0, tzinfo=HANOI)
    assert callbacks(database).next_after(friday_night) == window("09T07:30", "09T17:30")
    assert callbacks(database, days=[]).next_after(friday_night) is None


@given(st.integers(-48, 400), st.integers(1, 400))
def test_what_fits_lies_in_the_wanted_window_and_in_office_hours(start: int, length: int) -> None:
    duty = Duty(DutySettings())
    found = Callbacks(Database("sqlite://"), duty).fit(
        wanted := Window(later(hours=start / 2), later(hours=(start + length) / 2)), NOW
    )
    if found:
        hours = duty.hours(found.start)
        assert hours is not None
        assert max(wanted.start, NOW, hours[0]) <= found.start < found.end <= min(wanted.end, hours[1])


def test_one_call_back_for_each_call_and_what_becomes_of_it(database: Database) -> None:
    book = callbacks(database)
    first = book.ask("c1", MOBILE, window("03T12:00", "03T17:30"), "Hỏi khai sinh", NOW)
    changed = book.ask("c1", MOBILE, window("03T08:00", "03T09:00"), "Hỏi khai sinh", NOW)
    other = book.ask("c2", "0987654321", window("02T10:00", "02T11:00"), "", NOW)
    assert changed.id == first.id
    assert [each.id for each in book.list()] == [other.id, first.id]
    failed = book.move(first.id, CallbackState.FAILED, "lan", later(days=1), "không nghe máy")
    assert (failed.state, failed.by, failed.note, failed.asked_at) == ("failed", "lan", "không nghe máy", NOW)
    assert book.move(first.id, CallbackState.DONE, "lan", later(days=1)).state == "done"
    with pytest.raises(ValueError, match="cannot become"):
        book.move(first.id, CallbackState.WAITING, "lan", NOW)
    with pytest.raises(LookupError):
        book.move(999, CallbackState.DONE, "lan", NOW)
    with pytest.raises(ValueError, match="not over"):
        book.ask("c3", MOBILE, window("01T08:00", "01T09:00"), "", NOW)
    assert [each.id for each in book.list(CallbackState.WAITING)] == [other.id]


def unfinished(database: Database, minutes: int = 20, key: str = "k") -> UnfinishedCalls:
    return UnfinishedCalls(database, ResumeSettings(minutes=minutes, key=SecretStr(key)))


def test_what_a_call_was_in_the_middle_of(database: Database) -> None:
    calls = unfinished(database)
    assert calls.save("c1", MOBILE, "message", {"step": 1}, NOW)
    assert calls.save("c1", MOBILE, "message", {"step": 2}, later(minutes=1))
    found = unfinished(database).latest(MOBILE, later(minutes=21))
    assert found is not None
    assert (found.call_id, found.task, found.memory) == ("c1", "message", {"step": 2})
    assert calls.latest("0987654321", NOW) is None
    assert calls.latest(MOBILE, later(minutes=22)) is None
    assert unfinished(database, key="another").latest(MOBILE, NOW) is None
    assert calls.take("c1", later(minutes=2)) == found
    assert calls.take("c1", later(minutes=2)) is None


def test_the_latest_counts_and_the_old_are_deleted(database: Database) -> None:
    calls = unfinished(database)
    calls.save("old", MOBILE, "message", {}, NOW)
    calls.save("new", MOBILE, "call_back", {}, later(minutes=5))
    found = calls.latest(MOBILE, later(minutes=6))
    assert found is not None
    assert found.call_id == "new"
    calls.drop("new")
    calls.drop("new")
    calls.save("c3", "0987654321", "message", {}, later(minutes=30))
    assert calls.erase(later(minutes=30)) == 1
    with database.session() as session:
        assert session.scalars(text("SELECT call_id FROM unfinished_calls")).all() == ["c3"]


def test_comments_are_erased_and_marks_stay(database: Database) -> None:
    survey = Survey(database)
    for call, at in (("old", NOW), ("new", later(days=10))):
        survey.rate(call, 4, at)
        survey.comment(call, "nhanh", at)
    assert survey.erase_comments(later(days=5)) == 1
    assert survey.erase_comments(later(days=5)) == 0
    assert [(each.satisfaction, each.comment) for each in survey.export()] == [(4, None), (4, "nhanh")]


def test_numbers_are_not_in_the_database_and_shared_ones_not_kept(database: Database) -> None:
    calls = unfinished(database)
    calls.save("c1", MOBILE, "message", {}, NOW)
    with database.session() as session:
        [row] = session.execute(text("SELECT * FROM unfinished_calls")).all()
    assert MOBILE not in str(row)
    for shared in ("02438255555", "19001009"):
        assert not calls.save("c2", shared, "message", {}, NOW)
    assert not unfinished(database, minutes=0).save("c3", MOBILE, "message", {}, NOW)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("ạ" * 70, 1), ("ạ" * 71, 2), ("ạ" * 134, 2), ("ạ" * 135, 3), ("a" * 70 + "ạ", 2), ("à" * 160, 1),
    ],
)  # fmt: skip
def test_segments(words: str, count: int) -> None:
    assert segments(words) == count


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> ProcedureBook:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('book')}/h.db")
    database.migrate()
    load(database, BUNDLED)
    return ProcedureBook(database)


def test_every_procedure_makes_a_message_with_code_place_and_date(book: ProcedureBook) -> None:
    codes = [record["ma_thu_tuc"] for record in json.loads(BUNDLED.read_text("utf-8"))["procedures"]]
    procedures = [procedure for code in codes if (procedure := book.get(code))]
    assert len(procedures) == 56
    for procedure in procedures:
        source = book.answer(procedure.code, Aspect.WHERE).source
        said = papers_text(procedure, source)
        assert procedure.code in said
        assert "Nơi nộp" in said
        assert "Số liệu ngày 19/07/2026, nên hỏi lại" in said
        assert segments(said) <= 10
        whole = papers_text(procedure, source, 99)
        listed = [line for line in whole.splitlines() if line.startswith("Giấy tờ: ")]
        assert listed[0] in said  # what everybody needs is never left out of the 56
        assert "gọi 19001009" not in whole


def test_papers_that_do_not_fit_are_counted(book: ProcedureBook) -> None:
    procedure = book.get("1.001193")
    assert procedure is not None
    source = book.answer(procedure.code, Aspect.WHERE).source
    texts = [papers_text(procedure, source, most) for most in range(12, 4, -1)]
    assert all(segments(said) <= most for said, most in zip(texts, range(12, 4, -1), strict=True))
    assert all(len(longer) >= len(shorter) for longer, shorter in itertools.pairwise(texts))
    assert "loại, gọi 19001009" in texts[2]
    assert "và 2 loại nữa" in texts[-1] or "3 loại, gọi" in texts[-1]


def test_hours_of_duty() -> None:
    duty = Duty(DutySettings(agent="sip:a@b"))
    assert duty.hours(NOW) == (NOW.replace(hour=7, minute=30), NOW.replace(hour=17, minute=30))
    assert duty.hours(NOW.astimezone(UTC)) == duty.hours(NOW)
    assert duty.hours(later(days=5)) is None
