"""What takes a message out of the house. Which gateways there are, the configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from services.settings import MessageSettings, ZaloAccountSettings

TIMEOUT = 10.0  # s that a gateway may stay silent


class Outcome(Enum):
    LATER = auto()  # it did not go out, and may another time
    NEVER = auto()  # it did not go out, and will not
    UNKNOWN = auto()  # the connection broke when it might have gone out


class NotSent(Exception):
    """Says why, without the address and the text."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


class Gateway(Protocol):
    repeatable: bool  # it sends the same key only once, however often it gets it

    def send(self, to: str, text: str, key: str) -> None:
        """Returns once the gateway has taken the message. Raises NotSent."""


def gateways(settings: MessageSettings, zalo: ZaloAccountSettings, zalo_tokens: Path) -> Mapping[str, Gateway]:
    """The connected ones by channel. `zalo_tokens`: where the account's tokens are kept, for all that write for it."""
    from services.messages.email import EmailGateway
    from services.messages.sms import SmsGateway
    from services.messages.zalo import ZaloGateway
    from services.zalo import ZaloTokens

    connected: dict[str, Gateway] = {}
    if settings.sms.url:
        connected["sms"] = SmsGateway(settings.sms)
    if settings.zalo.template:
        connected["zalo"] = ZaloGateway(settings.zalo, zalo, ZaloTokens(zalo, zalo_tokens))
    if settings.email.host:
        connected["email"] = EmailGateway(settings.email)
    return connected
