"""A real VITS model in real workers; its weights are random, so only the way it speaks can be judged."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import pytest_asyncio

from voicebot.audio import RATE, Samples, level
from voicebot.settings import SynthesisSettings
from voicebot.synthesis import CoquiSynthesizer, Manner, SynthesisFailed, Synthesizer, fallback, make_synthesizer

pytest.importorskip("torch", reason="Coqui needs torch, which `make coqui` installs")
pytest.importorskip("trainer", reason="Coqui is an extra, which `make coqui` installs")

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "dạ, em chào bác ạ, bác cần em giúp gì không ạ"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.synthesis import tiny_vits

    folder = tmp_path_factory.mktemp("vits")
    tiny_vits.make(folder, rate=22_050)
    return folder


def settings(folder: Path) -> SynthesisSettings:
    return SynthesisSettings(engine="coqui", model=folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice(folder: Path) -> AsyncIterator[CoquiSynthesizer]:
    voice = CoquiSynthesizer(settings(folder), workers=1)
    yield voice
    await voice.close()


async def spoken(voice: Synthesizer, text: str = TEXT, manner: Manner = Manner()) -> Samples:  # noqa: B008
    return np.concatenate([chunk async for chunk in voice.speak(text, manner)])


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


async def test_event_loop_goes_on_while_the_model_works(voice: CoquiSynthesizer) -> None:
    work = asyncio.create_task(spoken(voice))
    ticks = 0
    while not work.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 20  # a worker takes seconds to load the model


async def test_speaks_slowly_and_loudly(voice: CoquiSynthesizer) -> None:
    usual, slow, loud = [await spoken(voice, TEXT, manner) for manner in (Manner(), Manner(True), Manner(loud=True))]
    assert usual.dtype == np.int16
    assert len(usual) > RATE / 4
    assert len(slow) > 1.15 * len(usual)
    assert level(loud) > level(usual) + 6


async def test_who_gives_up_while_waiting_is_dropped_and_the_next_is_served(voice: CoquiSynthesizer) -> None:
    waiting = [asyncio.create_task(spoken(voice)) for _ in range(6)]
    await asyncio.sleep(0.1)
    for task in waiting[1:]:
        task.cancel()
    assert (await waiting[0]).size
    assert (await spoken(voice)).size


async def test_full_queue_is_told_at_once(voice: CoquiSynthesizer) -> None:
    said = await asyncio.gather(*(spoken(voice) for _ in range(20)), return_exceptions=True)
    refused = [str(each) for each in said if isinstance(each, SynthesisFailed)]
    assert refused == ["the VITS voice is busy"] * 11  # one at work, eight waiting


async def test_dead_worker_is_replaced_and_none_outlives_the_voice(folder: Path) -> None:
    before = workers()
    voice = CoquiSynthesizer(settings(folder), workers=1)
    for worker in set(workers()) - set(before):
        worker.kill()
    with pytest.raises(SynthesisFailed, match="died"):
        await spoken(voice)
    assert (await spoken(voice)).size
    assert set(workers()) != set(before)
    await voice.close()
    assert set(workers()) == set(before)


async def test_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(SynthesisFailed, match=r"must hold config\.json"):
        CoquiSynthesizer(settings(tmp_path))


async def test_model_that_cannot_be_loaded_says_why_and_espeak_speaks(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fallback, "_PATIENCE", 60)
    (tmp_path / "model.pth").write_bytes(b"no weights")
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    voice = make_synthesizer(settings(tmp_path), tmp_path / "cache")
    assert (await spoken(voice)).size > RATE
    await voice.close()
    assert "no VITS voice in" in caplog.text
    assert not (tmp_path / "cache").exists()  # another voice's sound is not kept under this one's name
