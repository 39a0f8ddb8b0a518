"""What is posted to a hotline: offers good, bad and too many."""

from __future__ import annotations

import asyncio
import random

import aiohttp
import pytest
from web_support import LONG, Hotline, nothing_left, offer, running_hotline, until  # noqa: F401

from telephony.webrtc_client import DialFailed, WebRtcCall, dial_web


async def test_an_offer_without_a_caller_ends() -> None:
    async with Hotline(media_timeout=0.5).running() as hotline, aiohttp.ClientSession() as session:
        body = {"sdp": await offer(), "type": "offer"}
        async with session.post(f"{hotline.url}/webrtc/offer", json=body) as response:
            assert response.status == 200
            assert set(await response.json()) == {"sdp", "type", "call_id"}
        await until(lambda: hotline.lines[0].ended)
        assert hotline.lines[0].ended == "media_lost"


async def test_full_means_busy() -> None:
    async with Hotline(limit=1).running() as hotline, aiohttp.ClientSession() as session:
        call = await dial_web(hotline.url)
        body = {"sdp": await offer(), "type": "offer"}
        async with session.post(f"{hotline.url}/webrtc/offer", json=body) as response:
            assert response.status == 503
            refusal = await response.json()
        assert refusal["error"] == "busy"
        assert refusal["message"].startswith("Dạ")
        with pytest.raises(DialFailed, match="đường dây đang bận"):
            await dial_web(hotline.url)
        await call.hang_up()
        await until(lambda: hotline.lines[0].ended)
        again = await dial_web_when_free(hotline.url)
        await again.hang_up()


async def dial_web_when_free(url: str) -> WebRtcCall:
    async with asyncio.timeout(LONG):
        while True:
            try:
                return await dial_web(url)
            except DialFailed:
                await asyncio.sleep(0.05)


async def test_many_offers_at_once_keep_to_the_limit() -> None:
    async with Hotline(limit=2).running() as hotline:
        calls = await asyncio.gather(*(dial_web(hotline.url) for _ in range(4)), return_exceptions=True)
        up = [call for call in calls if isinstance(call, WebRtcCall)]
        assert len(up) == 2
        assert all(isinstance(call, WebRtcCall | DialFailed) for call in calls)
        for call in up:
            await call.hang_up()


GARBAGE = ["", "v=0", "not sdp at all", "v=0\r\nm=audio x y z\r\n", "v=0\r\nm=\r\n", "a=ice-ufrag\r\n" * 50]


@pytest.mark.parametrize("sdp", GARBAGE)
async def test_sdp_that_is_none_is_refused(hotline: Hotline, sdp: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{hotline.url}/webrtc/offer", json={"sdp": sdp, "type": "offer"}) as response,
    ):
        assert response.status == 400
        refusal = await response.json()
    assert refusal["error"] == "bad_offer"
    assert refusal["detail"].startswith("sdp: ")
    assert not hotline.lines


@pytest.mark.parametrize("wanted", ["audio", "fingerprint", "ice-ufrag", "opus"])
async def test_offers_that_lack_something_are_refused(hotline: Hotline, wanted: str) -> None:
    sdp = await offer()
    if wanted == "audio":
        sdp = sdp.replace("m=audio", "m=video")
    elif wanted == "opus":
        sdp = sdp.replace("opus/48000/2", "L16/48000/2").replace(" 0 8", "").replace(" 9", "")
    else:
        sdp = "\r\n".join(line for line in sdp.splitlines() if f"a={wanted}" not in line) + "\r\n"
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{hotline.url}/webrtc/offer", json={"sdp": sdp, "type": "offer"}) as response,
    ):
        assert response.status == 400, await response.text()


async def test_damaged_offers_are_answered_or_refused_and_leave_nothing() -> None:
    """Lines lost, repeated, cut and spoilt: never an error of the server's own."""
    chance = random.Random(7)
    good = (await offer()).split("\r\n")
    async with Hotline(limit=1000, media_timeout=0.3).running() as hotline, aiohttp.ClientSession() as session:
        for _ in range(150):
            lines = list(good)
            for _ in range(chance.randint(1, 4)):
                at, line = chance.randrange(len(lines)), chance.choice(good)
                cut = lines[at][: chance.randrange(len(lines[at]) + 1)]
                lines[at : at + 1] = chance.choice(
                    [[], [lines[at], line], [cut], [cut + chr(chance.randrange(32, 400))]]
                )
            body = {"sdp": "\r\n".join(lines), "type": "offer"}
            async with session.post(f"{hotline.url}/webrtc/offer", json=body) as response:
                assert response.status in {200, 400}, body["sdp"]
        await until(lambda: all(line.ended for line in hotline.lines))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ('{"sdp": 5, "type": "offer"}', "application/json"),
        ('{"sdp": "v=0", "type": "answer"}', "application/json"),
        ('{"sdp": "v=0", "type": "offer"}', "text/plain"),
        ('{"sdp": "' + "x" * 70_000 + '", "type": "offer"}', "application/json"),
    ],
)
async def test_bodies_that_are_no_offer_are_refused(hotline: Hotline, body: str, kind: str) -> None:
    headers = {"Content-Type": kind}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{hotline.url}/webrtc/offer", data=body, headers=headers) as response,
    ):
        assert response.status == 400
        assert (await response.json())["error"] == "bad_offer"
