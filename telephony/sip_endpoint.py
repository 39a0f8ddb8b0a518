"""One UDP port that speaks SIP: transactions in both directions, and who each request is for. RFC 3261, 17.

aiosipua parses and builds the messages; its own user agents are not used, because they take a retransmitted INVITE
for a second call, send requests once only, leave failed INVITEs without an ACK, need asyncio's own transports
(uvloop's are others), and find dialogs by Call-ID alone.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiosipua import SipRequest, SipResponse

from telephony import sip_messages
from telephony.rtp_media import Address
from telephony.sip_messages import METHODS, BadMessage, tag, transaction_key
from telephony.sip_transactions import TIMEOUT, Repeater, Transaction

log = logging.getLogger(__name__)

_MOST_REMEMBERED = 20_000  # transactions; under a flood the oldest are forgotten early

Key = tuple[str, ...]


class Party(Protocol):
    """One end of a call, to whom requests are handed. `local_tag` is its tag in the dialog."""

    @property
    def local_tag(self) -> str: ...

    def on_request(self, request: SipRequest) -> None:
        """BYE, re-INVITE, ACK or NOTIFY within the dialog."""

    def on_cancel(self) -> None:
        """The INVITE that has no final answer yet is taken back."""

    def on_no_ack(self) -> None:
        """Our answer to an INVITE was never acknowledged."""


OnInvite = Callable[[SipRequest, Address], "Party | None"]
"""Takes an INVITE from an address; None when it has been refused."""


@dataclass
class _Served:
    """A request that came in, and what it was answered."""

    expires: float
    response: bytes = b""
    to: Address = ("", 0)
    final: bool = False
    party: Party | None = None


class SipEndpoint:
    def __init__(self, host: str, port: int, on_invite: OnInvite | None = None) -> None:
        """Binds the port, 0 for any. Without `on_invite` calls are refused as busy. Raises OSError."""
        self._on_invite = on_invite
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self.address: Address = self._socket.getsockname()
        self._loop.add_reader(self._socket.fileno(), self._read)
        self._parties: dict[tuple[str, str, str], Party] = {}
        self._served: OrderedDict[Key, _Served] = OrderedDict()
        self._sent: OrderedDict[Key, Transaction] = OrderedDict()
        self._unacknowledged: dict[tuple[str, str, int], Repeater] = {}

    @property
    def closed(self) -> bool:
        return self._socket.fileno() == -1

    def close(self) -> None:
        """Frees the port at once and stops every timer; harmless when closed already."""
        if self.closed:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        for repeater in [*self._unacknowledged.values(), *(each.repeater for each in self._sent.values())]:
            repeater.stop()

    def local_host(self, peer: Address) -> str:
        """The address of ours that `peer` can reach."""
        if self.address[0] != "0.0.0.0":
            return self.address[0]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(peer)
            host: str = probe.getsockname()[0]
            return host

    def join(self, call_id: str, remote_tag: str, party: Party) -> None:
        """From now on requests of this dialog go to `party`."""
        self._parties[call_id, party.local_tag, remote_tag] = party

    def leave(self, call_id: str, remote_tag: str, party: Party) -> None:
        self._parties.pop((call_id, party.local_tag, remote_tag), None)

    def request(self, request: SipRequest, to: Address) -> Transaction:
        """Sends it, again and again until answered; `final` of the result has the answer or raises Unanswered."""
        transaction = Transaction(self.send, request, to)
        while self._sent and next(iter(self._sent.values())).started < transaction.started - 2 * TIMEOUT:
            self._sent.popitem(last=False)[1].repeater.stop()
        self._sent[transaction_key(request, request.method)] = transaction
        transaction.repeater.start()
        return transaction

    def forget(self, transaction: Transaction) -> None:
        """Stops a transaction whose answer no longer matters."""
        transaction.repeater.stop()
        self._sent.pop(transaction_key(transaction.request, transaction.request.method), None)

    def reply(
        self,
        request: SipRequest,
        status: int,
        *,
        party: Party | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        """Answers, and answers retransmissions alike; the final answer to an INVITE is repeated until the ACK."""
        local_tag = party.local_tag if party is not None else ""
        response = sip_messages.reply(request, status, local_tag=local_tag, headers=headers, body=body)
        data, to = bytes(response), sip_messages.destination(response)
        served = self._served.get(transaction_key(request, request.method))
        if served is not None:
            served.response, served.to, served.final = data, to, status >= 200
        if request.method == "INVITE" and status >= 200:
            self._repeat_until_ack(request, data, to, party)
        else:
            self.send(data, to)

    def send(self, data: bytes, to: Address) -> None:
        if self.closed:
            return
        try:
            self._socket.sendto(data, to)
        except (OSError, OverflowError) as error:  # lost, as on any network: retransmission is for that
            log.debug("SIP message not sent: %s", error)

    def _repeat_until_ack(self, request: SipRequest, data: bytes, to: Address, party: Party | None) -> None:
        key = _ack_key(request)

        def give_up() -> None:
            self._unacknowledged.pop(key, None)
            if party is not None:
                party.on_no_ack()

        earlier = self._unacknowledged.pop(key, None)
        if earlier is not None:
            earlier.stop()
        self._unacknowledged[key] = repeater = Repeater(lambda: self.send(data, to), give_up)
        while len(self._unacknowledged) > _MOST_REMEMBERED:
            self._unacknowledged.pop(next(iter(self._unacknowledged))).stop()
        repeater.start()

    def _read(self) -> None:
        for _ in range(16):  # then let others have their turn
            try:
                data, source = self._socket.recvfrom(65535)
            except OSError:  # nothing more, or an ICMP error of an earlier message
                return
            try:
                self._received(data, source)
            except Exception:  # one message must not stop the port
                log.exception("SIP message from %s could not be handled", source[0])
            if self.closed:
                return

    def _received(self, data: bytes, source: Address) -> None:
        if not data.strip(b"\r\n\0 "):  # keep-alive
            return
        try:
            message = sip_messages.read(data, source)
        except BadMessage as bad:
            log.debug("bad SIP message from %s: %s", source[0], bad)
            if bad.request is not None and bad.request.method != "ACK":
                response = sip_messages.reply(bad.request, bad.status)
                self.send(bytes(response), sip_messages.destination(response))
            return
        if isinstance(message, SipResponse):
            transaction = self._sent.get(transaction_key(message, message.cseq.method if message.cseq else ""))
            if transaction is not None:
                transaction.responded(message)
        elif message.method == "ACK":
            self._acknowledged(message)
        elif not self._is_repeated(message):
            self._dispatch(message, source)

    def _acknowledged(self, ack: SipRequest) -> None:
        repeater = self._unacknowledged.pop(_ack_key(ack), None)
        if repeater is None:
            return
        repeater.stop()
        party = self._party(ack)
        if party is not None:
            party.on_request(ack)

    def _is_repeated(self, request: SipRequest) -> bool:
        """Notes the request; a retransmission gets the same answer again and goes no further."""
        now = self._loop.time()
        while self._served and (
            len(self._served) >= _MOST_REMEMBERED or next(iter(self._served.values())).expires < now
        ):
            self._served.popitem(last=False)
        key = transaction_key(request, request.method)
        known = self._served.get(key)
        if known is None:
            self._served[key] = _Served(expires=now + TIMEOUT)
            return False
        if known.response:
            self.send(known.response, known.to)
        return True

    def _dispatch(self, request: SipRequest, source: Address) -> None:
        unsupported = request.headers.get("require")
        if request.method not in METHODS:
            self.reply(request, 405, headers={"Allow": ", ".join(METHODS)})
        elif request.method == "CANCEL":
            self._cancelled(request)
        elif unsupported:
            self.reply(request, 420, headers={"Unsupported": ", ".join(unsupported)})
        elif tag(request.to_addr):
            party = self._party(request)
            if party is None:
                self.reply(request, 481)
            else:
                party.on_request(request)
        elif request.method in ("INVITE", "OPTIONS"):
            self._outside_dialog(request, source)
        else:
            self.reply(request, 481)

    def _outside_dialog(self, request: SipRequest, source: Address) -> None:
        if request.uri.partition(":")[0].lower() not in ("sip", "sips", "tel"):
            self.reply(request, 416)
        elif request.method == "OPTIONS":
            self.reply(request, 200, headers={"Allow": ", ".join(METHODS), "Accept": "application/sdp"})
        elif (request.get_header("max-forwards") or "70").strip() == "0":
            self.reply(request, 483)
        elif self._on_invite is None:
            self.reply(request, 486)
        else:
            party = self._on_invite(request, source)
            served = self._served.get(transaction_key(request, "INVITE"))
            if served is not None:
                served.party = party

    def _cancelled(self, cancel: SipRequest) -> None:
        served = self._served.get(transaction_key(cancel, "INVITE"))
        if served is None:
            self.reply(cancel, 481)
            return
        self.reply(cancel, 200, party=served.party)
        if served.party is not None and not served.final:
            served.party.on_cancel()

    def _party(self, request: SipRequest) -> Party | None:
        return self._parties.get((request.call_id or "", tag(request.to_addr), tag(request.from_addr)))


def _ack_key(message: SipRequest) -> tuple[str, str, int]:
    """Equal for an INVITE and its ACK, whatever the answer was."""
    return message.call_id or "", tag(message.from_addr), sip_messages.number(message)
