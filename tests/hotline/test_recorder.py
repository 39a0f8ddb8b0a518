from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline import recorder as recorder_module
from hotline.recorder import Recorder
from services.calls import CallRecords
from services.database import Database
from tests.redis_server import RedisServer, running
from voicebot.events import CallEnded, CallerSaid, CallStarted
from voicebot.journal import FIELD, RECORDER_GROUP

STREAM = "calls"
SECRET = "số căn cước của tôi là không một bảy"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Folder of the database."""
    return tmp_path / "var"


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{home}/hotline.db")
    opened.migrate()
    yield opened
    opened.close()


class Process:
    """The recorder as it runs in production."""

    def __init__(self, redis: RedisServer, database: Database, log: Path, name: str) -> None:
        arguments = (redis.url, STREAM, database.name, name)
        code = f"from hotline.recorder import main; main(*{arguments!r})"
        self._log = log
        self.process = subprocess.Popen([sys.executable, "-c", code], stderr=log.open("ab"))

    @property
    def log(self) -> str:
        return self._log.read_text()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def start(redis: RedisServer, database: Database, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def begin(name: str = "one") -> Process:
        started.append(Process(redis, database, tmp_path / "recorder.log", name))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.wait()


def call(call_id: str, turns: int = 8) -> list[dict[str, Any]]:
    said = [
        CallerSaid(call_id=call_id, number=turn + 1, turn=turn, how="voice", text=f"{SECRET} {turn}")
        for turn in range(turns)
    ]
    first = CallStarted(call_id=call_id, number=0, line="sip", caller="0912345678", called=None)
    last = CallEnded(call_id=call_id, number=turns + 1, reason="caller", seconds=60, outcome="answered")
    return [event.model_dump(mode="json") for event in (first, *said, last)]


def add(redis: RedisServer, events: list[dict[str, Any]]) -> None:
    with redis.client() as client:
        for event in events:
            client.xadd(STREAM, {FIELD: json.dumps(event, ensure_ascii=False)})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def stored(home: Path) -> int:
    with sqlite3.connect(home / "hotline.db") as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def unfinished(redis: RedisServer) -> int:
    """Events not acknowledged: delivered or not."""
    with redis.client() as client:
        group: Any = client.xinfo_groups(STREAM)[0]  # type: ignore[index]
        return int(group["pending"]) + int(group["lag"] or 0)


def calls_are_complete(database: Database, calls: dict[str, list[dict[str, Any]]]) -> None:
    records = CallRecords(database)
    for call_id, events in calls.items():
        shown = records.show(call_id)
        assert shown is not None
        assert shown["events"] == events


def test_it_records_and_stops_cleanly(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    calls = {name: call(name) for name in ("before", "after")}
    add(redis, calls["before"])  # from before the first recorder
    process = start()
    until(lambda: stored(home) == 10)
    add(redis, calls["after"])
    until(lambda: stored(home) == 20 and unfinished(redis) == 0)
    assert process.stop() == 0
    calls_are_complete(database, calls)
    assert SECRET not in process.log


def test_killed_in_mid_stream_again_and_again(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    calls = {f"c{index}": call(f"c{index}") for index in range(120)}
    for part in range(3):
        before = stored(home)
        for events in list(calls.values())[40 * part : 40 * part + 40]:
            add(redis, events)
        process = start()
        until(lambda before=before: stored(home) > before)
        process.process.kill()
        process.process.wait()
    process = start()
    until(lambda: stored(home) == 1200 and unfinished(redis) == 0)
    assert process.stop() == 0
    calls_are_complete(database, calls)


def test_redis_killed_and_started_again(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    calls = {f"c{index}": call(f"c{index}") for index in range(60)}
    for events in calls.values():
        add(redis, events)
    process = start()
    until(lambda: stored(home) > 50)
    redis.kill()
    time.sleep(1)
    redis.start()
    calls["late"] = call("late")
    add(redis, calls["late"])
    until(lambda: stored(home) == 610 and unfinished(redis) == 0)
    assert process.stop() == 0
    calls_are_complete(database, calls)


def test_the_database_locked_for_long(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    blocker = sqlite3.connect(home / "hotline.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    add(redis, call("c1"))
    process = start()
    until(lambda: "is locked" in process.log)
    assert stored(home) == 0
    assert unfinished(redis) == 10
    blocker.execute("COMMIT")
    blocker.close()
    until(lambda: stored(home) == 10 and unfinished(redis) == 0)
    assert process.stop() == 0


def test_the_database_taken_away_and_brought_back(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    process = start()
    add(redis, call("c1"))
    until(lambda: stored(home) == 10)
    away = home.with_name("away")
    os.rename(home, away)
    add(redis, call("c2"))
    until(lambda: "unavailable" in process.log)
    assert unfinished(redis) == 10
    shutil.move(away, home)
    until(lambda: stored(home) == 20 and unfinished(redis) == 0)
    assert process.stop() == 0
    assert SECRET not in process.log


def test_it_stops_although_the_database_is_away(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    shutil.rmtree(home)
    process = start()
    add(redis, call("c1"))
    until(lambda: "unavailable" in process.log)
    assert process.stop() == 0
    assert unfinished(redis) == 10


def test_an_event_that_cannot_be_stored_is_put_aside(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    good = call("c1")
    poison = [
        {FIELD: "{not JSON " + SECRET},
        {FIELD: json.dumps([SECRET])},
        {FIELD: json.dumps({**good[1], "number": SECRET})},
        {FIELD: b"\xff\xfe"},
        {"other": SECRET},
        {FIELD: "[" * 200_000},
    ]
    with redis.client() as client:
        for fields in poison:
            client.xadd(STREAM, fields)  # type: ignore[arg-type]
    add(redis, good)
    process = start()
    until(lambda: stored(home) == 10 and unfinished(redis) == 0)
    assert process.stop() == 0
    letters = redis.entries("calls:dead")
    assert len(letters) == len(poison)
    assert letters[0][FIELD.encode()].startswith(b"{not JSON")
    assert letters[2][b"error"].startswith(b"InvalidEvent: number")
    assert all(letter[b"id"].decode() in process.log for letter in letters)
    assert SECRET not in process.log
    calls_are_complete(database, {"c1": good})


def test_what_a_recorder_elsewhere_left_is_taken_over(
    redis: RedisServer, database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_CLAIM_IDLE", 0.2)
    add(redis, call("c1"))
    with redis.client() as client:
        client.xgroup_create(STREAM, RECORDER_GROUP, id="0")
        client.xreadgroup(RECORDER_GROUP, "elsewhere", {STREAM: ">"}, count=6)
        recorder = Recorder(client, STREAM, CallRecords(database), "here")
        thread = threading.Thread(target=recorder.run)
        thread.start()
        until(lambda: stored(home) == 10 and unfinished(redis) == 0)
        recorder.stop()
        thread.join()


def test_two_recorders_share_the_work(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    calls = {f"c{index}": call(f"c{index}") for index in range(40)}
    processes = [start("one"), start("other")]
    with redis.client() as client:
        until(lambda: bool(client.exists(STREAM)) and len(client.xinfo_consumers(STREAM, RECORDER_GROUP)) == 2)  # type: ignore[arg-type]
    for events in calls.values():
        add(redis, events)
    until(lambda: stored(home) == 400 and unfinished(redis) == 0)
    assert [process.stop() for process in processes] == [0, 0]
    calls_are_complete(database, calls)


def test_a_redis_that_lost_everything_is_joined_anew(
    redis: RedisServer, database: Database, start: Callable[..., Process], home: Path
) -> None:
    process = start()
    add(redis, call("c1"))
    until(lambda: stored(home) == 10)
    with redis.client() as client:
        client.flushall()
    add(redis, call("c2"))
    until(lambda: stored(home) == 20)
    assert process.stop() == 0
