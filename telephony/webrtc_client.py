"""Calls a hotline the way the browser's page does: for `voicebot call --to http://…` and for tests."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any

import aiohttp
from aiortc import RTCSessionDescription
from pydantic import BaseModel, ValidationError

from telephony.webrtc_messages import (
    CHANNEL,
    CaptionMessage,
    DigitMessage,
    EndedMessage,
    HangUpMessage,
    TextMessage,
    to_caller,
)
from telephony.webrtc_peer import Peer
from voicebot.line import Caption, LineInfo

log = logging.getLogger(__name__)

OnCaption = Callable[[Caption], None]


class DialFailed(Exception):
    """The hotline did not take the call; the message says why."""


async def dial_web(
    url: str,
    *,
    on_caption: OnCaption | None = None,
    microphone: bool = True,
    timeout: float = 10.0,
    media_timeout: float = 30.0,
) -> WebRtcCall:
    """Calls the hotline whose page is at `url`; returns once the call is up. Raises DialFailed.

    Without `microphone` the call is made as by a caller who only listens and types.
    """
    call = WebRtcCall(url, on_caption, media_timeout)
    try:
        async with asyncio.timeout(timeout):
            await call.connect(microphone)
    except TimeoutError:
        await call.hang_up()
        raise DialFailed(f"{url}: no connection within {timeout:g} s") from None
    except BaseException:
        await call.hang_up()
        raise
    return call


class WebRtcCall(Peer):
    """The caller's end."""

    def __init__(self, url: str, on_caption: OnCaption | None, media_timeout: float) -> None:
        self.remote_call_id = ""  # the hotline's id of this call
        self._url = url
        self._on_caption = on_caption
        self._up = asyncio.Event()
        super().__init__(
            LineInfo(f"dial-{secrets.token_hex(8)}", "webrtc", called=url), media_timeout, "remote_hung_up"
        )

    async def connect(self, microphone: bool) -> None:
        """Until audio and data channel are open, without a limit. Raises DialFailed."""
        channel = self._connection.createDataChannel(CHANNEL)
        channel.on("open", self._up.set)
        self._use(channel)
        if microphone:
            self._connection.addTrack(self._outgoing)
        else:
            self._connection.addTransceiver("audio", direction="recvonly")
        await self._connection.setLocalDescription(await self._connection.createOffer())
        answer = await self._post({"sdp": self._connection.localDescription.sdp, "type": "offer"})
        self.remote_call_id = answer["call_id"]
        await self._connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        await self._up.wait()
        if self.ended:
            raise DialFailed(f"{self._url}: {self.ended}")

    def send_digit(self, key: str) -> None:
        self._send(DigitMessage(key=key))

    def send_text(self, text: str) -> None:
        self._send(TextMessage(text=text))

    async def _post(self, offer: dict[str, str]) -> dict[str, Any]:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{self._url.rstrip('/')}/webrtc/offer", json=offer) as response,
            ):
                body: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, ValueError) as error:
            raise DialFailed(f"{self._url}: {error}") from error
        if response.status != 200:
            raise DialFailed(f"{self._url}: {body.get('detail') or body.get('message') or response.reason}")
        return body

    def _farewell(self) -> BaseModel:
        return HangUpMessage()

    def _end(self, reason: str) -> None:
        super()._end(reason)
        self._up.set()

    def _on_message(self, message: str) -> None:
        try:
            said = to_caller.validate_json(message)
        except ValidationError as error:
            log.warning("call %s: message ignored: %s", self.info.call_id, error.errors()[0]["type"])
            return
        match said:
            case CaptionMessage(speaker=speaker, text=text, final=final):
                if self._on_caption:
                    self._on_caption(Caption(speaker, text, final))
            case EndedMessage():
                self._end(self._gone)
