"""The cache of clauses, on a real disk."""

import asyncio
import os
import resource
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from tests.synthesis.voices import ScriptedVoice
from voicebot.audio import Samples
from voicebot.settings import SynthesisSettings
from voicebot.synthesis import CachedSynthesizer, EspeakSynthesizer, Manner, SynthesisFailed, Synthesizer

SMALL = 1 << 20


async def spoken(voice: Synthesizer, text: str, manner: Manner = Manner()) -> Samples:  # noqa: B008
    return np.concatenate([chunk async for chunk in voice.speak(text, manner)])


@pytest.fixture
def inner() -> ScriptedVoice:
    return ScriptedVoice()


async def kept(inner: Synthesizer, folder: Path, *texts: str, limit: int = SMALL, voice: str = "v") -> list[Samples]:
    """What a cache that is made anew, with nothing in memory, says."""
    cache = CachedSynthesizer(inner, folder, voice, limit)
    said = [await spoken(cache, text) for text in texts]
    await cache.close()
    return said


async def test_second_time_comes_from_memory_and_after_a_restart_from_disk(
    inner: ScriptedVoice, tmp_path: Path
) -> None:
    cache = CachedSynthesizer(inner, tmp_path / "cache", "v", SMALL)
    first = await spoken(cache, "em chào bác")
    np.testing.assert_array_equal(await spoken(cache, "em chào bác"), first)
    await cache.close()
    assert inner.closed
    np.testing.assert_array_equal((await kept(inner, tmp_path / "cache", "em chào bác"))[0], first)
    assert len(inner.asked) == 1


async def test_a_real_voice_sounds_the_same(tmp_path: Path) -> None:
    voice = EspeakSynthesizer(SynthesisSettings())
    plain = await spoken(voice, "Dạ, em nghe ạ.")
    for _ in range(2):
        np.testing.assert_array_equal((await kept(voice, tmp_path, "Dạ, em nghe ạ."))[0], plain)


async def test_voice_manner_and_text_each_make_another_sound(inner: ScriptedVoice, tmp_path: Path) -> None:
    cache = CachedSynthesizer(inner, tmp_path, "v", SMALL)
    for manner in (Manner(), Manner(slow=True), Manner(loud=True)):
        await spoken(cache, "vâng", manner)
    await spoken(cache, "không")
    await cache.close()
    await kept(inner, tmp_path, "vâng", voice="another")
    assert len(inner.asked) == 5


async def test_first_chunk_is_passed_on_before_the_voice_has_finished(inner: ScriptedVoice, tmp_path: Path) -> None:
    async with aclosing(CachedSynthesizer(inner, tmp_path, "v", SMALL).speak("một hai ba")) as chunks:
        await anext(chunks)
        inner.gate.clear()
    assert inner.stopped == 1


async def test_what_was_broken_off_or_failed_is_not_kept(inner: ScriptedVoice, tmp_path: Path) -> None:
    cache = CachedSynthesizer(inner, tmp_path, "v", SMALL)
    async with aclosing(cache.speak("một hai ba")) as chunks:
        await anext(chunks)
    inner.failing.add("bốn")
    with pytest.raises(SynthesisFailed):
        await spoken(cache, "bốn")
    await cache.close()
    assert not list(tmp_path.iterdir())
    assert len(await spoken(cache, "một hai ba")) == 3 * 320


async def test_many_callers_at_once_hear_the_whole(inner: ScriptedVoice, tmp_path: Path) -> None:
    caches = [CachedSynthesizer(inner, tmp_path, "v", SMALL) for _ in range(4)]
    said = await asyncio.gather(*(spoken(cache, "xin bác chờ một chút") for cache in caches * 5))
    await asyncio.gather(*(cache.close() for cache in caches))
    assert {len(samples) for samples in said} == {5 * 320}
    assert len(list(tmp_path.iterdir())) == 1
    before = len(inner.asked)
    assert len((await kept(inner, tmp_path, "xin bác chờ một chút"))[0]) == 5 * 320
    assert len(inner.asked) == before


async def test_what_was_used_longest_ago_makes_room(inner: ScriptedVoice, tmp_path: Path) -> None:
    texts = [f"câu {number}" for number in range(12)]
    size = 2 * 320 * 2
    for at, text in enumerate(texts[:10]):
        await kept(inner, tmp_path, text, limit=10 * size)
        newest = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (at, at))
    await kept(inner, tmp_path, texts[0], limit=10 * size)  # used again, so no longer the oldest
    await kept(inner, tmp_path, *texts[10:], limit=10 * size)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10 * size
    asked = len(inner.asked)
    await kept(inner, tmp_path, texts[0], texts[11])
    assert len(inner.asked) == asked
    await kept(inner, tmp_path, texts[1])
    assert len(inner.asked) == asked + 1


async def test_full_disk_costs_only_the_cache(
    inner: ScriptedVoice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        said = await kept(inner, tmp_path, "một hai", "ba bốn")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [len(samples) for samples in said] == [640, 640]
    assert not list(tmp_path.iterdir())
    assert caplog.text.count("is of no use") == 1


async def test_folder_that_cannot_be_made_costs_only_the_cache(inner: ScriptedVoice, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert len((await kept(inner, tmp_path / "file" / "cache", "một hai"))[0]) == 640


async def test_damaged_file_is_made_anew(inner: ScriptedVoice, tmp_path: Path) -> None:
    await kept(inner, tmp_path, "một hai")
    (path,) = tmp_path.iterdir()
    for damaged in (b"", b"\0\0\0"):
        path.write_bytes(damaged)
        assert len((await kept(inner, tmp_path, "một hai"))[0]) == 640
    assert path.stat().st_size == 1280


async def test_only_the_owner_may_listen(inner: ScriptedVoice, tmp_path: Path) -> None:
    await kept(inner, tmp_path / "cache", "một")
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "cache").iterdir())
