"""Whole calls over a simulated line with a simulated dialogue; voice, ears and turn-taking are the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

from tests.voicebot.conducted_call import (
    ANSWER,
    APOLOGY,
    ASKED,
    CALL_BACK,
    FILLER,
    GREETING,
    LONG,
    NOTICE,
    UNHEARD,
    Conduct,
    greeted,
)
from tests.voicebot.simulated_call import (
    SimulatedDesk,
    SimulatedDialogue,
    until,
)
from voicebot import events
from voicebot.audio import Samples
from voicebot.dialogue import Command, DialogueFailed, Say
from voicebot.expectation import Expectation
from voicebot.recognition import RecognizerUnavailable, Transcript

pytestmark = pytest.mark.asyncio(loop_scope="module")


class DeafRecognizer:
    """Simulates a pool whose workers have died."""

    async def transcribe(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Transcript:
        raise RecognizerUnavailable("the recognition worker died")

    async def close(self) -> None:
        pass


async def test_the_greeting_is_spoken_and_journalled(conduct: Conduct) -> None:
    async with conduct(SimulatedDialogue()) as scene:
        await greeted(scene)
        assert scene.line.audible()
        await scene.hang_up()
    started, said = scene.journal.of(events.CallStarted)[0], scene.journal.of(events.BotSaid)[0]
    assert (started.line, started.caller, started.called) == ("sip", "0912345678", "19001009")
    assert (said.turn, said.played) == (1, GREETING)
    assert 0 <= said.audio_start < said.audio_end
    assert scene.line.captions[0].text == GREETING
    assert (scene.last().reason, scene.last().outcome) == ("caller_hung_up", "abandoned")


async def test_a_spoken_question_is_heard_and_answered(conduct: Conduct, question: Callable[[str], Samples]) -> None:
    dialogue = SimulatedDialogue([Say(ANSWER, source={"code": "1.000"})])
    async with conduct(dialogue) as scene:
        await greeted(scene)
        scene.line.speak(question("làm giấy khai sinh cho cháu cần giấy tờ gì"))
        await scene.journal.await_said(ANSWER)
    heard = next(said for said in scene.journal.of(events.CallerSaid) if said.how == "voice")
    assert "khai sinh" in heard.spoken
    assert heard.audio_start is not None
    assert heard.audio_end is not None
    assert 1.0 < heard.audio_end - heard.audio_start < 6.0
    turn = dialogue.turns[-1]
    assert (turn.number, turn.spoken, turn.confidence) == (heard.turn, heard.spoken, heard.confidence)
    answer = scene.journal.of(events.BotSaid)[-1]
    assert (answer.turn, answer.source) == (heard.turn, {"code": "1.000"})
    stages = next(m.stages for m in scene.journal.of(events.TurnMeasured) if m.turn == heard.turn)
    assert list(stages) == ["decoded", "committed", "replied", "audible"]
    assert sorted(stages.values()) == list(stages.values())
    assert [c.text for c in scene.line.captions if c.speaker == "caller" and c.final] == [heard.text]
    assert scene.last().outcome == "answered"


async def test_barge_in_stops_the_voice_and_what_was_heard_is_kept(
    conduct: Conduct, question: Callable[[str], Samples]
) -> None:
    async with conduct(SimulatedDialogue(ASKED, [Say(ANSWER)])) as scene:
        await greeted(scene)
        scene.line.write("khai sinh")
        spoken = len(scene.line.played)
        await until(lambda: scene.line.audible(since=spoken))
        await asyncio.sleep(1.5)
        scene.line.speak(question("khoan đã cho tôi hỏi lệ phí bao nhiêu tiền"))
        await until(lambda: scene.journal.of(events.Interrupted))
        cut = scene.journal.of(events.BotSaid)[-1]
        assert (cut.answer, cut.complete) == (LONG, False)
        assert LONG.startswith(cut.played)
        assert 0 < len(cut.played) < len(LONG)
        await asyncio.sleep(0.1)
        silent = len(scene.line.played)
        assert not any(frame is not None for frame in scene.line.played[silent - 2 :])
        await scene.journal.await_said(ANSWER)
    assert "lệ phí" in scene.journal.of(events.CallerSaid)[-1].spoken


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_call_that_ends_in_mid_sentence_leaves_nothing_behind(conduct: Conduct, cancelled: bool) -> None:
    async with conduct(SimulatedDialogue(ASKED)) as scene:
        await greeted(scene)
        scene.line.write("khai sinh")
        spoken = len(scene.line.played)
        await until(lambda: scene.line.audible(since=spoken))
        await asyncio.sleep(1.0)
        if cancelled:
            scene.running.cancel()
            await asyncio.wait([scene.running])
        else:
            await scene.hang_up()
        scene.running = asyncio.create_task(asyncio.sleep(0))
    cut = scene.journal.of(events.BotSaid)[-1]
    assert (cut.answer, cut.complete) == (LONG, False)
    assert LONG.startswith(cut.played)
    assert cut.played
    ended = (scene.last().reason, scene.last().outcome)
    assert ended == (("failed", "failed") if cancelled else ("caller_hung_up", "answered"))


async def test_a_dialogue_that_fails_twice_gives_way_to_a_person(conduct: Conduct) -> None:
    desk = SimulatedDesk()
    dialogue = SimulatedDialogue([DialogueFailed("away")], [DialogueFailed("still away")])
    async with conduct(dialogue, desk) as scene:
        await greeted(scene)
        scene.line.write("lệ phí")
        await scene.journal.await_said(APOLOGY)
        assert not desk.tickets
        scene.line.write("lệ phí")
        await scene.journal.await_said(CALL_BACK)
    assert [failed.error for failed in scene.journal.of(events.PartFailed)] == ["away", "still away"]
    handed = scene.journal.of(events.HandedOver)
    assert [(h.reason, h.result, h.ticket) for h in handed] == [("dialogue_failed", "ticket", "1001")]
    assert desk.tickets == [("simulated-0001", "0912345678", "dialogue_failed")]
    assert scene.last().outcome == "handed_over"


async def test_a_dialogue_that_fails_twice_while_somebody_is_on_duty(conduct: Conduct) -> None:
    dialogue = SimulatedDialogue([DialogueFailed("away")], [DialogueFailed("away")])
    async with conduct(dialogue, SimulatedDesk("sip:agents@example.org")) as scene:
        await greeted(scene)
        scene.line.write("lệ phí")
        await scene.journal.await_said(APOLOGY)
        scene.line.write("lệ phí")
        await scene.running
    assert scene.line.transferred == ["sip:agents@example.org"]
    assert scene.journal.of(events.HandedOver)[0].result == "connected"
    assert (scene.last().reason, scene.last().outcome) == ("handed_over", "handed_over")


async def test_a_late_dialogue_is_bridged_and_then_given_up(conduct: Conduct) -> None:
    dialogue = SimulatedDialogue([Say(ANSWER)])
    dialogue.delay = 30
    async with conduct(dialogue, filler=0.4, apology=2.5) as scene:
        await greeted(scene)
        scene.line.write("lệ phí")
        await scene.journal.await_said(FILLER)
        await scene.journal.await_said(APOLOGY)
    assert [failed.part for failed in scene.journal.of(events.PartFailed)] == ["dialogue"]
    assert ANSWER not in scene.journal.said()


async def test_without_recognition_the_caller_is_asked_again(
    conduct: Conduct, question: Callable[[str], Samples]
) -> None:
    async with conduct(SimulatedDialogue(), recognizer=DeafRecognizer()) as scene:
        await greeted(scene)
        scene.line.speak(question("lệ phí bao nhiêu"))
        await scene.journal.await_said(UNHEARD)
    failed = scene.journal.of(events.PartFailed)[0]
    assert (failed.part, failed.error) == ("recognition", "the recognition worker died")
    assert not [said for said in scene.journal.of(events.CallerSaid) if said.how == "voice"]


async def test_a_call_is_recorded_as_the_journal_says(conduct: Conduct, tmp_path: Path) -> None:
    async with conduct(SimulatedDialogue(greeting=NOTICE), recordings=tmp_path) as scene:
        await greeted(scene)
    saved = scene.journal.of(events.RecordingSaved)[0]
    assert [path.name for path in tmp_path.iterdir()] == [saved.path] == ["simulated-0001.ogg"]
    with av.open(str(tmp_path / saved.path)) as file:
        assert file.streams.audio[0].channels == 2
    assert saved.seconds == pytest.approx(len(scene.line.played) * 0.02, abs=0.1)
    assert saved.seconds <= scene.last().seconds + 0.1


async def test_who_was_not_told_of_the_recording_is_not_recorded(conduct: Conduct, tmp_path: Path) -> None:
    async with conduct(SimulatedDialogue(greeting=NOTICE), recordings=tmp_path) as scene:
        await until(lambda: scene.line.audible() and list(tmp_path.iterdir()))
    assert not list(tmp_path.iterdir())
    assert not scene.journal.of(events.RecordingSaved)


@pytest.mark.parametrize("end", ["goes on", "is cancelled at once"])
async def test_who_refuses_the_recording_is_not_recorded(conduct: Conduct, tmp_path: Path, end: str) -> None:
    dialogue = SimulatedDialogue([Command("stop_recording"), Say(ANSWER)])
    async with conduct(dialogue, recordings=tmp_path) as scene:
        await greeted(scene)
        await until(lambda: list(tmp_path.iterdir()))
        if end == "is cancelled at once":
            scene.journal.cancel_upon = events.RecordingRefused, scene.running
        scene.line.write("không ghi âm")
        if end == "goes on":
            await scene.journal.await_said(ANSWER)
            await until(lambda: not list(tmp_path.iterdir()))
        else:
            await asyncio.wait([scene.running])
            scene.running = asyncio.create_task(asyncio.sleep(0))
    assert not list(tmp_path.iterdir())
    assert len(scene.journal.of(events.RecordingRefused)) == 1
    assert not scene.journal.of(events.RecordingSaved)


async def test_the_star_key_repeats_and_then_slows_down(conduct: Conduct) -> None:
    async with conduct(SimulatedDialogue([Say(ANSWER, interruptible=False)])) as scene:
        await greeted(scene)
        scene.line.write("lệ phí")
        await scene.journal.await_said(ANSWER)
        scene.line.press("*")
        await scene.journal.await_said(ANSWER, times=2)
        scene.line.press("*")
        await scene.journal.await_said(ANSWER, times=3)
        await asyncio.sleep(0.3)
    spoken = [event for event in scene.journal.of(events.BotSaid) if event.answer == ANSWER]
    assert len(spoken) == 3  # once each time
    first, again, slowly = (event.audio_end - event.audio_start for event in spoken)
    assert again < 1.15 * first
    assert slowly > 1.2 * first
    assert [event.key for event in scene.journal.of(events.KeyPressed)] == ["*", "*"]


async def test_commands_of_the_dialogue_repeat_and_slow_down(conduct: Conduct) -> None:
    dialogue = SimulatedDialogue([Say(ANSWER)], [Command("repeat")], [Command("slower"), Command("repeat")])
    async with conduct(dialogue) as scene:
        await greeted(scene)
        for times in (1, 2, 3):
            scene.line.write("nhắc lại")
            await scene.journal.await_said(ANSWER, times)
    spoken = [event for event in scene.journal.of(events.BotSaid) if event.answer == ANSWER]
    usual, _, slowly = (event.audio_end - event.audio_start for event in spoken)
    assert slowly > 1.2 * usual
    assert scene.last().outcome == "answered"


async def test_a_line_on_hold_lets_no_deadline_pass(conduct: Conduct) -> None:
    def silences() -> int:
        return [said.text for said in scene.journal.of(events.CallerSaid)].count("/im_lang")

    async with conduct(SimulatedDialogue(), no_input=2.0) as scene:
        await greeted(scene)
        scene.line.hold()
        await asyncio.sleep(4)
        assert silences() == 0
        scene.line.resume()
        await until(lambda: silences() == 1)


async def test_the_dialogue_ends_the_call_once_all_is_said(conduct: Conduct) -> None:
    async with conduct(SimulatedDialogue([Say(ANSWER), Command("hang_up")])) as scene:
        await greeted(scene)
        scene.line.write("cảm ơn")
        await asyncio.wait_for(scene.running, 20)
    assert scene.journal.said() == [GREETING, ANSWER]
    assert (scene.last().reason, scene.last().outcome) == ("goodbye", "answered")


async def test_a_broken_dialogue_ends_the_call_with_its_error(conduct: Conduct) -> None:
    class Broken(SimulatedDialogue):
        async def respond(self, turn: Any) -> Any:
            raise ZeroDivisionError
            yield

    async with conduct(Broken()) as scene:
        await asyncio.wait([scene.running])
        error, scene.running = scene.running.exception(), asyncio.create_task(asyncio.sleep(0))
    assert isinstance(error, ExceptionGroup)
    assert [type(cause) for cause in error.exceptions] == [ZeroDivisionError]
    assert scene.last().outcome == "failed"
