"""Calls as callers make them: real SIP and RTP, a real browser, real speech, through every part."""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import wave
from pathlib import Path
from typing import Any

import aiohttp
import av
import numpy as np
import psutil
import pytest
from playwright.async_api import async_playwright

from hotline.caller import CallEvent
from language import vi
from telephony.sip_client import dial
from tests.whole.conftest import Hotline, await_true
from voicebot.audio import RATE, Samples
from voicebot.recognition import Model

pytestmark = pytest.mark.whole

PAPERS = "làm giấy khai sinh cho cháu cần giấy tờ gì"
BIRTH = "1.001193"


def texts(events: list[CallEvent], name: str) -> list[str]:
    return [event.text for event in events if event.event == name and event.text]


def right_channel(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)[:, 1]


async def place(
    hotline: Hotline, plays: list[Samples], to: str | None = None, **more: Any
) -> tuple[str, list[CallEvent]]:
    events: list[CallEvent] = []
    caller = hotline.caller(events, to)
    await caller.call(plays, **more)
    return caller.call_id, events


async def test_the_papers_of_a_birth_registration(hotline: Hotline, speak: Any, model: Model, tmp_path: Path) -> None:
    """What the caller hears holds the facts of the record, and the call is found in the records."""
    call_id, events = await place(hotline, [speak(PAPERS)], record=tmp_path / "call.wav")
    assert any("khai sinh" in text for text in texts(events, "heard"))
    [started] = [event for event in events if event.event == "answered"]
    assert started.at == 0

    heard = vi.fold(model.transcribe(right_channel(tmp_path / "call.wav")[-25 * RATE :]).spoken)
    assert "giay chung sinh" in heard, heard
    assert "can cuoc" in heard, heard

    record = hotline.record(call_id)
    assert record["line"] == "sip"
    assert record["outcome"] == "answered"
    greeting, turn = record["turns"][0], record["turns"][1]
    assert "19001009" in greeting["answers"][0]["text"]
    assert turn["procedure"] == BIRTH
    assert turn["aspect"] == "documents"
    assert 0 < turn["confidence"] <= 1
    assert turn["answers"][0]["source"]["code"] == BIRTH
    assert "giấy chứng sinh" in " ".join(answer["played"] for answer in turn["answers"])
    assert 0 < turn["latency_ms"]["audible"] < 4000
    numbers = [event["number"] for event in record["events"]]
    assert numbers == list(range(len(numbers))), "no event is lost or doubled"
    with av.open(str(hotline.config.recordings / record["recording"]["path"])) as file:
        assert file.streams.audio[0].channels == 2
        assert record["recording"]["seconds"] == pytest.approx(record["seconds"], abs=2)


async def test_a_call_from_the_browser(hotline: Hotline, speak: Any, tmp_path: Path) -> None:
    """Chromium with a fake microphone that asks the question once the greeting is over."""
    microphone = tmp_path / "microphone.wav"
    silence = np.zeros(18 * RATE, np.int16)
    with wave.open(str(microphone), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.concatenate([silence, speak(PAPERS), silence]).tobytes())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}%noloop",
                "--autoplay-policy=no-user-gesture-required",
                "--disable-background-networking",
            ],
        )
        page = await browser.new_page()
        await page.goto(hotline.web)
        await page.get_by_role("button", name="Gọi tổng đài").click()
        captions = page.get_by_role("log")
        await captions.get_by_text("giấy chứng sinh").first.wait_for(timeout=60_000)
        shown = vi.fold(await captions.inner_text())
        assert "khai sinh cho chau" in shown, shown
        await browser.close()
    await_true(lambda: any(call["line"] == "webrtc" and call["outcome"] for call in hotline.records.list()), 60)
    [summary] = [call for call in hotline.records.list() if call["line"] == "webrtc"]
    record = hotline.record(summary["call_id"])
    assert BIRTH in [turn["procedure"] for turn in record["turns"]]


