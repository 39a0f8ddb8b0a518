"""What is recorded while parts behind a call are killed."""

from __future__ import annotations

import asyncio
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
    record = hotline.record(caller.call_id)
    numbers = [event["number"] for event in record["events"]]
    assert numbers == list(range(len(numbers)))
    kinds = [event["kind"] for event in record["events"]]
    assert kinds[0] == "call_started"
    assert kinds[-1] == "call_ended"
    assert "caller_said" in kinds
