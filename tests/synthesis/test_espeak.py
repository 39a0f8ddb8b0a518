"""The real espeak-ng program."""

import asyncio
from contextlib import aclosing
from unicodedata import normalize

import numpy as np
import psutil
import pytest

from voicebot.audio import RATE, Samples, level
from voicebot.settings import SynthesisSettings
from voicebot.synthesis import EspeakSynthesizer, Manner, SynthesisFailed

SENTENCE = "Hồ sơ của bác đã có kết quả, bác mang theo căn cước công dân đến nhận tại bộ phận một cửa ạ."


async def spoken(text: str, manner: Manner = Manner(), **settings: object) -> Samples:  # noqa: B008
    voice = EspeakSynthesizer(SynthesisSettings.model_validate(settings))
    return np.concatenate([chunk async for chunk in voice.speak(text, manner)])


def programs() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if child.name() == "espeak-ng"]


async def test_speaks_a_sentence_of_plausible_length_and_level() -> None:
    speech = await spoken(SENTENCE)
    assert speech.dtype == np.int16
    assert 4 < len(speech) / RATE < 9
    assert -32 < level(speech) < -20


async def test_first_chunk_comes_before_the_sentence_is_made() -> None:
    chunks = [len(chunk) async for chunk in EspeakSynthesizer(SynthesisSettings()).speak(SENTENCE)]
    assert len(chunks) > 10
    assert chunks[0] < RATE / 5


async def test_starts_and_ends_with_sound() -> None:
    speech = np.abs((await spoken("Dạ, em chào bác ạ.")).astype(int))
    assert speech[: RATE // 20].max() > 300
    assert speech[-RATE // 15 :].max() > 300


async def test_slow_is_longer_and_loud_is_louder_without_clipping() -> None:
    usual, slow, loud = [await spoken(SENTENCE, manner) for manner in (Manner(), Manner(slow=True), Manner(loud=True))]
    assert len(slow) > 1.15 * len(usual)
    assert level(loud) > level(usual) + 6
    assert np.abs(loud.astype(int)).max() < 32000


async def test_decomposed_letters_are_read_as_composed_ones() -> None:
    assert normalize("NFD", SENTENCE) != SENTENCE
    np.testing.assert_array_equal(await spoken(normalize("NFD", SENTENCE)), await spoken(SENTENCE))


async def test_text_is_never_taken_for_options_or_codes() -> None:
    assert len(await spoken("--version; $(reboot) `ls`")) > RATE / 2
    np.testing.assert_array_equal(await spoken("[[ba]]"), await spoken("[ba]]"))


async def test_missing_program_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SynthesisFailed, match="Debian package espeak-ng"):
        await spoken(SENTENCE)


async def test_unknown_voice_and_text_without_words_fail_with_a_reason() -> None:
    with pytest.raises(SynthesisFailed, match=r"voice tlh: .*does not exist"):
        await spoken("Dạ", voice="tlh")
    with pytest.raises(SynthesisFailed, match="nothing to pronounce"):
        await spoken("…")


async def test_closing_stops_the_program() -> None:
    async with aclosing(EspeakSynthesizer(SynthesisSettings()).speak(SENTENCE * 20)) as chunks:
        await anext(chunks)
        assert programs()
    assert not programs()


async def test_closing_stops_the_program_when_much_is_left_unread() -> None:
    async with aclosing(EspeakSynthesizer(SynthesisSettings()).speak(SENTENCE * 20)) as chunks:
        await anext(chunks)
        await asyncio.sleep(0.5)  # asyncio stops reading from the pipe meanwhile
        assert programs()
    assert not programs()


async def test_cancelling_stops_the_program() -> None:
    async def listen() -> None:
        async for _ in EspeakSynthesizer(SynthesisSettings()).speak(SENTENCE * 20):
            begun.set()
            await asyncio.sleep(60)

    begun = asyncio.Event()
    task = asyncio.create_task(listen())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(100):  # the generator that was left behind is closed by the event loop
        await asyncio.sleep(0.02)
        if not programs():
            return
    pytest.fail("espeak-ng is still running")