async def test_two_calls_at_once_do_not_mix(hotline: Hotline, speak: Any) -> None:
    first, second = await asyncio.gather(
        place(hotline, [speak(PAPERS)]),
        place(hotline, [speak("đăng ký kết hôn hết bao nhiêu tiền", "vi+m7")]),
    )
    procedures = [hotline.record(call_id)["turns"][1]["procedure"] for call_id, _ in (first, second)]
    assert procedures == [BIRTH, "1.000894"]
    assert not any("kết hôn" in text for text in texts(first[1], "bot_said")[1:])
    assert not any("khai sinh" in text for text in texts(second[1], "bot_said")[1:])


async def test_a_refused_recording_is_not_kept(hotline: Hotline, speak: Any) -> None:
    call_id, _ = await place(hotline, [speak("không ghi âm")])
    record = hotline.record(call_id)
    assert record["consent"] == "refused"
    assert record["recording"] is None
    assert not list(hotline.config.recordings.glob(f"{call_id}*"))


async def test_a_key_brings_a_person_or_a_ticket(hotline: Hotline) -> None:
    """Nobody is on duty here: the caller is told, and asked for the number to call back."""
    call_id, events = await place(hotline, [], digits="0")
    record = hotline.record(call_id)
    assert record["turns"][1]["intent"] == "gap_nhan_vien"
    assert "cán bộ" in " ".join(texts(events, "bot_said")[1:])


async def test_hanging_up_in_mid_sentence_leaves_nothing(hotline: Hotline) -> None:
    gateway = hotline.part("hotline.gateway")

    async def usage() -> tuple[int, int, int]:
        async with aiohttp.ClientSession() as session, session.get(f"{hotline.web}/health") as response:
            health = await response.json()
        return health["calls"], health["tasks"], len(gateway.net_connections())

    await place(hotline, [])  # warms caches up
    await settled(usage)
    before = await usage()
    for _ in range(3):
        line = await dial(hotline.sip)
        line.start(lambda: None)
        await asyncio.sleep(2)
        await line.hang_up()
    await settled(usage)
    after = await usage()
    assert after[0] == 0
    assert after[1] <= before[1]
    assert after[2] <= before[2] + 1, "a kept-alive connection may come and go, a call's sockets must not stay"
    jobs = [child for child in gateway.children(recursive=True) if child.name() == "espeak-ng"]
    assert not jobs


async def settled(usage: Any) -> None:
    for _ in range(50):
        await asyncio.sleep(0.2)
        if (await usage())[0] == 0:
            break
    await asyncio.sleep(0.5)


async def test_random_bytes_do_no_harm(hotline: Hotline, speak: Any) -> None:
    """At the SIP port and at every RTP port, before and during a call."""
    noise = random.Random(1)
    events: list[CallEvent] = []
    caller = hotline.caller(events)
    call = asyncio.create_task(caller.call([speak(PAPERS)]))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sip = hotline.config.sip
        for _ in range(20):
            await asyncio.sleep(0.2)
            for port in (sip.port, *range(sip.rtp_first, sip.rtp_first + 8)):
                sender.sendto(noise.randbytes(noise.randrange(1, 1200)), ("127.0.0.1", port))
    await call
    assert hotline.record(caller.call_id)["turns"][1]["procedure"] == BIRTH


async def test_rasa_killed_in_mid_call(hotline: Hotline, speak: Any) -> None:
    """The caller hears an apology and is offered a person; once Rasa is back the next turn works."""
    events: list[CallEvent] = []
    caller = hotline.caller(events)
    question = speak(PAPERS)

    async def break_and_mend() -> None:
        await asyncio.sleep(5)  # into the greeting
        rasa: psutil.Process = hotline.part("rasa run")
        rasa.kill()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(break_and_mend())
        call = tasks.create_task(caller.call([question]))
        await call
    said = " ".join(texts(events, "bot_said"))
    assert "bấm phím 0" in said, said
    hotline.await_output("rasa died and was restarted", 60)

    async def ready() -> bool:
        async with aiohttp.ClientSession() as session, session.get(f"{hotline.web}/ready") as response:
            return response.status == 200

    for _ in range(600):
        if await ready():
            break
        await asyncio.sleep(0.2)
    call_id, _ = await place(hotline, [question])
    assert hotline.record(call_id)["turns"][1]["procedure"] == BIRTH
