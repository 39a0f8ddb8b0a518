"""Places calls over SIP: for the command line, the self-call, hand-over, tests and benchmarks."""

from __future__ import annotations

import asyncio
import re
import socket
import uuid
from typing import Literal

from aiosipua import Dialog, SipResponse, generate_tag

from telephony import sdp
from telephony.rtp import OnWire, RtpSession
from telephony.rtp_media import PAYLOAD_TYPES, Address
from telephony.sip_endpoint import SipEndpoint
from telephony.sip_line import Leg, SipLine
from telephony.sip_messages import tag, uri
from telephony.sip_transactions import Transaction, Unanswered
from voicebot.line import LineInfo

_CANCEL_PATIENCE = 1.0  # s
_URI = re.compile(r"sip:(?:[^@\s<>]+@)?(?P<host>[^:;@\s<>\[\]]+)(?::(?P<port>\d{1,5}))?(?:;[^\s<>]*)?", re.IGNORECASE)


class DialFailed(Exception):
    """The call did not come about. `status` is the SIP status: 486 busy, 488 no common codec, 408 no answer …"""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class OutgoingLine(SipLine):
    """A call that we have placed. Owns its SIP port, which `hang_up` frees: call it however the call ended."""

    _PEER_HUNG_UP = "callee_hung_up"

    def __init__(self, leg: Leg, codecs: tuple[int, ...]) -> None:
        super().__init__(leg)
        self._codecs = codecs
        self._remote_call_id: str | None = None

    @property
    def remote_call_id(self) -> str | None:
        """The id that the other side knows the call by (X-Call-ID), where it says so."""
        return self._remote_call_id

    def send_digit(self, key: str) -> None:
        """Presses a key: 0-9, *, #, A-D. Raises ValueError when it is none or the other side takes none."""
        self._rtp.send_key(key)

    async def hang_up(self) -> None:
        try:
            await super().hang_up()
        finally:
            self._endpoint.close()

    async def connect(self, timeout: float) -> None:
        """Raises DialFailed; then nothing is left open."""
        transaction = self._invite()
        try:
            async with asyncio.timeout(timeout):
                response = await asyncio.shield(transaction.final)
        except (TimeoutError, Unanswered) as error:
            await self._give_up(transaction)
            raise DialFailed(408, "no answer") from error
        except asyncio.CancelledError:
            await self._give_up(transaction)
            raise
        if response.status_code >= 300:
            await self.hang_up()
            raise DialFailed(response.status_code, response.reason_phrase)
        self._answered(transaction, response)
        if not self._agree_to_answer(response):
            await self.hang_up()
            raise DialFailed(488, "no usable media in the answer")

    def _invite(self) -> Transaction:
        invite = self._request("INVITE")
        invite.body = self._local.offer(self._codecs)
        invite.headers.set_single("Content-Type", "application/sdp")
        return self._endpoint.request(invite, self._leg.peer)

    def _answered(self, transaction: Transaction, response: SipResponse) -> None:
        """The dialog is set up as RFC 3261, 12.1.2 has it, and acknowledged."""
        self._dialog.remote_tag = tag(response.to_addr)
        self._dialog.remote_target = uri(response.get_header("contact")) or self._dialog.remote_target
        self._dialog.route_set = list(reversed(response.headers.get("record-route")))
        self._remote_call_id = response.get_header("x-call-id")
        ack = self._request("ACK")
        self._dialog.local_cseq -= 1  # an ACK has the number of its INVITE
        ack.headers.set_single("CSeq", f"{self._dialog.local_cseq} ACK")
        transaction.acknowledge(ack)
        self._up = True
        self._acknowledged.set()
        self._join()

    async def _give_up(self, transaction: Transaction) -> None:
        """Takes the INVITE back; when the answer crosses that, hangs up at once."""
        if transaction.provisional:
            self._endpoint.request(transaction.cancel(), self._leg.peer)
            await asyncio.wait([transaction.final], timeout=_CANCEL_PATIENCE)
            if _succeeded(transaction):
                self._answered(transaction, transaction.final.result())
        await self.hang_up()


async def dial(
    to: str,
    caller: str = "voicebot",
    *,
    local_host: str = "0.0.0.0",
    timeout: float = 20.0,
    codec: Literal["PCMA", "PCMU"] | None = None,
    on_wire: OnWire | None = None,
) -> OutgoingLine:
    """Calls `to`, sip:NUMBER@HOST[:PORT], and returns once it is answered.

    `caller` is a number or a SIP URI; without `codec` both are offered. Raises ValueError for what is neither,
    DialFailed, OSError when no port can be bound at `local_host`.
    """
    if not re.fullmatch(r'[^\s<>"]+', caller):
        raise ValueError(f"not a caller: {caller!r} (a number or a SIP URI)")
    peer = await _resolve(to)
    endpoint = SipEndpoint(local_host, 0)
    try:
        host, rtp = endpoint.local_host(peer), RtpSession(local_host, 0)
    except OSError:
        endpoint.close()
        raise
    local_uri = caller if caller.startswith("sip:") else f"sip:{caller}@{host}"
    call_id = uuid.uuid4().hex
    dialog = Dialog(
        call_id=call_id, local_tag=generate_tag(), local_uri=local_uri, remote_uri=to, remote_target=to, remote_cseq=0
    )
    info = LineInfo(call_id, "sip", caller=caller, called=to)
    codecs = sdp.CODEC_ORDER if codec is None else (PAYLOAD_TYPES[codec],)
    line = OutgoingLine(Leg(endpoint, rtp, dialog, peer, host, info, on_wire=on_wire), codecs)
    await line.connect(timeout)
    return line


def _succeeded(transaction: Transaction) -> bool:
    final = transaction.final
    return final.done() and final.exception() is None and final.result().status_code < 300


async def _resolve(to: str) -> Address:
    match = _URI.fullmatch(to)
    if match is None or not 0 < int(match["port"] or 5060) < 65536:
        raise ValueError(f"not a SIP address: {to!r} (sip:NUMBER@HOST or sip:NUMBER@HOST:PORT)")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            match["host"], int(match["port"] or 5060), family=socket.AF_INET
        )
    except OSError as error:
        raise DialFailed(503, f"{match['host']} is unknown") from error
    host, port = found[0][4][:2]
    return str(host), int(port)
