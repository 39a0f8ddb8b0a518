"""Zalo's Official Account API: what it tells us of its users, and what we write to them."""

from __future__ import annotations

from .api import LONGEST, ZaloAccount
from .errors import ZaloError
from .events import NotGenuine, UserEvent, read_event
from .tokens import ZaloTokens

__all__ = ["LONGEST", "NotGenuine", "UserEvent", "ZaloAccount", "ZaloError", "ZaloTokens", "read_event"]
