"""The hotline's SIP port: answers incoming calls and hands each to the gateway as a Line."""

from __future__ import annotations

import logging
import uuid
from collections import deque

from aiosipua import Dialog, SipRequest, generate_tag

from telephony import sdp
from telephony.gateway import Gateway
from telephony.rtp import RtpSession
from telephony.rtp_media import Address
from telephony.settings import SipSettings
from telephony.sip_endpoint import Party, SipEndpoint
from telephony.sip_line import Leg, SipLine
from telephony.sip_messages import number, sdp_of, tag, uri, user
from voicebot.line import LineInfo, Source

log = logging.getLogger(__name__)


class _Refused(Exception):
    def __init__(self, status: int, why: object) -> None:
        super().__init__(f"{status}, {why}")
        self.status = status


class SipServer:
    def __init__(self, settings: SipSettings, gateway: Gateway) -> None:
        self._settings, self._gateway = settings, gateway
        self._endpoint: SipEndpoint | None = None
        self._ports = PortPool(settings.rtp_first, settings.rtp_last)

    @property
    def address(self) -> Address:
        if self._endpoint is None:
            raise RuntimeError("the SIP server is not running")
        return self._endpoint.address

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._endpoint = SipEndpoint(self._settings.host, self._settings.port, self._invited)
        log.info("SIP on %s:%d, RTP on %d-%d", *self.address, self._settings.rtp_first, self._settings.rtp_last)

    async def close(self) -> None:
        """Hangs every call up, then frees the port."""
        if self._endpoint is not None:
            await self._gateway.close()
            self._endpoint.close()
            self._endpoint = None

    def _invited(self, invite: SipRequest, source: Address) -> Party | None:
        assert self._endpoint is not None
        try:
            offered = _offer_of(invite)
            rtp = self._admit()
        except _Refused as refusal:
            log.info("INVITE refused: %s", refusal)
            self._endpoint.reply(invite, refusal.status)
            return None
        line = self._line(rtp, invite, offered, source)
        self._gateway.accept(line)
        return line

    def _admit(self) -> RtpSession:
        if self._gateway.full:
            raise _Refused(486, "as many calls as are allowed")
        try:
            return self._ports.open(self._settings.host)
        except OSError as error:
            raise _Refused(503, error) from error

    def _line(self, rtp: RtpSession, invite: SipRequest, offered: sdp.Description | None, source: Address) -> SipLine:
        assert self._endpoint is not None
        dialog = _dialog_of(invite)
        leg = Leg(
            endpoint=self._endpoint,
            rtp=rtp,
            dialog=dialog,
            peer=source,
            host=self._settings.public_address or self._endpoint.local_host(source),
            info=LineInfo(uuid.uuid4().hex, "sip", caller=user(dialog.remote_uri), called=user(invite.uri)),
            media_timeout=self._settings.media_timeout,
            on_ended=lambda: self._ports.give_back(rtp.port),
        )
        return IncomingLine(leg, invite, offered)


class IncomingLine(SipLine):
    """Rings until `start`, which answers the call."""

    def __init__(self, leg: Leg, invite: SipRequest, offered: sdp.Description | None) -> None:
        super().__init__(leg)
        self._invite, self._offered = invite, offered
        self._join()
        self._endpoint.reply(invite, 100)
        self._endpoint.reply(invite, 180, party=self, headers=self._identity)

    def start(self, source: Source) -> None:
        if self._ended is None:
            self._up = True
            self._accept(self._invite, self._offered)
            super().start(source)

    async def hang_up(self) -> None:
        if self._ended is None and not self._up:
            self._endpoint.reply(self._invite, 480, party=self)
        await super().hang_up()

    def on_cancel(self) -> None:
        self._hung_up_by_peer()

    def _hung_up_by_peer(self) -> None:
        if not self._up:
            self._endpoint.reply(self._invite, 487, party=self)
        super()._hung_up_by_peer()


class PortPool:
    """The even ports of a range, least recently used first; RTP wants even ones (RFC 3550, 11)."""

    def __init__(self, first: int, last: int) -> None:
        self._free = deque(port for port in range(first, last + 1) if port % 2 == 0)

    def open(self, host: str) -> RtpSession:
        """A session on the next port that nobody else has. Raises OSError when there is none."""
        for _ in range(len(self._free)):
            port = self._free.popleft()
            try:
                return RtpSession(host, port)
            except OSError:  # taken by another program
                self._free.append(port)
        raise OSError("no RTP port is free")

    def give_back(self, port: int) -> None:
        self._free.append(port)


def _offer_of(invite: SipRequest) -> sdp.Description | None:
    """None when the caller leaves the offer to us. Raises _Refused."""
    try:
        body = sdp_of(invite)
        return None if body is None else sdp.read(body)
    except sdp.BadSdp as error:
        raise _Refused(400, error) from error
    except sdp.NotAcceptable as error:
        raise _Refused(488, error) from error


def _dialog_of(invite: SipRequest) -> Dialog:
    """The called side's end of the dialog (RFC 3261, 12.1.1); aiosipua's own turns the route set round."""
    caller = uri(invite.get_header("from"))
    return Dialog(
        call_id=invite.call_id or "",
        local_tag=generate_tag(),
        remote_tag=tag(invite.from_addr),
        local_uri=uri(invite.get_header("to")),
        remote_uri=caller,
        remote_target=uri(invite.get_header("contact")) or caller,
        route_set=list(invite.headers.get("record-route")),
        remote_cseq=number(invite),
    )
