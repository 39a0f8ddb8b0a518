"""The player, pulled as a line pulls it but without waiting for the clock."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import psutil
import pytest

from tests.synthesis.voices import ScriptedVoice
from voicebot.audio import Frame, level
from voicebot.player import Failed, Finished, Player, PlayerEvent, Started
from voicebot.settings import SynthesisSettings
from voicebot.synthesis import EspeakSynthesizer, Manner, Synthesizer
from voicebot.utterance import Utterance, Voice

SETTINGS = SynthesisSettings(clause_pause=0.12, slow_clause_pause=0.24)  # 6 and 12 frames
GREETING = Utterance("u1", "Dạ em chào bác, em là tổng đài. Bác cần em giúp gì ạ?")


def clauses(text: str) -> list[str]:
    return [clause for clause in re.split(r"(?<=[,.?!…])\s|\n", text) if clause]


def read(clause: str) -> str:
    return clause.lower().strip(",.?!")


@dataclass
class Stage:
    """A player, what it reported, and a line that pulls."""

    player: Player
    events: list[PlayerEvent]
    heard: list[Frame | None] = field(default_factory=list)

    async def ready(self) -> None:
        """Lets the voice go on as far as it can."""
        for _ in range(200):
            await asyncio.sleep(0)

    async def pull(self, frames: int) -> list[Frame | None]:
        pulled = []
        for _ in range(frames):
            await self.ready()
            pulled.append(self.player.source())
        self.heard.extend(pulled)
        return pulled

    async def pull_to_the_end(self) -> None:
        """In real time only as far as the voice needs it."""
        for _ in range(5000):
            self.heard.append(self.player.source())
            if not self.player.speaking:
                return
            await asyncio.sleep(0 if self.heard[-1] is not None else 0.001)
        pytest.fail("the player does not come to an end")


@asynccontextmanager
async def stage(voice: Synthesizer, settings: SynthesisSettings = SETTINGS) -> AsyncIterator[Stage]:
    events: list[PlayerEvent] = []
    player = Player(Voice(voice, clauses, read), settings, events.append)
    running = asyncio.create_task(player.run())
    try:
        yield Stage(player, events)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def voice() -> ScriptedVoice:
    return ScriptedVoice()


def sounding(frames: list[Frame | None]) -> str:
    return "".join("." if frame is None else "#" for frame in frames)


async def test_clauses_are_read_spoken_and_paused_between(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        on.player.say(GREETING)
        pulled = await on.pull(25)
        assert sounding(pulled) == "####" + ".." + "####" + "......" + "######" + "..."
        assert [speech for speech, _ in voice.asked] == ["dạ em chào bác", "em là tổng đài", "bác cần em giúp gì ạ"]
        assert on.events == [Started(GREETING), Finished(GREETING, GREETING.text, complete=True)]
        assert not on.player.speaking


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("một. hai", "#......#"),
        ("một, hai", "#..#"),
        ("một\nhai", "##"),
        ("“một?”\nhai", "#......#"),
    ],
)
async def test_pause_fits_the_mark(voice: ScriptedVoice, text: str, frames: str) -> None:
    async with stage(voice) as on:
        on.player.say(Utterance("u", text))
        assert sounding(await on.pull(len(frames))) == frames


async def test_events_come_with_the_very_frames(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        on.player.say(Utterance("u", "vâng ạ"))
        assert on.player.speaking
        await on.ready()
        assert not on.events
        on.player.source()
        assert [type(event) for event in on.events] == [Started]
        assert on.player.position == pytest.approx(0.02)
        on.player.source()
        assert [type(event) for event in on.events] == [Started, Finished]
        assert on.player.position == 0
        assert on.player.source() is None


async def test_first_frame_of_a_prompt_is_there_within_one_tick(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        await on.pull(3)
        on.player.say(GREETING)
        await on.ready()
        assert on.player.source() is not None


async def test_utterances_follow_each_other_after_a_pause(voice: ScriptedVoice) -> None:
    first, second = Utterance("a", "một,"), Utterance("b", "hai")
    async with stage(voice) as on:
        on.player.say(first)
        on.player.say(second)
        assert on.player.current is first
        assert sounding(await on.pull(10)) == "#......#.."
        assert [event.utterance.id for event in on.events] == ["a", "a", "b", "b"]
        await on.pull(10)
        on.player.say(Utterance("c", "ba"))  # the pause is long over
        assert sounding(await on.pull(1)) == "#"


async def test_voice_that_lags_makes_silence_and_goes_on(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        voice.gate.clear()
        on.player.say(Utterance("u", "một hai"))
        assert sounding(await on.pull(3)) == "..."
        voice.gate.set()
        assert sounding(await on.pull(3)) == "##."


@pytest.mark.parametrize(
    ("pulled", "played"),
    [
        (0, ""),
        (2, "Dạ em"),
        (4, "Dạ em chào bác,"),
        (5, "Dạ em chào bác,"),  # in the pause
        (8, "Dạ em chào bác, em là"),
        (18, "Dạ em chào bác, em là tổng đài. Bác cần"),
    ],
)
async def test_what_was_heard_when_interrupted(voice: ScriptedVoice, pulled: int, played: str) -> None:
    async with stage(voice) as on:
        on.player.say(GREETING)
        await on.pull(pulled)
        on.player.flush()
        assert on.events[-1] == Finished(GREETING, played, complete=False)
        assert not on.player.speaking


async def test_flush_fades_out_in_one_frame_and_drops_the_queue(voice: ScriptedVoice) -> None:
    waiting = Utterance("u2", "Còn đây là câu sau.")
    async with stage(voice) as on:
        on.player.say(GREETING)
        on.player.say(waiting)
        before = (await on.pull(3))[-1]
        on.player.flush()
        fade, *rest = await on.pull(20)
        assert before is not None
        assert fade is not None
        assert abs(int(fade[0])) >= abs(int(before[0])) - 10
        assert fade[-1] == 0
        assert (np.diff(np.abs(fade.astype(int))) <= 0).all()
        assert rest == [None] * 19
        assert on.events[-1] == Finished(waiting, "", complete=False)


async def test_flush_of_nothing_is_harmless(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        on.player.flush()
        assert await on.pull(2) == [None, None]
        assert not on.events


async def test_flush_stops_the_voice_and_the_next_utterance_is_spoken(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        on.player.say(Utterance("u1", "một hai ba bốn"))
        await on.pull(1)
        voice.gate.clear()
        on.player.say(Utterance("u2", "năm sáu"))
        await on.ready()
        on.player.flush()
        await on.ready()
        assert voice.stopped == 1
        voice.gate.set()
        on.player.say(Utterance("u3", "bảy"))
        await on.pull(3)
        assert on.events[-1] == Finished(Utterance("u3", "bảy"), "bảy", complete=True)


async def test_played_is_reckoned_while_the_clause_is_being_made(voice: ScriptedVoice) -> None:
    """150 words a minute are 20 frames a word, so one frame is not even the first of them."""
    async with stage(voice) as on:
        on.player.say(Utterance("u", "một hai ba bốn"))
        voice.gate.clear()
        await on.ready()
        voice.frames_per_word = 25
        voice.gate.set()
        await asyncio.sleep(0)
        voice.gate.clear()
        await on.pull(25)
        on.player.flush()
        (finished,) = [event for event in on.events if isinstance(event, Finished)]
        assert finished.played in ("", "một")


async def test_slow_speech_is_made_anew_from_the_next_clause_on(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        on.player.say(GREETING)
        await on.pull(2)
        on.player.manner = Manner(slow=True)
        pulled = await on.pull(26)
        assert sounding(pulled) == "##" + "...." + "####" + "............" + "####"
        spoken = [(speech.split()[0], manner.slow) for speech, manner in voice.asked]
        assert spoken == [("dạ", False), ("em", False), ("bác", False), ("em", True), ("bác", True)]


async def test_clause_without_sound_is_told_and_the_rest_is_spoken(voice: ScriptedVoice) -> None:
    voice.failing.add("em là tổng đài")
    async with stage(voice) as on:
        on.player.say(GREETING)
        await on.pull(20)
        failed = Failed(GREETING, "out of breath")
        finished = Finished(GREETING, "Dạ em chào bác, Bác cần em giúp gì ạ?", complete=False)
        assert [event for event in on.events if not isinstance(event, Started)] == [failed, finished]


async def test_utterance_without_any_sound_is_finished_all_the_same(voice: ScriptedVoice) -> None:
    voice.failing.add("vâng")
    async with stage(voice) as on:
        on.player.say(Utterance("u", "vâng"))
        await on.pull(2)
        assert on.events == [
            Failed(Utterance("u", "vâng"), "out of breath"),
            Finished(Utterance("u", "vâng"), "", complete=False),
        ]


async def test_nothing_to_pronounce_is_no_failure(voice: ScriptedVoice) -> None:
    async with stage(voice) as on:
        on.player.say(Utterance("u", "…"))
        on.player.say(Utterance("v", "vâng"))
        await on.pull(3)
        assert not [event for event in on.events if isinstance(event, Failed)]
        assert [speech for speech, _ in voice.asked] == ["vâng"]


async def test_speech_that_differs_is_spoken_and_the_text_is_reported(voice: ScriptedVoice) -> None:
    utterance = Utterance("u", "Gọi 1022 nhé.", speech="Gọi một không hai hai nhé.")
    async with stage(voice) as on:
        on.player.say(utterance)
        await on.pull(2)
        assert voice.asked[0][0] == "Gọi một không hai hai nhé."
        await on.pull(10)
        assert on.events[-1] == Finished(utterance, "Gọi 1022 nhé.", complete=True)


async def test_text_is_shared_out_when_its_speech_has_other_clauses(voice: ScriptedVoice) -> None:
    utterance = Utterance("u", "Mã H26 ngày 1/10", speech="Mã hát hai sáu, ngày một tháng mười.")
    async with stage(voice) as on:
        on.player.say(utterance)
        await on.pull(4)
        on.player.flush()
        assert on.events[-1] == Finished(utterance, "Mã H26", complete=False)


async def test_little_is_made_ahead_of_what_is_pulled(voice: ScriptedVoice) -> None:
    voice.frames_per_word = 50
    async with stage(voice) as on:
        on.player.say(Utterance("u", " ".join(f"câu số {number}." for number in range(40))))
        await on.ready()
        assert 300 <= 150 * len(voice.asked) <= 600
        before = len(voice.asked)
        for _ in range(200):
            on.player.source()
        await on.ready()
        assert before < len(voice.asked) <= before + 2


async def test_handler_may_speak_and_flush(voice: ScriptedVoice) -> None:
    spoken: list[str] = []

    def answer(event: PlayerEvent) -> None:
        if isinstance(event, Finished):
            spoken.append(event.played)
            if len(spoken) == 1:
                player.say(Utterance("b", "hai"))
        elif event.utterance.id == "b":
            player.flush()

    player = Player(Voice(voice, clauses, read), SETTINGS, answer)
    running = asyncio.create_task(player.run())
    on = Stage(player, [])
    player.say(Utterance("a", "một"))
    await on.pull(12)
    assert spoken == ["một", "hai"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_real_voice_interrupted_in_the_middle() -> None:
    async with stage(EspeakSynthesizer(SETTINGS)) as on:
        on.player.say(GREETING)
        for _ in range(1000):
            on.heard.append(on.player.source())
            if on.player.position >= 1.5:
                break
            await asyncio.sleep(0.001)
        on.player.flush()
        played = on.events[-1].played if isinstance(on.events[-1], Finished) else ""
        assert GREETING.text.startswith(played)
        assert "Dạ em chào bác" in played
        assert "giúp" not in played
        assert level(np.concatenate([frame for frame in on.heard if frame is not None])) > -35


async def test_real_voice_to_the_end_and_nothing_left_running() -> None:
    async with stage(EspeakSynthesizer(SETTINGS)) as on:
        on.player.say(GREETING)
        await on.pull_to_the_end()
        assert on.events[-1] == Finished(GREETING, GREETING.text, complete=True)
        on.player.say(Utterance("u2", GREETING.text * 20))
        await asyncio.sleep(0.05)
    assert not [child for child in psutil.Process().children() if child.name() == "espeak-ng"]
    assert len(asyncio.all_tasks()) == 1
