"""What tests of whole calls share: the words of the bot, and a call that is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tests.voicebot.simulated_call import MemoryJournal, SimulatedLine
from voicebot import events
from voicebot.dialogue import Say

GREETING = "Em chào bác ạ."
ANSWER = "Dạ, lệ phí là năm nghìn đồng ạ."
LONG = (
    "Dạ, bác cần tờ khai đăng ký khai sinh, giấy chứng sinh của cháu, căn cước của bố mẹ. "
    "Bác nộp tại ủy ban nhân dân xã, phường nơi cư trú. Thời hạn giải quyết là trong ngày ạ."
)
ASKED = [Say(LONG)]
NOTICE = Say(GREETING, interruptible=False)  # tells of the recording
PROMPTS = {
    "filler": ["Dạ, bác chờ em ạ."],
    "apology": ["Dạ, em xin lỗi, máy trục trặc ạ."],
    "unheard": ["Dạ, em nghe chưa rõ ạ."],
    "still_there": ["Dạ, bác còn nghe máy không ạ?"],
    "silence_goodbye": ["Dạ, em xin phép dừng máy ạ."],
    "hand_over": ["Dạ, em nối máy cho cán bộ ạ."],
    "hand_over_failed": ["Dạ, cán bộ sẽ gọi lại cho bác ạ."],
}
APOLOGY, UNHEARD, FILLER = PROMPTS["apology"][0], PROMPTS["unheard"][0], PROMPTS["filler"][0]
CALL_BACK = PROMPTS["hand_over_failed"][0]


@dataclass
class Scene:
    line: SimulatedLine
    journal: MemoryJournal
    running: asyncio.Task[None]

    async def hang_up(self) -> None:
        self.line.caller_hangs_up()
        await self.running

    def last(self) -> events.CallEnded:
        ended = self.journal.events[-1]
        assert isinstance(ended, events.CallEnded), self.journal.events
        return ended


Conduct = Callable[..., AbstractAsyncContextManager[Scene]]


async def greeted(scene: Scene) -> None:
    await scene.journal.await_said(GREETING)
