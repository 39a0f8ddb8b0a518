"""Who is at the other end of a request, and what that end may do."""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from aiohttp import web

from telephony.chat.refusals import Refused
from telephony.settings import ChatSettings

_BEARER = "bearer."  # in front of a token among the subprotocols: browsers send a WebSocket no headers


@dataclass(frozen=True)
class Peer:
    address: str  # that rates are counted by
    trusted: bool  # a program of this hotline: may name callers, clocks and conversations


def identify(request: web.Request, settings: ChatSettings, own_token: str) -> Peer:
    """Raises Refused when a token is wanted and not shown."""
    shown, wanted = _token(request), settings.token.get_secret_value()
    trusted = bool(own_token) and _same(shown, own_token)
    if wanted and not trusted and not _same(shown, wanted):
        raise Refused("unauthorized", "Authorization: expected Bearer and the token")
    return Peer(client_address(request.remote or "", request.headers.get("X-Forwarded-For", ""), settings), trusted)


def client_address(remote: str, forwarded: str, settings: ChatSettings) -> str:
    """The address nearest to us that is none of our proxies; a whole /64 of IPv6, which is what one customer gets."""
    for claimed in [remote, *reversed(forwarded.split(","))]:
        try:
            address = ip_address(claimed.strip())
        except ValueError:
            break
        if not any(address in network for network in settings.proxies):
            return _customer(address) if isinstance(address, IPv6Address) else str(address)
    return remote


def may_ask(request: web.Request, settings: ChatSettings) -> bool:
    """Whether a page of this origin may use the API; programs send no origin."""
    origin = request.headers.get("Origin")
    own = origin is not None and origin.partition("://")[2] == request.host
    return origin is None or own or origin in settings.origins or "*" in settings.origins


def cors_headers(request: web.Request, settings: ChatSettings) -> dict[str, str]:
    headers = {"Vary": "Origin"}
    if (origin := request.headers.get("Origin")) and may_ask(request, settings):
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Expose-Headers": "Retry-After",
            "Access-Control-Max-Age": "3600",
        }
    return headers


def retry_header(refused: Refused) -> dict[str, str]:
    return {} if refused.retry_after is None else {"Retry-After": str(math.ceil(refused.retry_after))}


def _customer(address: IPv6Address) -> str:
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))


def _token(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    offered = (name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(","))
    return next((name.removeprefix(_BEARER) for name in offered if name.startswith(_BEARER)), "")


def _same(shown: str, wanted: str) -> bool:
    return hmac.compare_digest(shown.encode(), wanted.encode())
