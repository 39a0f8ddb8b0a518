"""A call over a simulated line with a simulated dialogue; voice, ears and turn-taking are the real ones."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from language import vi
from tests.voicebot.conducted_call import PROMPTS, Conduct, Scene
from tests.voicebot.simulated_call import MemoryJournal, SimulatedDesk, SimulatedDialogue, SimulatedLine
from voicebot import events
from voicebot.audio import Samples
from voicebot.call import Call
from voicebot.call_parts import CallParts
from voicebot.recognition import Recognizer, RecognizerPool, load_audio
from voicebot.settings import RecognitionSettings, SynthesisSettings, TurnSettings
from voicebot.synthesis import EspeakSynthesizer
from voicebot.tongue import Tongue


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[RecognizerPool]:
    """The shipped model."""
    recognizer = RecognizerPool(RecognitionSettings(workers=1, timeout=20), vi.write)
    await recognizer.start()
    yield recognizer
    await recognizer.close()


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Samples]:
    """A caller's words in a synthetic voice that is not the bot's."""
    folder = tmp_path_factory.mktemp("speech")

    def speak(text: str) -> Samples:
        path = folder / "question.wav"
        subprocess.run(["espeak-ng", "-v", "vi+f5", "-s", "140", "-w", str(path), text], check=True)
        return load_audio(path)

    return speak


@pytest.fixture
def conduct(pool: RecognizerPool) -> Conduct:
    @asynccontextmanager
    async def start(
        dialogue: SimulatedDialogue,
        desk: SimulatedDesk | None = None,
        recognizer: Recognizer | None = None,
        recordings: Path | None = None,
        voice: type[EspeakSynthesizer] = EspeakSynthesizer,
        more: Sequence[Tongue] = (),
        **turns: float,
    ) -> AsyncIterator[Scene]:
        synthesis = SynthesisSettings(words_per_minute=300, slow_words_per_minute=200, clause_pause=0.1)
        journal, line = MemoryJournal(), SimulatedLine()
        parts = CallParts(
            [Tongue("vi", vi, recognizer or pool, voice(synthesis), PROMPTS), *more], dialogue, journal,
            desk or SimulatedDesk(),
            TurnSettings(**({"filler": 10, "apology": 20} | turns)), synthesis, recordings,
        )  # fmt: skip
        others = asyncio.all_tasks()
        scene = Scene(line, journal, asyncio.create_task(Call(line, parts).run()))
        try:
            yield scene
            line.caller_hangs_up()
            await asyncio.wait_for(scene.running, 20)
        finally:
            scene.running.cancel()
            await asyncio.gather(scene.running, return_exceptions=True)
            await line.hang_up()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() <= others
        assert [event.number for event in journal.events] == list(range(len(journal.events)))
        assert isinstance(journal.events[0], events.CallStarted)
        assert [event for event in journal.events if isinstance(event, events.CallEnded)] == journal.events[-1:]

    return start
