"""The default model in worker processes, fed with speech in voices it was not trained on."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal

import numpy as np
import psutil
import pytest
import pytest_asyncio
import uvloop

from tests.recognition import tiny_whisper
from tests.recognition.speech import say
from voicebot.expectation import Expectation
from voicebot.recognition import ModelNotLoaded, RecognizerPool, RecognizerUnavailable
from voicebot.recognition import pool as pool_module
from voicebot.settings import RecognitionSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")


def workers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "voicebot.recognition.worker" in p.cmdline()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool():
    made = RecognizerPool(RecognitionSettings(workers=1, timeout=60), str.upper)
    await made.start()
    yield made
    await made.close()
    assert not workers()


@pytest.mark.parametrize(
    ("said", "voice", "words"),
    [
        ("cho tôi hỏi đăng ký khai sinh cần những giấy tờ gì", "vi+f5", "đăng ký khai sinh giấy tờ"),
        ("bác muốn làm thẻ căn cước thì ra đâu ạ", "vi+m7", "căn cước"),
        ("cấp phiếu lý lịch tư pháp hết bao nhiêu tiền", "vi-vn-x-south+Denis", "lý lịch tư pháp bao nhiêu tiền"),
        ("cho tôi gặp nhân viên", "vi-vn-x-central+steph3", "gặp nhân viên"),
    ],
)
async def test_questions_are_understood_by_telephone(pool, said, voice, words):
    heard = await pool.transcribe(say(said, voice))
    assert set(words.split()) <= set(heard.spoken.split())
    assert heard.text == heard.spoken.upper()
    assert heard.confidence > 0.5
    assert heard.decode_ms > 0


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.int16),
        np.zeros(32_000, np.int16),
        (np.random.default_rng(0).standard_normal(48_000) * 3000).astype(np.int16),
        (8000 * np.sin(np.arange(48_000) * 2 * np.pi * 440 / 16_000)).astype(np.int16),
        (4000 * sum(np.sin(np.arange(48_000) * 2 * np.pi * f / 16_000) for f in (262, 330, 392))).astype(np.int16),
    ],
    ids=["nothing", "silence", "hiss", "tone", "chord"],
)
async def test_what_is_not_speech_gives_no_words(pool, sound):
    heard = await pool.transcribe(sound)
    assert (heard.spoken, heard.text, heard.alternatives) == ("", "", ())
    assert heard.seconds == len(sound) / 16_000


async def test_long_speech_is_heard_to_its_end(pool):
    parts = [say(f"tôi muốn hỏi về {what}") for what in ("đăng ký kết hôn", "hộ chiếu phổ thông", "thẻ bảo hiểm y tế")]
    heard = await pool.transcribe(np.concatenate([*parts, *parts]))
    assert heard.spoken.count("kết hôn") == 2
    assert heard.spoken.rstrip().endswith("y tế")


async def test_what_was_asked_for_is_preferred(pool):
    digits = "không chín một hai ba bốn năm sáu bảy tám"
    heard = await pool.transcribe(say(digits, "vi+m7"), Expectation.DIGITS)
    assert heard.spoken == digits


async def test_a_cancelled_job_that_has_not_begun_is_dropped(pool):
    first = asyncio.create_task(pool.transcribe(say("cho tôi hỏi đăng ký khai tử")))
    dropped = [asyncio.create_task(pool.transcribe(say("nhắc lại"))) for _ in range(10)]
    await asyncio.sleep(0)
    for task in dropped:
        task.cancel()
    assert "khai tử" in (await first).spoken
    assert all(isinstance(r, asyncio.CancelledError) for r in await asyncio.gather(*dropped, return_exceptions=True))
    assert pool.waiting == 0


async def test_more_than_can_be_served_is_refused(pool):
    speech = say("nhắc lại giúp tôi")
    asked = [asyncio.create_task(pool.transcribe(speech)) for _ in range(40)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, RecognizerUnavailable)]
    assert refused
    assert "waiting" in str(refused[0])
    assert len(refused) < len(answers)


async def test_a_killed_worker_fails_its_job_and_is_replaced(pool):
    (worker,) = workers()
    job = asyncio.create_task(pool.transcribe(np.tile(say("đăng ký khai sinh"), 30)))
    await asyncio.sleep(0.1)  # by now the worker has it, and it takes seconds
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(RecognizerUnavailable):
        await job
    assert "khai sinh" in (await pool.transcribe(say("đăng ký khai sinh"))).spoken
    assert [w.pid for w in workers()] != [worker.pid]


async def test_a_worker_that_cannot_be_started_just_now_is_started_later(monkeypatch):
    others = {each.pid for each in workers()}
    pool = RecognizerPool(RecognitionSettings(workers=1, timeout=20), str)
    await pool.start()
    start, refused = asyncio.create_subprocess_exec, []

    async def refuse_once(*command, **options):
        if not refused:
            refused.append(command)
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        return await start(*command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse_once)
    try:
        (worker,) = (each for each in workers() if each.pid not in others)
        os.kill(worker.pid, signal.SIGKILL)
        with contextlib.suppress(RecognizerUnavailable):
            await pool.transcribe(say("đăng ký khai sinh"))
        assert "khai sinh" in (await pool.transcribe(say("đăng ký khai sinh"))).spoken
        assert refused
    finally:
        await pool.close()


async def test_a_worker_that_is_killed_while_idle_is_replaced_under_uvloop():
    """As in the gateway; uvloop answers a write to a dead worker in its own way."""

    async def kill_and_ask() -> str:
        others = {each.pid for each in workers()}
        pool = RecognizerPool(RecognitionSettings(workers=1, timeout=20), str)
        await pool.start()
        try:
            (worker,) = (each for each in workers() if each.pid not in others)
            os.kill(worker.pid, signal.SIGKILL)
            while worker.is_running():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.5)  # the loop has seen that the pipe is closed
            with pytest.raises(RecognizerUnavailable):
                await pool.transcribe(say("đăng ký khai sinh"))
            return (await pool.transcribe(say("đăng ký khai sinh"))).spoken
        finally:
            await pool.close()

    assert "khai sinh" in await asyncio.to_thread(uvloop.run, kill_and_ask())


async def test_a_worker_that_answers_nonsense_is_replaced(monkeypatch):
    others = {each.pid for each in workers()}
    pool = RecognizerPool(RecognitionSettings(workers=1, timeout=20), str)
    await pool.start()
    ask, garbled = pool_module._Worker.ask, []

    async def garble_twice(worker, body):  # an answer, then the loading of the next worker
        if len(garbled) < 2:
            garbled.append(worker.pid)
            return b"not JSON"
        return await ask(worker, body)

    monkeypatch.setattr(pool_module._Worker, "ask", garble_twice)
    try:
        (worker,) = (each for each in workers() if each.pid not in others)
        with pytest.raises(RecognizerUnavailable):
            await pool.transcribe(say("đăng ký khai sinh"))
        assert "khai sinh" in (await pool.transcribe(say("đăng ký khai sinh"))).spoken
        assert not worker.is_running()
    finally:
        await pool.close()


async def test_a_job_that_takes_too_long_is_given_up():
    pool = RecognizerPool(RecognitionSettings(workers=1, timeout=0.05), str)
    await pool.start()
    try:
        with pytest.raises(RecognizerUnavailable):
            await pool.transcribe(np.tile(say("đăng ký khai sinh"), 30))
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("model", "cause"),
    [
        ("/nowhere/model", "no such directory"),
        ("audio_models/nothing", "no such directory"),
        ("empty", "model.bin"),
        ("without lexicon", "lexicon.txt"),
    ],
)
async def test_a_model_that_cannot_be_loaded_is_named_with_the_cause(tmp_path, model, cause):
    before = workers()
    (tmp_path / "empty").mkdir()
    broken = tiny_whisper.make(tmp_path / "without lexicon", " a")
    head = {"ctc.weight": np.zeros((2, 64)), "ctc.bias": np.zeros(2), "units": np.array(["a"])}
    np.savez(broken / "heads.npz", **head)
    name = str(tmp_path / model) if model in ("empty", "without lexicon") else model
    with pytest.raises(ModelNotLoaded, match=f"{name}.*{cause}"):
        await RecognizerPool(RecognitionSettings(model=name), str).start()
    assert workers() == before


async def test_waiting_callers_are_told_when_it_closes():
    pool = RecognizerPool(RecognitionSettings(workers=1, timeout=60), str)
    await pool.start()
    asked = [asyncio.create_task(pool.transcribe(say("đăng ký khai sinh"))) for _ in range(4)]
    await asyncio.sleep(0)
    await pool.close()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, RecognizerUnavailable) for answer in answers)


async def test_nothing_is_heard_before_the_start_or_after_the_end():
    with pytest.raises(RecognizerUnavailable, match="not been started"):
        await RecognizerPool(RecognitionSettings(), str).transcribe(np.zeros(100, np.int16))
