"""What is done by the clock: when, after failures, and that all of it is really done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from hotline.config import load_config
from hotline.jobs import Job, Schedule, all_jobs
from services.database import Database, DatabaseError
from services.dossiers import DossierReminders, DossierStore, load
from services.messages import MessageState, Outbox
from services.settings import ResumeSettings
from services.survey import Survey
from services.unfinished import UnfinishedCalls
from services.working_days import WorkingDays
from tests.services.dossier_records import CODE, record

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)  # in Hanoi
MOBILE = "0912345678"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("VOICEBOT__DATA", str(tmp_path))
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", f"sqlite:///{tmp_path}/hotline.db")
    opened = Database(f"sqlite:///{tmp_path}/hotline.db")
    opened.migrate()
    yield opened
    opened.close()


class Counted:
    """A job that notes when it ran, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.at: list[datetime] = []

    def __call__(self, now: datetime) -> int:
        self.at.append(now)
        if self.failures:
            self.failures -= 1
            raise DatabaseError("away")
        return 1


def minutes(run: Counted) -> list[float]:
    return [(at - NOON) / timedelta(minutes=1) for at in run.at]


def test_jobs_run_at_the_start_and_then_each_at_its_own_pace() -> None:
    often, daily = Counted(), Counted()
    schedule = Schedule([Job("often", timedelta(minutes=10), often), Job("daily", timedelta(days=1), daily)])
    for minute in range(0, 1445, 5):
        schedule.run_due(NOON + timedelta(minutes=minute))
    assert minutes(often) == list(range(0, 1445, 10))
    assert minutes(daily) == [0, 1440]


def test_a_job_that_fails_is_tried_again_soon_and_holds_up_no_other() -> None:
    broken, other = Counted(failures=2), Counted()
    schedule = Schedule([Job("broken", timedelta(days=1), broken), Job("other", timedelta(days=1), other)])
    for second in range(0, 600, 20):
        schedule.run_due(NOON + timedelta(seconds=second))
    assert minutes(broken) == [0, 1, 2]
    assert minutes(other) == [0]


def test_a_job_for_the_day_waits_for_the_morning() -> None:
    run = Counted()
    schedule = Schedule([Job("by day", timedelta(minutes=30), run, (time(8), time(20)))])
    for hour in range(24):
        schedule.run_due(NOON + timedelta(hours=hour))
    assert [at.hour for at in run.at] == [*range(5, 13), *range(1, 5)]  # 12 to 19 and 8 to 11 in Hanoi


def test_run_goes_on_until_it_is_stopped() -> None:
    def stop_at_third(now: datetime) -> int:
        times.append(now)
        if len(times) == 3:
            schedule.stop()
        return 0

    times: list[datetime] = []
    clock = iter(NOON + timedelta(seconds=n) for n in range(100))
    schedule = Schedule([Job("counts", timedelta(seconds=1), stop_at_third)])
    schedule.run(lambda: next(clock), pause=0)
    assert len(times) == 3


def test_the_hotlines_own_jobs_remind_and_erase(database: Database, tmp_path: Path) -> None:
    config, outbox, survey = load_config(), Outbox(database), Survey(database)
    unfinished = UnfinishedCalls(database, ResumeSettings())
    long_ago = NOON - timedelta(days=800)
    survey.comment("old call", "nhanh", long_ago)
    unfinished.save("lost", MOBILE, "message", {}, long_ago)
    outbox.put("sms", MOBILE, "Giấy tờ", "old message", long_ago)
    outbox.send({"sms": Taking()}, lambda: long_ago)
    (tmp_path / "d.json").write_text(json.dumps([record()]), encoding="utf-8")
    list(load(database, tmp_path / "d.json", NOON))
    dossier = DossierStore(database).get(CODE)
    assert dossier
    DossierReminders(database, DossierStore(database), WorkingDays()).subscribe(dossier, MOBILE, NOON)
    (tmp_path / "d.json").write_text(json.dumps([record(status="da_co_ket_qua")]), encoding="utf-8")
    list(load(database, tmp_path / "d.json", NOON))

    Schedule(all_jobs(config, database)).run_due(NOON)

    [left] = outbox.list()
    assert (left.state, left.to) == (MessageState.WAITING, MOBILE)
    assert "đã có kết quả" in left.text
    assert [each.comment for each in survey.export()] == [None]
    assert unfinished.erase(NOON) == 0  # nothing is left to erase
    Schedule(all_jobs(config, database)).run_due(NOON + timedelta(hours=1))  # after a restart
    assert len(outbox.list()) == 1


class Taking:
    repeatable = True

    def send(self, to: str, text: str, key: str) -> None:
        """Takes everything."""
