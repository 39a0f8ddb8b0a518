"""A call that changes its language: other ears, another voice, the line's sentences in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

import pytest

from language import en
from tests.voicebot.conducted_call import PROMPTS, Conduct, greeted
from tests.voicebot.simulated_call import SimulatedDialogue
from voicebot import events
from voicebot.audio import Samples
from voicebot.dialogue import Command, DialogueFailed, Say
from voicebot.expectation import Expectation
from voicebot.recognition import Hypothesis, Recognizer, Transcript
from voicebot.settings import SynthesisSettings
from voicebot.synthesis import USUAL, EspeakSynthesizer, Manner
from voicebot.tongue import Tongue

pytestmark = pytest.mark.asyncio(loop_scope="module")

SORRY = "I'm sorry, something went wrong."
HELLO, FEE = "Hello. What can I do for you?", "The fee is 50,000 VND."


class ScriptedEars:
    """Stands in for an English model, of which none is shipped."""

    def __init__(self, spoken: str) -> None:
        self._spoken = spoken

    async def transcribe(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Transcript:
        written = en.write(self._spoken)
        return Transcript(self._spoken, written, 0.9, (Hypothesis("hm", "hm", 0.1),), len(audio) / 16000, 1.0)

    async def close(self) -> None:
        pass


class NotingVoice(EspeakSynthesizer):
    def __init__(self) -> None:
        super().__init__(SynthesisSettings(voice="en", words_per_minute=300))
        self.spoken: list[str] = []

    async def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        self.spoken.append(speech)
        async for chunk in super().speak(speech, manner):
            yield chunk


def english(voice: NotingVoice, recognizer: Recognizer | None) -> Tongue:
    return Tongue("en", en, recognizer, voice, PROMPTS | {"apology": [SORRY]})


async def test_the_call_goes_on_in_english(conduct: Conduct, question: Callable[[str], Samples]) -> None:
    voice, ears = NotingVoice(), ScriptedEars("how much is the fee for a passport")
    switch: list[Say | Command] = [Command("language", {"code": "en"}), Say(HELLO)]
    dialogue = SimulatedDialogue(switch, [Say(FEE)], [DialogueFailed("gone")])
    async with conduct(dialogue, more=[english(voice, ears)]) as scene:
        await greeted(scene)
        scene.line.write("english please")
        await scene.journal.await_said(HELLO)
        scene.line.speak(question("một câu tiếng anh nào đó khá là dài"))
        await scene.journal.await_said(FEE)
        scene.line.write("and now?")
        await scene.journal.await_said(SORRY)
    assert [turn.language for turn in dialogue.turns] == ["vi", "vi", "en", "en"]
    assert dialogue.turns[0].languages == ["vi", "en"]
    assert dialogue.turns[2].spoken == "how much is the fee for a passport"
    assert "The fee is fifty thousand dong." in voice.spoken
    assert "".join(voice.spoken).startswith("Hello.")
    assert not scene.journal.of(events.Interrupted)


async def test_a_language_that_nobody_understands_is_only_spoken(conduct: Conduct) -> None:
    voice = NotingVoice()
    answer: list[Say | Command] = [Say("Please press zero.", language="en"), Command("language", {"code": "en"})]
    dialogue = SimulatedDialogue(answer, [Say("Dạ vâng ạ.")])
    async with conduct(dialogue, more=[english(voice, None)]) as scene:
        await greeted(scene)
        scene.line.write("do you speak english")
        await scene.journal.await_said("Please press zero.")
        scene.line.write("vâng")
        await scene.journal.await_said("Dạ vâng ạ.")
    assert voice.spoken == ["Please press zero."]
    assert {turn.language for turn in dialogue.turns} == {"vi"}
    assert dialogue.turns[0].languages == ["vi"]
