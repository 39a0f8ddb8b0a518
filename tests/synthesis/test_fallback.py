"""The second voice."""

import pytest

from tests.synthesis.voices import ScriptedVoice
from voicebot.synthesis import FallbackSynthesizer, SynthesisFailed, fallback


async def said(first: ScriptedVoice, second: ScriptedVoice) -> list[int]:
    """Number of frames in each chunk."""
    voice = FallbackSynthesizer(first, second)
    return [len(chunk) // 320 async for chunk in voice.speak("một hai ba")]


@pytest.fixture
def first() -> ScriptedVoice:
    return ScriptedVoice()


@pytest.fixture
def second() -> ScriptedVoice:
    voice = ScriptedVoice()
    voice.frames_per_word = 2
    return voice


async def test_second_is_not_asked_while_the_first_speaks(first: ScriptedVoice, second: ScriptedVoice) -> None:
    assert await said(first, second) == [1, 1, 1]
    assert not second.asked


async def test_second_speaks_when_the_first_fails(first: ScriptedVoice, second: ScriptedVoice) -> None:
    first.failing.add("một hai ba")
    assert await said(first, second) == [2, 2, 2]


async def test_second_speaks_when_the_first_takes_too_long(
    first: ScriptedVoice, second: ScriptedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fallback, "_PATIENCE", 0.05)
    first.gate.clear()
    assert await said(first, second) == [2, 2, 2]
    assert first.stopped == 1


async def test_both_failing_is_a_failure(first: ScriptedVoice, second: ScriptedVoice) -> None:
    first.failing.add("một hai ba")
    second.failing.add("một hai ba")
    with pytest.raises(SynthesisFailed):
        await said(first, second)


async def test_clause_is_never_spoken_twice(first: ScriptedVoice, second: ScriptedVoice) -> None:
    chunks = FallbackSynthesizer(first, second).speak("một hai ba")
    assert len(await anext(chunks)) == 320
    first.failing.add("một hai ba")
    with pytest.raises(SynthesisFailed):
        await anext(chunks)
    assert not second.asked
