from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.redis_server import RedisServer, running
from voicebot import journal as journal_module
from voicebot.events import CallerSaid, parse_event
from voicebot.journal import FIELD, RECORDER_GROUP, Journal
from voicebot.settings import JournalSettings
from voicebot.spool import Spool, SpoolError

SETTINGS = JournalSettings(longest=1000)
SECRET = "số căn cước của tôi là không một bảy"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "var" / "spool"


def event(number: int) -> CallerSaid:
    return CallerSaid(call_id="c1", number=number, turn=number, how="voice", text=SECRET)


def numbers(redis: RedisServer) -> list[int]:
    """Of the events in the stream, as they came."""
    return [json.loads(fields[FIELD.encode()])["number"] for fields in redis.entries(SETTINGS.stream)]


def once_each(found: list[int]) -> list[int]:
    return list(dict.fromkeys(found))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - what is awaited is in another process
            await asyncio.sleep(0.02)


async def test_events_reach_the_stream_in_order(redis: RedisServer, spool: Path) -> None:
    journal = Journal(redis.url, SETTINGS, spool)
    await journal.start()
    for number in range(1200):
        journal.append(event(number))
    await until(lambda: len(numbers(redis)) == 1200)
    await journal.close()
    assert numbers(redis) == list(range(1200))
    assert parse_event.validate_json(redis.entries("calls")[7][FIELD.encode()]).call_id == "c1"


async def test_close_sends_what_is_left(redis: RedisServer, spool: Path) -> None:
    journal = Journal(redis.url, SETTINGS, spool)
    await journal.start()
    for number in range(50):
        journal.append(event(number))
    await journal.close()
    assert numbers(redis) == list(range(50))


async def test_without_redis_events_wait_for_the_next_process(redis: RedisServer, spool: Path) -> None:
    redis.kill()
    first = Journal(redis.url, SETTINGS, spool)
    await first.start()
    for number in range(30):
        first.append(event(number))
    await first.close()
    assert len(spool.read_bytes().splitlines()) == 30

    redis.start()
    second = Journal(redis.url, SETTINGS, spool)
    await second.start()
    for number in range(30, 40):
        second.append(event(number))
    await second.close()
    assert numbers(redis) == list(range(40))
    assert spool.read_bytes() == b""


async def test_redis_killed_in_mid_call_and_started_again(redis: RedisServer, spool: Path) -> None:
    journal = Journal(redis.url, SETTINGS, spool)
    await journal.start()
    for number in range(600):
        if number == 200:
            redis.kill()
        if number == 400:
            await asyncio.to_thread(redis.start)
        journal.append(event(number))
        await asyncio.sleep(0.002)
    await until(lambda: len(set(numbers(redis))) == 600)
    await journal.close()
    assert once_each(numbers(redis)) == list(range(600))


