"""A call over SIP as a Line, whichever side placed it: media, hold, hang-up, transfer. RFC 3261, 3264, 3515."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiosipua import Dialog, SipMessage, SipRequest

from telephony import sdp
from telephony.inbox import Inbox
from telephony.rtp import OnWire, RtpSession
from telephony.rtp_media import Address
from telephony.sip_endpoint import SipEndpoint
from telephony.sip_messages import number, sdp_of, uri
from telephony.sip_transactions import Transaction, Unanswered
from voicebot.line import Caption, LineEvent, LineInfo, LineStatistics, Source, TransferFailed

log = logging.getLogger(__name__)

_BYE_PATIENCE = 2.0  # s that a hang-up waits for the other side
_TRANSFER_PATIENCE = 40.0  # s for the person to pick up

Reason = Literal["busy", "no_answer", "rejected", "unsupported"]
_FAILURES: dict[int, Reason] = {
    408: "no_answer",
    480: "no_answer",
    487: "no_answer",
    486: "busy",
    600: "busy",
    405: "unsupported",
    420: "unsupported",
    481: "unsupported",
    489: "unsupported",
    501: "unsupported",
}


@dataclass(frozen=True)
class Leg:
    """What a call is made of before it is up."""

    endpoint: SipEndpoint
    rtp: RtpSession
    dialog: Dialog
    peer: Address  # where requests go: the address that the other side was met at (symmetric, as its media)
    host: str  # our address as the other side is to see it
    info: LineInfo
    media_timeout: float = float("inf")  # s without RTP before the call is ended
    on_ended: Callable[[], None] = lambda: None  # called once, when the RTP port is free
    on_wire: OnWire | None = None


class SipLine:
    """Implements `Line`."""

    _PEER_HUNG_UP = "caller_hung_up"

    def __init__(self, leg: Leg) -> None:
        self._leg, self._endpoint, self._rtp, self._dialog = leg, leg.endpoint, leg.rtp, leg.dialog
        self._local = sdp.Local(leg.host, leg.rtp.port)
        self._inbox = Inbox()
        self._remote: sdp.Description | None = None
        self._source: Source | None = None
        self._ended: str | None = None
        self._up = False  # answered: a BYE ends it
        self._acknowledged = asyncio.Event()
        self._answer_due = False  # we have offered: the ACK brings the answer
        self._bye: Transaction | None = None
        self._transfer: asyncio.Future[int] | None = None

    @property
    def info(self) -> LineInfo:
        return self._leg.info

    @property
    def local_tag(self) -> str:
        return self._dialog.local_tag

    @property
    def statistics(self) -> LineStatistics:
        rtp = self._rtp
        return LineStatistics(rtp.frames_in, rtp.frames_out, rtp.lost, self._inbox.dropped)

    @property
    def ended(self) -> str | None:
        return self._ended

    def start(self, source: Source) -> None:
        self._source = source
        self._begin_media()

    def events(self) -> AsyncIterator[LineEvent]:
        return self._inbox.events()

    def show(self, caption: Caption) -> None:
        """A telephone has no screen."""

    async def hang_up(self) -> None:
        if self._up and self._ended is None and not self._acknowledged.is_set():
            # The called side must not send BYE before the ACK (RFC 3261, 15).
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._acknowledged.wait(), _BYE_PATIENCE)
        self._end("hung_up", bye=True)
        if self._bye is not None:
            await asyncio.wait([self._bye.final], timeout=_BYE_PATIENCE)

    async def transfer(self, target: str) -> None:
        """A blind transfer: a number at the other side's host, or a SIP URI."""
        if self._ended is not None or not self._up:
            raise TransferFailed("rejected")
        address = target if target.startswith(("sip:", "sips:", "tel:")) else f"sip:{target}@{self._leg.peer[0]}"
        refer = self._request("REFER")
        refer.headers.set_single("Refer-To", f"<{address}>")
        self._transfer = asyncio.get_running_loop().create_future()
        try:
            status = await self._outcome_of(refer, self._transfer)
        finally:
            self._transfer = None
        if status >= 300:
            raise TransferFailed(_FAILURES.get(status, "rejected"))
        self._end("transferred", bye=True)

    def on_request(self, request: SipRequest) -> None:
        if request.method == "ACK":
            self._acked(request)
        elif number(request) <= self._dialog.remote_cseq:
            self._endpoint.reply(request, 500, party=self)
        else:
            self._dialog.remote_cseq = number(request)
            self._in_order(request)

    def on_cancel(self) -> None:
        """Nothing to take back: the call is up, or ours."""

    def on_no_ack(self) -> None:
        self._end("no_ack", bye=True)

    def _in_order(self, request: SipRequest) -> None:
        if request.method == "BYE":
            self._endpoint.reply(request, 200, party=self)
            self._hung_up_by_peer()
        elif request.method == "INVITE":
            self._renegotiate(request)
        elif request.method == "NOTIFY":
            self._notified(request)
        else:
            self._endpoint.reply(request, 200, party=self)

    def _hung_up_by_peer(self) -> None:
        """After a REFER this is how many exchanges say that the transfer went through."""
        if self._transfer is not None and not self._transfer.done():
            self._transfer.set_result(200)
            self._end("transferred")
        else:
            self._end(self._PEER_HUNG_UP)

    def _renegotiate(self, invite: SipRequest) -> None:
        if not self._acknowledged.is_set():
            self._endpoint.reply(invite, 491, party=self)
            return
        try:
            body = sdp_of(invite)
            description = None if body is None else sdp.read(body)
        except sdp.BadSdp:
            self._endpoint.reply(invite, 400, party=self)
        except sdp.NotAcceptable:
            self._endpoint.reply(invite, 488, party=self)
        else:
            self._dialog.remote_target = uri(invite.get_header("contact")) or self._dialog.remote_target
            self._accept(invite, description)

    def _accept(self, invite: SipRequest, offered: sdp.Description | None) -> None:
        """200 with our answer, or with an offer of ours where there was none."""
        self._acknowledged.clear()
        self._answer_due = offered is None
        body = self._local.offer(sdp.CODEC_ORDER) if offered is None else self._local.answer(offered)
        if offered is not None:
            self._agree(offered)
        self._endpoint.reply(invite, 200, party=self, headers=self._identity, body=body)

    def _acked(self, ack: SipRequest) -> None:
        self._acknowledged.set()
        if self._answer_due:
            self._answer_due = False
            self._agree_to_answer(ack)

    def _agree_to_answer(self, message: SipMessage) -> bool:
        """Takes the other side's answer to our offer; without a usable one the call is ended."""
        try:
            self._agree(sdp.read(sdp_of(message) or b""))
        except (sdp.BadSdp, sdp.NotAcceptable) as error:
            log.info("call %s: no usable SDP answer: %s", self._leg.info.call_id, error)
            self._end("no_media", bye=True)
            return False
        return True

    def _agree(self, description: sdp.Description) -> None:
        self._remote = description
        if self._rtp.media is not None:
            self._rtp.change(description.media)
        self._begin_media()

    def _begin_media(self) -> None:
        if self._ended is None and self._rtp.media is None and self._remote is not None and self._source is not None:
            self._rtp.start(
                self._remote.media,
                self._source,
                self._inbox.put,
                lambda: self._end("media_lost", bye=True),
                self._leg.media_timeout,
                self._leg.on_wire,
            )

    async def _outcome_of(self, refer: SipRequest, progress: asyncio.Future[int]) -> int:
        """The status that the transfer ended with."""
        try:
            async with asyncio.timeout(_TRANSFER_PATIENCE):
                accepted = self._endpoint.request(refer, self._leg.peer).final
                either: list[asyncio.Future[Any]] = [accepted, progress]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if accepted.done() and accepted.result().status_code >= 300:
                    return accepted.result().status_code
                return await progress
        except (TimeoutError, Unanswered):
            return 408

    def _notified(self, notify: SipRequest) -> None:
        """Progress of a transfer: a status line as body (RFC 3515, 2.4.5)."""
        if (notify.get_header("event") or "").partition(";")[0].strip().lower() != "refer":
            self._endpoint.reply(notify, 489, party=self)
            return
        self._endpoint.reply(notify, 200, party=self)
        words = notify.text.split(maxsplit=2)
        status = int(words[1]) if len(words) > 1 and words[0] == "SIP/2.0" and words[1].isdecimal() else 0
        if status < 200 and (notify.get_header("subscription-state") or "").lower().startswith("terminated"):
            status = 480
        if status >= 200 and self._transfer is not None and not self._transfer.done():
            self._transfer.set_result(status)

    @property
    def _contact(self) -> str:
        return f"<sip:{self._leg.host}:{self._endpoint.address[1]}>"

    @property
    def _identity(self) -> dict[str, str]:
        """Headers of our answers: where we are, and the call's id in the records."""
        return {"Contact": self._contact, "X-Call-ID": self._leg.info.call_id}

    def _request(self, method: str) -> SipRequest:
        request = self._dialog.create_request(method, via_host=self._leg.host, via_port=self._endpoint.address[1])
        request.headers.set_single("Contact", self._contact)
        return request

    def _join(self) -> None:
        self._endpoint.join(self._dialog.call_id, self._dialog.remote_tag, self)

    def _end(self, reason: str, *, bye: bool = False) -> None:
        """Frees everything at once; the BYE, where one is due, goes on by itself."""
        if self._ended is not None:
            return
        self._ended = reason
        self._endpoint.leave(self._dialog.call_id, self._dialog.remote_tag, self)
        self._rtp.close()
        self._inbox.close()
        if bye and self._up:
            self._bye = self._endpoint.request(self._request("BYE"), self._leg.peer)
        if self._transfer is not None and not self._transfer.done():
            self._transfer.set_result(480)
        self._leg.on_ended()
