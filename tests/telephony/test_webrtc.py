"""Both ends of a WebRTC call in one process: real ICE, DTLS, Opus and SCTP over UDP."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from aiortc.rtp import RtpPacket
from web_support import LONG, Ear, Hotline, nothing_left, pitch, running_hotline, tone, until  # noqa: F401

from telephony.webrtc import WebRtcLine
from telephony.webrtc_client import DialFailed, WebRtcCall, dial_web
from voicebot.audio import FRAME_SAMPLES, level
from voicebot.line import Caption, Line, TransferFailed


async def listen(call: WebRtcCall) -> tuple[Ear, asyncio.Task[None]]:
    ear = Ear()
    return ear, asyncio.create_task(ear.listen(call))


async def test_sound_goes_both_ways(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    ear, listening = await listen(call)
    call.start(tone(1000))
    await until(lambda: len(ear.frames) > 60 and len(hotline.ears[0].frames) > 60)
    await call.hang_up()
    await listening
    assert pitch(ear.frames) == pytest.approx(440, abs=5)
    assert pitch(hotline.ears[0].frames) == pytest.approx(1000, abs=5)
    assert level(np.concatenate(ear.frames[-20:])) == pytest.approx(20 * np.log10(8000 / 32768 / np.sqrt(2)), abs=3)
    assert {frame.shape for frame in ear.frames} == {(FRAME_SAMPLES,)}


async def test_lost_packets_are_concealed_and_hold_nothing_back(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    await until(lambda: hotline.ears)
    line = hotline.lines[0]
    assert isinstance(line, WebRtcLine)
    (receiver,) = line._connection.getReceivers()
    whole, arrived = receiver._handle_rtp_packet, 0

    async def lossy(packet: RtpPacket, arrival_time_ms: int) -> None:
        nonlocal arrived
        arrived += 1
        if arrived % 10:
            await whole(packet, arrival_time_ms)

    receiver._handle_rtp_packet = lossy  # type: ignore[method-assign]
    call.start(tone(1000))
    await until(lambda: arrived >= 120)
    statistics = line.statistics
    await call.hang_up()
    assert statistics.lost >= 10
    assert statistics.frames_in >= 110  # of 120: the buffer of aiortc itself would hold 16 back
    assert pitch(hotline.ears[0].frames[:100]) == pytest.approx(1000, abs=5)


async def test_line_is_described(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    await until(lambda: hotline.lines)
    info = hotline.lines[0].info
    assert info.call_id == call.remote_call_id
    assert info.kind == "webrtc"
    with pytest.raises(TransferFailed, match="unsupported"):
        await hotline.lines[0].transfer("sip:agent@example.org")
    await call.hang_up()


async def test_digits_and_text_arrive_in_order(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    for key in "0129*#":
        call.send_digit(key)
    call.send_text("  Tôi muốn hỏi\nvề căn cước  ")
    call.send_text("đổi".encode().decode() + " cu\u0309a")  # decomposed, as some keyboards type it
    await until(lambda: hotline.ears and len(hotline.ears[0].texts) == 2)
    assert hotline.ears[0].keys == list("0129*#")
    assert hotline.ears[0].texts == ["Tôi muốn hỏi về căn cước", "đổi c\u1ee7a"]
    await call.hang_up()


async def test_captions_reach_the_caller_even_those_from_before_the_channel() -> None:
    greeting = Caption("bot", "Dạ, em chào bác ạ.", True)
    seen: list[Caption] = []
    async with Hotline(greeting=greeting).running() as hotline:
        call = await dial_web(hotline.url, on_caption=seen.append)
        await until(lambda: seen)
        hotline.lines[0].show(Caption("caller", "Cho tôi hỏi", False))
        await until(lambda: len(seen) == 2)
        assert seen == [greeting, Caption("caller", "Cho tôi hỏi", False)]
        await call.hang_up()


async def test_a_caller_without_microphone_gives_silence_and_can_type(hotline: Hotline) -> None:
    call = await dial_web(hotline.url, microphone=False)
    ear, listening = await listen(call)
    call.start(lambda: None)
    call.send_text("Xin chào")
    await until(lambda: hotline.ears and len(hotline.ears[0].frames) > 30 and len(ear.frames) > 30)
    assert not np.concatenate(hotline.ears[0].frames).any()
    assert pitch(ear.frames) == pytest.approx(440, abs=5)
    assert hotline.ears[0].texts == ["Xin chào"]
    await call.hang_up()
    await listening


async def test_caller_hangs_up(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    await call.hang_up()
    await until(lambda: hotline.lines[0].ended)
    assert hotline.lines[0].ended == "caller_hung_up"
    assert call.ended == "hung_up"
    await call.hang_up()  # again: harmless


async def test_hotline_hangs_up(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    _, listening = await listen(call)
    await until(lambda: hotline.lines)
    await hotline.lines[0].hang_up()
    await asyncio.wait_for(listening, LONG)
    assert call.ended == "remote_hung_up"
    assert hotline.lines[0].ended == "hung_up"
    await call.hang_up()


async def test_a_connection_that_closes_without_a_word_ends_the_call(hotline: Hotline) -> None:
    call = await dial_web(hotline.url)
    await call._connection.close()
    await until(lambda: hotline.lines[0].ended)
    assert hotline.lines[0].ended == "caller_hung_up"
    await call.hang_up()


async def test_no_media_ends_the_call() -> None:
    async with Hotline(media_timeout=0.5).running() as hotline:
        call = await dial_web(hotline.url)
        await until(lambda: hotline.ears and hotline.ears[0].frames)
        call._connection.getSenders()[0]._enabled = False  # aiortc's switch: reads the track, sends nothing
        await until(lambda: hotline.lines[0].ended)
        assert hotline.lines[0].ended == "media_lost"
        await call.hang_up()


async def test_a_caller_without_microphone_is_not_taken_for_lost() -> None:
    async with Hotline(media_timeout=0.3).running() as hotline:
        call = await dial_web(hotline.url, microphone=False)
        await until(lambda: hotline.ears and len(hotline.ears[0].frames) > 50)
        assert hotline.lines[0].ended is None
        await call.hang_up()


@pytest.mark.parametrize(
    "message",
    [
        "{",
        "[]",
        '{"type": "digit", "key": "12"}',
        '{"type": "text", "text": ""}',
        '{"type": "text", "text": "' + "a" * 2001 + '"}',
        '{"type": "transfer"}',
        "x" * 20_000,
    ],
)
async def test_messages_that_make_no_sense_are_ignored(hotline: Hotline, message: str) -> None:
    call = await dial_web(hotline.url)
    assert call._channel is not None
    call._channel.send(message)
    call._channel.send(b"binary")
    call.send_digit("5")
    await until(lambda: hotline.ears and hotline.ears[0].keys)
    assert hotline.ears[0].keys == ["5"]
    assert hotline.ears[0].texts == []
    await call.hang_up()


async def test_a_flood_of_messages_ends_the_call() -> None:
    ended = asyncio.Event()

    async def never_read(line: Line) -> None:
        line.start(lambda: None)
        await until(lambda: line.ended)
        assert line.ended == "flooded"
        ended.set()

    async with Hotline().running(never_read) as hotline:
        call = await dial_web(hotline.url)
        for _ in range(600):
            call._channel.send('{"type": "digit", "key": "1"}')  # type: ignore[union-attr]
        await asyncio.wait_for(ended.wait(), LONG)
        await call.hang_up()


async def test_nobody_there() -> None:
    with pytest.raises(DialFailed, match=r"http://127\.0\.0\.1:1: "):
        await dial_web("http://127.0.0.1:1")


async def test_closing_the_gateway_ends_calls() -> None:
    async with Hotline().running() as hotline:
        call = await dial_web(hotline.url)
        _, listening = await listen(call)
    await asyncio.wait_for(listening, LONG)
    assert call.ended == "remote_hung_up"
    await call.hang_up()
