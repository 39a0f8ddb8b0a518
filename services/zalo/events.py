"""Webhook events: whether they are Zalo's, and what of them matters here.

https://developers.zalo.me/docs/official-account/webhook
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.settings import ZaloAccountSettings

_OTHER_MESSAGE = re.compile(r"user_send_(?!text$)\w+")


class NotGenuine(Exception):
    """The signature is not Zalo's."""


@dataclass(frozen=True)
class UserEvent:
    kind: Literal["text", "other", "follow"]  # other: a picture, a sticker, a voice message …
    user: str  # the user's id, for this account alone; personal data
    id: str  # the same whenever Zalo sends the event again
    text: str = ""


class _Someone(BaseModel):
    id: str = Field(min_length=1, max_length=64)


class _Message(BaseModel):
    msg_id: str = Field(min_length=1, max_length=200)
    text: str = ""


class _Event(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    event_name: str
    timestamp: str
    sender: _Someone | None = None
    follower: _Someone | None = None
    message: _Message | None = None


def read_event(body: bytes, signature: str, settings: ZaloAccountSettings) -> UserEvent | None:
    """None for what there is nothing to answer to. `signature` is the header X-ZEvent-Signature.

    Raises ValueError for what is no event, NotGenuine.
    """
    try:
        event = _Event.model_validate_json(body)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} fields are not as expected") from None
    expected = f"mac={_signed(body, event.timestamp, settings)}"
    if not hmac.compare_digest(expected.encode(), signature.strip().encode()):
        raise NotGenuine
    return _for_us(event)


def _signed(body: bytes, timestamp: str, settings: ZaloAccountSettings) -> str:
    parts = (settings.app_id.encode(), body, timestamp.encode(), settings.oa_secret.get_secret_value().encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _for_us(event: _Event) -> UserEvent | None:
    name, message = event.event_name, event.message
    if name == "follow" and event.follower:
        return UserEvent("follow", event.follower.id, f"follow {event.follower.id} {event.timestamp}")
    if event.sender and message and name == "user_send_text":
        return UserEvent("text", event.sender.id, message.msg_id, message.text)
    if event.sender and message and _OTHER_MESSAGE.fullmatch(name):
        return UserEvent("other", event.sender.id, message.msg_id)
    return None
