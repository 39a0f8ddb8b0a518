"""Calls from a browser: the page posts an offer, WebRTC carries audio, keys, text and captions."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import unicodedata
from typing import Any

from aiohttp import web
from aiortc import RTCDataChannel, RTCRtpSender, RTCSessionDescription
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import SessionDescription
from pydantic import BaseModel, ValidationError

from telephony.gateway import Gateway
from telephony.settings import WebSettings
from telephony.webrtc_messages import (
    CHANNEL,
    CaptionMessage,
    DigitMessage,
    EndedMessage,
    HangUpMessage,
    TextMessage,
    from_caller,
)
from telephony.webrtc_peer import Peer
from voicebot.line import Caption, Digit, LineInfo, Typed

log = logging.getLogger(__name__)

_LONGEST_OFFER = 65_536  # bytes
_MOST_WAITING = 500  # events nobody has read yet: past that, a program is flooding us, not a person typing
_UNREACHABLE = re.compile(r"^a=(candidate:.*\.local .*|end-of-candidates)\s*$", re.MULTILINE)

_BUSY = "Dạ, hiện tất cả các đường dây đang bận. Mong bác gọi lại sau ít phút ạ."
_BAD_OFFER = "Dạ, trình duyệt của bác chưa kết nối được với tổng đài. Mong bác tải lại trang rồi gọi lại ạ."


class BadOffer(ValueError):
    """What was posted is not an offer that can be answered."""


class WebRtcLine(Peer):
    """A caller in a browser."""

    def __init__(self, media_timeout: float) -> None:
        info = LineInfo(call_id=f"web-{secrets.token_hex(8)}", kind="webrtc")
        super().__init__(info, media_timeout, gone="caller_hung_up")
        self._connection.on("datachannel", self._on_channel)
        transceiver = self._connection.addTransceiver(self._outgoing)
        codecs = RTCRtpSender.getCapabilities("audio").codecs
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == "audio/opus"])

    async def answer(self, offer: str) -> str:
        """SDP for SDP. Raises BadOffer."""
        _check(offer)
        # Names ending in .local are a browser's own; it finds us without them. Looking them up would hold the answer.
        description = RTCSessionDescription(_UNREACHABLE.sub("", offer), "offer")
        try:
            await self._connection.setRemoteDescription(description)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (ValueError, InternalError, InvalidAccessError, InvalidStateError, OperationError) as error:
            raise BadOffer(f"sdp: {error}") from error
        answer: str = self._connection.localDescription.sdp
        return answer

    def show(self, caption: Caption) -> None:
        if self.ended is None:
            self._send(CaptionMessage(speaker=caption.speaker, text=caption.text, final=caption.final))

    def _farewell(self) -> BaseModel:
        return EndedMessage(reason=self.ended or "")

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label == CHANNEL:
            self._use(channel)

    def _on_message(self, message: str) -> None:
        try:
            said = from_caller.validate_json(message)
        except ValidationError as error:  # its text would quote what the caller wrote
            log.warning("call %s: message ignored: %s", self.info.call_id, error.errors()[0]["type"])
            return
        match said:
            case DigitMessage(key=key):
                self._inbox.put(Digit(key))
            case TextMessage(text=text):
                self._inbox.put(Typed(unicodedata.normalize("NFC", " ".join(text.split()))))
            case HangUpMessage():
                self._end("caller_hung_up")
        if self._inbox.waiting > _MOST_WAITING:
            self._end("flooded")


class WebRtcGateway:
    """Answers offers over HTTP; the calls themselves are the gateway's."""

    def __init__(self, settings: WebSettings, gateway: Gateway) -> None:
        self._settings = settings
        self._gateway = gateway
        self._answering = asyncio.Lock()  # one offer at a time, so that the cap is exact

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/webrtc/offer", self._offer)]

    async def close(self) -> None:
        """Ends every call."""
        await self._gateway.close()

    async def _offer(self, request: web.Request) -> web.Response:
        try:
            offer = await _read_offer(request)
            async with self._answering:
                if self._gateway.full:
                    return web.json_response({"error": "busy", "message": _BUSY}, status=503)
                return web.json_response(await self._accept(offer))
        except BadOffer as error:
            refusal = {"error": "bad_offer", "message": _BAD_OFFER, "detail": str(error)}
            return web.json_response(refusal, status=400)

    async def _accept(self, offer: str) -> dict[str, str]:
        line = WebRtcLine(self._settings.media_timeout)
        try:
            answer = await line.answer(offer)
        except BaseException:  # cancelled, too: nothing of the connection may stay
            await line.hang_up()
            raise
        self._gateway.accept(line)
        return {"sdp": answer, "type": "answer", "call_id": line.info.call_id}


async def _read_offer(request: web.Request) -> str:
    if request.content_type != "application/json":  # other types may come from any web site, unasked
        raise BadOffer("Content-Type: expected application/json")
    if (request.content_length or 0) > _LONGEST_OFFER:
        raise BadOffer(f"body: expected at most {_LONGEST_OFFER} bytes")
    try:
        body: Any = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadOffer("body: expected JSON") from error
    if not isinstance(body, dict) or body.get("type") != "offer" or not isinstance(body.get("sdp"), str):
        raise BadOffer('body: expected {"sdp": "…", "type": "offer"}')
    sdp: str = body["sdp"]
    return sdp


def _check(offer: str) -> None:
    try:
        description = SessionDescription.parse(offer)
    except (ValueError, LookupError, AssertionError, AttributeError, TypeError) as error:
        raise BadOffer("sdp: cannot be parsed") from error
    if sorted(media.kind for media in description.media) not in (["audio"], ["application", "audio"]):
        raise BadOffer("sdp: expected one audio section and at most one data channel")
    names = [media.rtp.muxId for media in description.media]
    bundled = [name for group in description.group if group.semantic == "BUNDLE" for name in group.items]
    if not all(names) or sorted(bundled or names[:1]) != sorted(set(map(str, names))):
        raise BadOffer("sdp: expected sections with names of their own, all in one BUNDLE group")
    for media in description.media:
        ice, dtls = media.ice, media.dtls
        if not (ice and ice.usernameFragment and ice.password and dtls and dtls.fingerprints):
            raise BadOffer("sdp: expected ICE credentials and a DTLS fingerprint in each section")
