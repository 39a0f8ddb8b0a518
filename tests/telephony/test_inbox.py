from __future__ import annotations

import asyncio

import numpy as np

from telephony.inbox import Inbox
from voicebot.audio import FRAME_SAMPLES
from voicebot.line import Digit, Heard, LineEvent, Typed


def heard(value: int) -> Heard:
    return Heard(np.full(FRAME_SAMPLES, value, np.int16))


async def read(inbox: Inbox) -> list[int | str]:
    def short(event: LineEvent) -> int | str:
        match event:
            case Heard(frame):
                return int(frame[0])
            case Digit(key):
                return key
            case Typed(text):
                return text

    return [short(event) async for event in inbox.events()]


async def test_events_come_in_order_and_end() -> None:
    inbox = Inbox()
    reading = asyncio.create_task(read(inbox))
    inbox.put(heard(1))
    await asyncio.sleep(0)
    inbox.put(Digit("5"))
    inbox.put(Typed("xin chào"))
    inbox.close()
    inbox.put(Digit("6"))  # too late
    assert await reading == [1, "5", "xin chào"]


async def test_old_audio_goes_first_and_keys_never() -> None:
    inbox = Inbox(longest=3)
    inbox.put(Digit("0"))
    for value in range(5):
        inbox.put(heard(value))
        inbox.put(Digit(str(value)))
    assert inbox.dropped == 2
    inbox.close()
    assert await read(inbox) == ["0", "0", "1", 2, "2", 3, "3", 4, "4"]
