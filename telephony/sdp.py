"""SDP for one stream of G.711: reading what the other side offers or answers, writing ours. RFC 4566, RFC 3264."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aiosipua import MediaDescription, SdpMessage, parse_sdp

from telephony.rtp_media import CODECS, Media
from voicebot.audio import TELEPHONE_RATE

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

CODEC_ORDER = (8, 0)  # what we offer: A-law first, the trunks of Vietnam speak it
_NAMES = {0: "PCMU", 8: "PCMA"}
_KEY_TYPE = 101  # our payload type of telephone-event where we choose
_MIRRORED: dict[Direction, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


class BadSdp(Exception):
    """It does not parse: 400."""


class NotAcceptable(Exception):
    """It parses and holds nothing that we can serve: 488."""


@dataclass(frozen=True)
class Description:
    """What the other side said of its audio, as far as it matters here."""

    media: Media
    direction: Direction  # as seen from the other side
    streams: Sequence[MediaDescription]  # all m= lines; an answer has to mention each
    audio: int  # which of them is ours


def read(body: bytes) -> Description:
    """The first usable audio stream and, in it, the codec named first. Raises BadSdp, NotAcceptable."""
    sdp = _parse(body)
    for number, stream in enumerate(sdp.media):
        codec = next((int(each) for each in stream.formats if each.isdecimal() and int(each) in CODECS), None)
        if stream.media == "audio" and stream.proto == "RTP/AVP" and stream.port and codec is not None:
            return _describe(sdp, number, codec)
    raise NotAcceptable("no plain RTP audio in G.711")


class Local:
    """Our side of one session: every description that we send counts the version up."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._session, self._version = random.getrandbits(48), 0

    def offer(self, codecs: Sequence[int]) -> bytes:
        return self._write([_audio_lines(self._port, codecs, _KEY_TYPE, "sendrecv")])

    def answer(self, to: Description) -> bytes:
        """Takes the stream that `read` chose and refuses the others."""
        ours = _audio_lines(self._port, [to.media.codec], to.media.key_type, _MIRRORED[to.direction])
        streams = [
            ours if number == to.audio else [f"m={stream.media} 0 {stream.proto} {' '.join(stream.formats) or '0'}"]
            for number, stream in enumerate(to.streams)
        ]
        return self._write(streams)

    def _write(self, streams: Sequence[Sequence[str]]) -> bytes:
        self._version += 1
        origin = f"o=- {self._session} {self._version} IN IP4 {self._host}"
        lines = ["v=0", origin, "s=-", f"c=IN IP4 {self._host}", "t=0 0"]
        lines += [line for stream in streams for line in stream]
        return ("\r\n".join(lines) + "\r\n").encode()


def _parse(body: bytes) -> SdpMessage:
    try:
        text = body.decode()
        if not text.startswith("v=0"):
            raise BadSdp("does not start with v=0")
        sdp = parse_sdp(text)
    except ValueError as error:  # what the parser raises for numbers that are none, bad UTF-8 included
        raise BadSdp(str(error)) from error
    if not sdp.media:
        raise BadSdp("no media")
    return sdp


def _describe(sdp: SdpMessage, number: int, codec: int) -> Description:
    stream = sdp.media[number]
    connection = stream.connection or sdp.connection
    try:
        host = ipaddress.IPv4Address(connection.address if connection else "")
    except ValueError as error:
        raise NotAcceptable("no IPv4 address for the audio") from error
    if not 0 < stream.port < 65536:
        raise BadSdp(f"port {stream.port}")
    direction = _direction(sdp, stream)
    if host.is_unspecified:  # the old way to hold a call, RFC 3264 section 8.4
        direction = "inactive" if direction in ("recvonly", "inactive") else "sendonly"
    events = (
        each.payload_type
        for each in stream.codecs
        if each.encoding_name.lower() == "telephone-event" and each.clock_rate == TELEPHONE_RATE
    )
    media = Media(
        remote=(str(host), stream.port),
        codec=codec,
        key_type=next(events, None),
        sends=direction in ("sendrecv", "recvonly"),
        receives=direction in ("sendrecv", "sendonly"),
    )
    return Description(media, direction, sdp.media, number)


def _direction(sdp: SdpMessage, stream: MediaDescription) -> Direction:
    named = (each for attributes in (stream.attributes, sdp.attributes) for each in _MIRRORED if each in attributes)
    return next(named, "sendrecv")


def _audio_lines(port: int, codecs: Sequence[int], key_type: int | None, direction: Direction) -> list[str]:
    formats = [*codecs, *([] if key_type is None else [key_type])]
    lines = [f"m=audio {port} RTP/AVP {' '.join(map(str, formats))}"]
    lines += [f"a=rtpmap:{codec} {_NAMES[codec]}/8000" for codec in codecs]
    if key_type is not None:
        lines += [f"a=rtpmap:{key_type} telephone-event/8000", f"a=fmtp:{key_type} 0-15"]
    return [*lines, "a=ptime:20", f"a={direction}"]
