"""Zalo's Official Account API: what it tells us of its users, and what we write to them."""

from __future__ import annotations

from .api import LONGEST, ZaloAccount
from .errors import ZaloError
from .events import NotGenuine, UserEvent, read_event
from .tokens import TOKEN_REFUSED, ZaloTokens

__all__ = [
    "LONGEST",
    "TOKEN_REFUSED",
    "NotGenuine",
    "UserEvent",
    "ZaloAccount",
    "ZaloError",
    "ZaloTokens",
    "read_event",
]
