"""Handing a caller over to a person, in whole calls over a simulated line."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.voicebot.conducted_call import ANSWER, APOLOGY, CALL_BACK, GREETING, PROMPTS, Conduct, greeted
from tests.voicebot.simulated_call import SimulatedDesk, SimulatedDialogue
from voicebot import events
from voicebot.dialogue import Command, DialogueFailed, Say
from voicebot.line import TransferFailed
from voicebot.synthesis import EspeakSynthesizer, Manner, SynthesisFailed

pytestmark = pytest.mark.asyncio(loop_scope="module")


class HoarseVoice(EspeakSynthesizer):
    """espeak-ng that fails on whatever holds one word."""

    async def speak(self, speech: str, manner: Manner = Manner()) -> Any:  # noqa: B008
        if "nối" in speech:
            raise SynthesisFailed("simulated")
        async for chunk in super().speak(speech, manner):
            yield chunk


AGENT = "sip:agents@example.org"
HAND_OVER = Command("hand_over", {"target": AGENT, "reason": "asked", "summary": "Khai sinh"})
CONNECTING = "Dạ, em nối máy ạ."


@pytest.mark.parametrize(
    ("messages", "voice"),
    [
        ([Say(CONNECTING), HAND_OVER], EspeakSynthesizer),
        ([HAND_OVER, Say(CONNECTING)], EspeakSynthesizer),
        ([HAND_OVER], EspeakSynthesizer),
        ([Say(CONNECTING), HAND_OVER], HoarseVoice),
    ],
    ids=["told first", "told afterwards", "not told", "voice fails"],
)
async def test_the_dialogue_hands_over(conduct: Conduct, messages: list[Any], voice: type[EspeakSynthesizer]) -> None:
    async with conduct(SimulatedDialogue(messages), voice=voice) as scene:
        await greeted(scene)
        scene.line.press("0")
        await asyncio.wait_for(scene.running, 20)
    assert scene.line.transferred == ["sip:agents@example.org"]
    if voice is EspeakSynthesizer and len(messages) == 2:
        assert scene.journal.said() == [GREETING, CONNECTING]
    handed = scene.journal.of(events.HandedOver)
    assert [(h.reason, h.result, h.ticket, h.summary) for h in handed] == [("asked", "connected", None, "Khai sinh")]
    assert (scene.last().reason, scene.last().outcome) == ("handed_over", "handed_over")


async def test_nothing_is_asked_while_it_rings_at_the_person_s(conduct: Conduct) -> None:
    dialogue = SimulatedDialogue([HAND_OVER])
    async with conduct(dialogue, no_input=0.5) as scene:
        scene.line.ringing = 2.0
        await greeted(scene)
        scene.line.press("0")
        await asyncio.wait_for(scene.running, 20)
    assert [turn.intent for turn in dialogue.turns] == ["chao_hoi", "gap_nhan_vien"]


async def test_a_transfer_that_fails_goes_back_to_the_dialogue(conduct: Conduct) -> None:
    dialogue = SimulatedDialogue([Say(CONNECTING), HAND_OVER], [Say(CALL_BACK)], [Say(ANSWER)])
    async with conduct(dialogue) as scene:
        scene.line.transfer_error = TransferFailed("no_answer")
        await greeted(scene)
        scene.line.press("0")
        await scene.journal.await_said(CALL_BACK)
        scene.line.write("lệ phí")  # the call goes on
        await scene.journal.await_said(ANSWER)
    assert dialogue.turns[2].intent == "gap_nhan_vien"
    assert dialogue.turns[2].slots == {"khong_gap": "no_answer"}
    handed = scene.journal.of(events.HandedOver)[0]
    assert (handed.reason, handed.result) == ("asked: no_answer", "failed")


async def test_a_person_is_called_once_however_often_the_key_is_pressed(conduct: Conduct) -> None:
    dialogue = SimulatedDialogue([Say(CONNECTING), HAND_OVER], [Say(CONNECTING), HAND_OVER])
    async with conduct(dialogue) as scene:
        scene.line.ringing = 4.0
        await greeted(scene)
        scene.line.press("0")
        await scene.journal.await_said(CONNECTING)
        scene.line.press("0")
        await scene.journal.await_said(CONNECTING, times=2)
        await asyncio.wait_for(scene.running, 20)
    assert scene.line.transferred == [AGENT]
    assert [handed.result for handed in scene.journal.of(events.HandedOver)] == ["connected"]


FAILS = [DialogueFailed("simulated")]


async def test_without_a_dialogue_the_caller_is_told_and_put_through(conduct: Conduct) -> None:
    async with conduct(SimulatedDialogue(FAILS, FAILS), SimulatedDesk(AGENT)) as scene:
        await greeted(scene)
        scene.line.write("một")
        await scene.journal.await_said(APOLOGY)
        scene.line.write("hai")
        await scene.journal.await_said(PROMPTS["hand_over"][0])
        await asyncio.wait_for(scene.running, 20)
    assert scene.line.transferred == [AGENT]


@pytest.mark.parametrize("broken", [False, True])
async def test_without_a_dialogue_and_a_person_a_ticket_is_left(conduct: Conduct, broken: bool) -> None:
    async with conduct(SimulatedDialogue(FAILS, FAILS, [Say(ANSWER)]), SimulatedDesk(AGENT, broken)) as scene:
        scene.line.transfer_error = TransferFailed("no_answer")
        await greeted(scene)
        scene.line.write("một")
        await scene.journal.await_said(APOLOGY)
        scene.line.write("hai")
        await scene.journal.await_said(*((APOLOGY, 2) if broken else (CALL_BACK, 1)))
        scene.line.write("lệ phí")  # the call goes on
        await scene.journal.await_said(ANSWER)
    handed = scene.journal.of(events.HandedOver)[-1]
    assert handed.reason == "dialogue_failed: no_answer"
    assert (handed.result, handed.ticket) == (("failed", None) if broken else ("ticket", "1001"))
