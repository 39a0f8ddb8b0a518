"""What is recorded while parts behind a call are killed."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from hotline.caller import CallEvent
from tests.whole.conftest import Hotline

pytestmark = pytest.mark.whole


@pytest.mark.parametrize("part", ["redis-server", "hotline.recorder"])
async def test_a_part_killed_in_mid_call_loses_no_event(hotline: Hotline, speak: Any, part: str) -> None:
    events: list[CallEvent] = []
    caller = hotline.caller(events)

    async def kill() -> None:
        await asyncio.sleep(4)  # into the greeting
        hotline.part(part).kill()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(kill())
        tasks.create_task(caller.call([speak("đăng ký kết hôn hết bao nhiêu tiền")], hear_out=False))
    nothing_is_lost(hotline, caller.call_id)


async def test_a_database_that_refuses_during_a_whole_call_loses_no_event(hotline: Hotline, speak: Any) -> None:
    events: list[CallEvent] = []
    caller = hotline.caller(events)
    path = Path(hotline.config.database.url.removeprefix("sqlite:///"))
    with sqlite3.connect(path, isolation_level=None) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        await caller.call([speak("đăng ký kết hôn hết bao nhiêu tiền")], hear_out=False)
        assert any(event.event == "heard" for event in events), "the call goes on without it"
        assert hotline.records.show(caller.call_id) is None
        blocker.execute("ROLLBACK")
    nothing_is_lost(hotline, caller.call_id)


def nothing_is_lost(hotline: Hotline, call_id: str) -> None:
    record = hotline.record(call_id)
    numbers = [event["number"] for event in record["events"]]
    assert numbers == list(range(len(numbers)))
    kinds = [event["kind"] for event in record["events"]]
    assert kinds[0] == "call_started"
    assert kinds[-1] == "call_ended"
    assert "caller_said" in kinds
