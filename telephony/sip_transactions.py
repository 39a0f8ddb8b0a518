"""Requests that we send over UDP: repeated until answered, and acknowledged where they must be. RFC 3261, 17.1."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiosipua import SipRequest, SipResponse

from telephony.rtp_media import Address
from telephony.sip_messages import number

T1, T2 = 0.5, 4.0  # s
TIMEOUT = 64 * T1


class Unanswered(Exception):
    """No response within 32 s."""


class Repeater:
    """Does something now and again at growing intervals, until stopped or 32 s have passed."""

    def __init__(self, act: Callable[[], None], on_expiry: Callable[[], None]) -> None:
        self._act, self._on_expiry = act, on_expiry
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._again(T1, asyncio.get_running_loop().time() + TIMEOUT)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _again(self, interval: float, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() >= deadline:
            self._timer = None
            self._on_expiry()
            return
        self._timer = loop.call_later(interval, self._again, min(2 * interval, T2), deadline)
        self._act()


class Transaction:
    """A request that went out."""

    def __init__(self, send: Callable[[bytes, Address], None], request: SipRequest, to: Address) -> None:
        self.request, self.to = request, to
        self.started = asyncio.get_running_loop().time()
        self.provisional = False
        self.final: asyncio.Future[SipResponse] = asyncio.get_running_loop().create_future()
        self.ack: bytes = b""  # for a further copy of the final response
        self._send = send
        self.repeater = Repeater(lambda: send(bytes(request), to), self._expired)

    def responded(self, response: SipResponse) -> None:
        if response.status_code < 200:
            self.provisional = True
            if self.request.method == "INVITE":
                self.repeater.stop()
            return
        self.repeater.stop()
        if self.request.method == "INVITE" and response.status_code >= 300:
            self.acknowledge(self._ack_of_failure(response))
        elif self.ack:
            self._send(self.ack, self.to)
        if not self.final.done():
            self.final.set_result(response)

    def acknowledge(self, ack: SipRequest) -> None:
        self.ack = bytes(ack)
        self._send(self.ack, self.to)

    def _ack_of_failure(self, response: SipResponse) -> SipRequest:
        ack = _within_transaction(self.request, "ACK")
        ack.headers.set_single("To", response.get_header("to") or "")
        return ack

    def cancel(self) -> SipRequest:
        """The CANCEL that takes this INVITE back."""
        return _within_transaction(self.request, "CANCEL")

    def _expired(self) -> None:
        if not self.final.done():
            self.final.set_exception(Unanswered(f"no answer to {self.request.method} from {self.to[0]}"))
            self.final.exception()  # whoever does not wait for it need not be told of it


def _within_transaction(invite: SipRequest, method: str) -> SipRequest:
    """An ACK of a failure or a CANCEL: they share the INVITE's top Via (RFC 3261, 9.1 and 17.1.1.3)."""
    request = SipRequest(method=method, uri=invite.uri)
    request.headers.set_single("Via", invite.headers.get("via")[0])
    for name in ("From", "To", "Call-ID"):
        request.headers.set_single(name, invite.get_header(name) or "")
    request.headers.set_single("CSeq", f"{number(invite)} {method}")
    request.headers.set_single("Max-Forwards", "70")
    for route in invite.headers.get("route"):
        request.headers.append("Route", route)
    return request
