"""Following one call in the journal, out of a real Redis."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.follow import follow
from tests.redis_server import RedisServer, running
from voicebot.journal import FIELD

STREAM = "calls"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running(tmp_path) as server:
        yield server


def happen(redis: RedisServer, call_id: str, *numbers: int) -> None:
    with redis.client() as client:
        for number in numbers:
            client.xadd(STREAM, {FIELD: json.dumps({"call_id": call_id, "number": number})})


async def next_number(journal: Any) -> int:
    event: dict[str, Any] = await asyncio.wait_for(anext(journal), 20)
    assert event["call_id"] == "mine"
    return int(event["number"])


async def test_a_call_is_read_from_its_first_event_as_it_happens(redis: RedisServer) -> None:
    happen(redis, "mine", 0, 1)
    happen(redis, "other", 0, 1, 2)
    journal = follow(redis.url, STREAM, "mine")
    assert [await next_number(journal), await next_number(journal)] == [0, 1]
    waiting = asyncio.create_task(next_number(journal))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    happen(redis, "other", 3)
    happen(redis, "mine", 2)
    assert await waiting == 2
    await journal.aclose()


async def test_a_call_that_has_not_begun_is_waited_for(redis: RedisServer) -> None:
    journal = follow(redis.url, STREAM, "mine")
    waiting = asyncio.create_task(next_number(journal))
    await asyncio.sleep(1.2)  # longer than one read blocks
    happen(redis, "mine", 0)
    assert await waiting == 0
    await journal.aclose()


async def test_it_ends_when_redis_dies(redis: RedisServer) -> None:
    happen(redis, "mine", 0)
    journal = follow(redis.url, STREAM, "mine")
    assert await next_number(journal) == 0
    waiting: asyncio.Future[Any] = asyncio.ensure_future(anext(journal))
    await asyncio.sleep(0.1)
    redis.kill()
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, 20)


async def test_it_ends_at_once_without_redis() -> None:
    assert [event async for event in follow("redis://127.0.0.1:9/0", STREAM, "mine")] == []
