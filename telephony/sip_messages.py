"""SIP messages: strict reading and correct replies, on aiosipua's parser. RFC 3261, RFC 3581.

aiosipua 0.7.1 reads leniently: it takes any version, a negative Content-Length and a CSeq of another method. What it
lets through is checked here, so that nothing behind has to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aiosipua import Address as NameAddress
from aiosipua import SipMessage, SipRequest, SipResponse, Via, generate_tag, stringify_via

from telephony.rtp_media import Address
from telephony.sdp import NotAcceptable

METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "NOTIFY")

_REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    400: "Bad Request",
    405: "Method Not Allowed",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    483: "Too Many Hops",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    505: "Version Not Supported",
}
_REQUIRED = ("via", "from", "to", "call-id", "cseq")
_LARGEST_CSEQ = 2**31 - 1


class BadMessage(Exception):
    """Not a message that can be acted upon. `request` is set when it can at least be refused with `status`."""

    def __init__(self, why: str, status: int = 400, request: SipRequest | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.request = request


def read(data: bytes, source: Address) -> SipRequest | SipResponse:
    """One datagram. A request's top Via tells afterwards where it really came from. Raises BadMessage."""
    try:
        message = SipMessage.parse(data)
        answerable = isinstance(message, SipRequest) and bool(message.headers.get("via"))
        if isinstance(message, SipRequest) and answerable:
            _stamp(message, source)
    except (ValueError, IndexError) as error:
        raise BadMessage(str(error)) from error
    status, why = _fault(message, data)
    if why:
        raise BadMessage(why, status, message if isinstance(message, SipRequest) and answerable else None)
    return message


def sdp_of(message: SipMessage) -> bytes | None:
    """The session description that it carries, None when it has no body. Raises NotAcceptable for another body."""
    if not message.body:
        return None
    kind = (message.content_type or "").partition(";")[0].strip().lower()
    if kind != "application/sdp":
        raise NotAcceptable(f"a body of type {kind or 'unknown'}")
    return message.body


def uri(header: str | None) -> str:
    """The URI of a From, To or Contact header, without display name and parameters of the header."""
    bracketed = re.search(r"<([^>]*)>", header or "")
    return bracketed[1] if bracketed else (header or "").partition(";")[0].strip()


def user(address: str) -> str:
    """The number or name in a SIP or tel URI; its host when there is none."""
    rest = address.partition(":")[2].partition(";")[0]
    return rest.partition("@")[0]


def number(message: SipMessage) -> int:
    """The CSeq number of a message that `read` let through."""
    assert message.cseq is not None
    return message.cseq.seq


def tag(address: NameAddress | None) -> str:
    return (address.tag if address else None) or ""


def reply(
    request: SipRequest,
    status: int,
    *,
    local_tag: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> SipResponse:
    """A response with all that RFC 3261 (8.2.6, 12.1.1) wants copied; a body is SDP."""
    response = SipResponse(status_code=status, reason_phrase=_REASONS[status], body=body)
    copied = ["via", "from", "to", "call-id", "cseq"]
    if 100 < status < 300:
        copied.append("record-route")
    for name in copied:
        for value in request.headers.get(name):
            response.headers.append(name, value)
    if status > 100 and response.to_addr is not None and not response.to_addr.tag:
        response.headers.set_single("To", f"{response.get_header('to')};tag={local_tag or generate_tag()}")
    for name, value in (headers or {}).items():
        response.headers.set_single(name, value)
    if body:
        response.headers.set_single("Content-Type", "application/sdp")
    return response


def destination(response: SipResponse) -> Address:
    """Where a response goes: the top Via, with the real source that `read` has noted in it (RFC 3581)."""
    via = response.via[0]
    rport = via.rport or ""
    port = int(rport) if rport.isdecimal() else via.port
    return via.received or via.host, port or 5060


def transaction_key(message: SipMessage, method: str) -> tuple[str, ...]:
    """Equal for a request and its retransmissions (RFC 3261, 17.2.3), with branches of the old kind too."""
    via: Via = message.via[0]
    branch = via.branch or ""
    if branch.startswith("z9hG4bK"):
        return method, branch, via.host, str(via.port)
    return method, message.call_id or "", tag(message.from_addr), str(number(message)), branch, via.host


def _stamp(request: SipRequest, source: Address) -> None:
    via, *others = request.via
    via.received = source[0]
    if "rport" in via.params:
        via.rport = str(source[1])
    rest = request.headers.get("via")[1:] if others else []
    request.headers.set_single("Via", stringify_via(via))
    for value in rest:
        request.headers.append("Via", value)


def _fault(message: SipRequest | SipResponse, data: bytes) -> tuple[int, str]:
    """The first rule that the message breaks, as status and words; empty words when none."""
    missing = [name for name in _REQUIRED if not message.headers.get(name)]
    if missing:
        return 400, f"missing {', '.join(missing)}"
    first_line = data.split(b"\n", 1)[0].strip()
    version = first_line.split()[-1] if isinstance(message, SipRequest) else first_line.split()[0]
    if version != b"SIP/2.0":
        return 505, f"version {version!r}"
    length = (message.get_header("content-length") or str(len(message.body))).strip()
    if not length.isdecimal() or int(length) != len(message.body):
        return 400, f"Content-Length {length}"
    if any(
        value.replace('\\"', "").count('"') % 2 for value in (*message.headers.get("from"), *message.headers.get("to"))
    ):
        return 400, "unterminated quote"
    return _cseq_fault(message)


def _cseq_fault(message: SipRequest | SipResponse) -> tuple[int, str]:
    digits, _, method = (message.get_header("cseq") or "").partition(" ")
    if not digits.isdecimal() or len(digits) > 10 or int(digits) > _LARGEST_CSEQ:
        return 400, "CSeq is no number below 2^31"
    if isinstance(message, SipRequest) and method.strip() != message.method:
        return 400, "CSeq of another method"
    return 0, ""
