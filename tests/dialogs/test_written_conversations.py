"""Callers who write, through Rasa and the actions as they are."""

from __future__ import annotations

import asyncio
import time

import pytest
import yaml

from dialogs.actions.prompts import PATH
from tests.voicebot.simulated_call import MemoryJournal
from tests.voicebot.written_dialogue import Desk
from voicebot import events
from voicebot.rasa_client import RasaDialogue
from voicebot.settings import DialogueSettings
from voicebot.written_call import WrittenCall, WrittenInfo, WrittenParts
from voicebot.written_turn import WrittenAnswer

pytestmark = pytest.mark.timeout(900)  # the first test waits for training

PROMPTS = yaml.safe_load(PATH.read_text("utf-8"))["chat"]


def parts(dialogue: RasaDialogue, journal: MemoryJournal | None = None) -> WrittenParts:
    return WrittenParts(dialogue, journal or MemoryJournal(), Desk(), PROMPTS, time.monotonic)


def text(answer: WrittenAnswer) -> str:
    return " ".join(reply.text for reply in answer.replies)


async def test_a_question_a_person_and_goodbye(dialogue: RasaDialogue) -> None:
    journal = MemoryJournal()
    call = WrittenCall(WrittenInfo("chat-written-0001", "chat"), parts(dialogue, journal))
    assert "tờ khai" in text(await call.say("Làm giấy khai sinh cần giấy tờ gì?")).lower()
    person = await call.say("0")
    assert person.replies[0].text in yaml.safe_load(PATH.read_text("utf-8"))["cannot_put_through_written"]
    assert "0912 345 678" in text(await call.say("0912345678"))
    assert (await call.say("đúng")).handover
    assert "ba câu" in text(await call.say("thôi cảm ơn em"))
    assert (await call.say("không, chào em")).ended
    [handed] = journal.of(events.HandedOver)
    assert handed.ticket
    assert journal.of(events.PartFailed) == []


@pytest.mark.parametrize("said", ["<b>alert('x')</b>", "'; DROP TABLE events; --", "Привет 你好", "giấy " * 390])
async def test_whatever_is_written_gets_polite_words(dialogue: RasaDialogue, said: str) -> None:
    call = WrittenCall(WrittenInfo(f"chat-odd-{abs(hash(said))}", "chat"), parts(dialogue))
    answer = await call.say(said)
    assert answer.failed is None
    assert text(answer).startswith("Dạ")
    assert "<" not in text(answer)


async def test_twenty_who_write_at_once_are_not_mixed_up(dialogue: RasaDialogue) -> None:
    shared = parts(dialogue)
    calls = [WrittenCall(WrittenInfo(f"chat-many-{n}", "chat"), shared) for n in range(20)]
    asked = ("lệ phí cấp hộ chiếu bao nhiêu", "lệ phí đăng ký kết hôn bao nhiêu")
    await asyncio.gather(*(call.say(asked[n % 2]) for n, call in enumerate(calls)))
    answers = await asyncio.gather(*(call.say("nói lại") for call in calls))
    for number, answer in enumerate(answers):
        assert ("hộ chiếu" in text(answer)) == (number % 2 == 0)
        assert ("kết hôn" in text(answer)) == (number % 2 == 1)


async def test_rasa_away_is_said_with_a_way_out() -> None:
    nowhere = RasaDialogue(DialogueSettings(url="ws://127.0.0.1:1/ws", timeout=1))
    try:
        call = WrittenCall(WrittenInfo("chat-away-0001", "chat"), parts(nowhere))
        assert text(await call.say("làm hộ chiếu ở đâu")) in PROMPTS["apology"]
        assert "1001" in text(await call.say("0912345678"))
    finally:
        await nowhere.close()