async def test_a_hanging_redis_holds_up_nobody(
    redis: RedisServer, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_REDIS_TIMEOUT", 0.3)
    journal = Journal(redis.url, SETTINGS, spool)
    await journal.start()
    journal.append(event(0))
    await until(lambda: numbers(redis) == [0])
    redis.freeze()
    longest = 0.0
    for number in range(1, 300):
        before = time.monotonic()
        journal.append(event(number))
        longest = max(longest, time.monotonic() - before)
        await asyncio.sleep(0.002)
    assert longest < 0.2  # far below the timeout: appending waits for nothing
    await until(lambda: spool.stat().st_size > 0)
    redis.thaw()
    await until(lambda: len(set(numbers(redis))) == 300)
    await journal.close()
    assert once_each(numbers(redis)) == list(range(300))


async def test_a_full_disk_leaves_memory_and_is_logged_once(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_RETRY", 0.1)
    redis.kill()
    journal = Journal(redis.url, SETTINGS, Path("/dev/full"))
    await journal.start()
    with caplog.at_level(logging.INFO):
        for number in range(40):
            journal.append(event(number))
            await asyncio.sleep(0.01)
        await asyncio.to_thread(redis.start)
        await until(lambda: len(set(numbers(redis))) == 40)
    await journal.close()
    assert once_each(numbers(redis)) == list(range(40))
    assert len([record for record in caplog.records if "spool (" in record.message]) == 1
    assert SECRET not in caplog.text
    assert journal.lost == 0


async def test_memory_is_bounded_and_the_oldest_go_first(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_IN_MEMORY", 10)
    redis.kill()
    journal = Journal(redis.url, SETTINGS, Path("/dev/full"))
    for number in range(15):
        journal.append(event(number))
    assert journal.lost == 5
    redis.start()
    await journal.start()
    await until(lambda: len(numbers(redis)) == 10)
    await journal.close()
    assert numbers(redis) == list(range(5, 15))
    assert caplog.text.count("being lost") == 1


async def test_the_stream_keeps_what_the_recorder_has_not_finished(
    redis: RedisServer, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_TRIM_EVERY", 0.0)
    journal = Journal(redis.url, SETTINGS, spool)
    await journal.start()
    count = 0

    async def append(more: int) -> None:
        nonlocal count
        for number in range(count, count + more):
            journal.append(event(number))
        count += more
        await until(lambda: count - 1 in numbers(redis))

    await append(4000)
    await append(1)
    assert len(numbers(redis)) == 4001  # nobody has read anything

    with redis.client() as client:
        client.xgroup_create("calls", RECORDER_GROUP, id="0")
        await append(1)
        assert len(numbers(redis)) == 4002  # a recorder, but it has read nothing
        read: Any = client.xreadgroup(RECORDER_GROUP, "a", {"calls": ">"}, count=2500)
        ids = [id for id, _ in read[0][1]]
        client.xack("calls", RECORDER_GROUP, *ids[:700], *ids[701:])
        await append(1)
        left = numbers(redis)
        assert left[0] <= 700  # it has not acknowledged the 700th
        assert left == list(range(left[0], count))
        assert left[0] > 0
        client.xack("calls", RECORDER_GROUP, ids[700])
        await append(1)
        left = numbers(redis)
        assert 2300 < left[0] <= 2500
    await journal.close()


async def test_a_short_stream_is_left_alone(redis: RedisServer, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_TRIM_EVERY", 0.0)
    with redis.client() as client:
        client.xgroup_create("calls", RECORDER_GROUP, id="0", mkstream=True)
        journal = Journal(redis.url, SETTINGS, spool)
        await journal.start()
        for number in range(900):
            journal.append(event(number))
        await journal.close()
        client.xreadgroup(RECORDER_GROUP, "a", {"calls": ">"}, count=900, noack=True)
    assert len(numbers(redis)) == 900


async def test_half_a_line_of_a_crash_is_dropped(redis: RedisServer, spool: Path) -> None:
    spool.parent.mkdir()
    spool.write_bytes(event(0).model_dump_json().encode() + b"\n" + event(1).model_dump_json().encode()[:40])
    journal = Journal(redis.url, SETTINGS, spool)
    await journal.start()
    journal.append(event(2))
    await journal.close()
    assert numbers(redis) == [0, 2]


def test_a_spool_belongs_to_one_process(spool: Path) -> None:
    first, second = Spool(spool), Spool(spool)
    first.open()
    with pytest.raises(SpoolError, match="another process"):
        second.open()
    first.close()
    second.open()
    second.close()


def test_a_spool_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpoolError, match="file"):
        Spool(tmp_path / "file" / "spool").open()


def test_a_write_that_fails_halfway_leaves_no_trace(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Spool(spool)
    kept.open()
    kept.append([b"one", b"two"])
    write = os.pwrite

    def half(file: int, data: bytes, at: int) -> int:
        write(file, data[: len(data) // 2], at)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(OSError, match="No space"):
        kept.append([b"three", b"four"])
    monkeypatch.setattr(os, "pwrite", write)
    kept.append([b"five"])
    assert kept.peek(1000) == [b"one", b"two", b"five"]
    kept.close()


def test_lines_come_first_in_first_out_however_long(spool: Path) -> None:
    lines = [b"x" * length for length in (1, 500, 3, 20_000, 0, 7)]
    queue = Spool(spool)
    queue.open()
    queue.append(lines[:3])
    queue.append(lines[3:])
    found: list[bytes] = []
    while not queue.empty:
        some = queue.peek(10)
        found += some
        queue.forget(some)
    assert found == lines
    assert spool.stat().st_size == 0
    queue.close()
