"""A message to the caller: to which telephone, through what, and what becomes of it. All go through the outbox."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from dialogs.actions import hearing
from dialogs.actions.answering import GOODBYE, NO, NO_MORE, YES, Asked, Reply
from dialogs.actions.phone import PhoneQuestion, is_mobile
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.database import DatabaseError
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)

TASK = "message"
WANTED = "yeu_cau_nhan_tin"


def mobile_caller(turn: Turn) -> str | None:
    number = parse_phone(turn.caller or "")
    return number if number and is_mobile(number) else None


def message(text: str, key: str, channel: str = "sms", done: str = "message_sent") -> dict[str, Any]:
    """What a question about the message needs to know. The same `key` to the same address is sent once.

    `done` is the prompt that says that it is on its way.
    """
    return {"task": TASK, "text": text, "key": key, "channel": channel, "done": done}


def offer(turn: Turn, prompt: str, to: str, text: str, key: str) -> None:
    """Asks whether the caller wants it at that mobile number."""
    needs = {**message(text, key, turn.backing.outbox.telephone_channel), "to": to}
    turn.ask(prompt, Expectation.YES_NO, "message_wanted", needs)


def send(turn: Turn, needs: Asked, to: str | None = None, own: bool = True) -> None:
    """`needs` as `message` gives them. Without `to` the number is asked for, unless it is the caller's `own`."""
    needs = {**needs, "channel": _telephone_channel(turn, needs["channel"])}
    caller = mobile_caller(turn)
    if to:
        PHONE.read_back(turn, needs, to)
    elif caller and own:
        last = " ".join(caller[-3:])
        turn.ask("message_to_caller", Expectation.YES_NO, "message_to_caller", needs, last=last)
    else:
        PHONE.ask(turn, needs)


def put(turn: Turn, needs: Asked, to: str | None) -> None:
    """Into the outbox, and says whether that gets it to the caller. Nothing is promised when there is no gateway."""
    if to is None:
        cancel(turn)
        return
    outbox, channel = turn.backing.outbox, needs["channel"]
    address = hashlib.sha256(to.encode()).hexdigest()[:12]
    try:
        outbox.put(channel, to, needs["text"], f"{needs['key']}:{channel}:{address}", turn.now)
    except DatabaseError:
        logger.warning("call %s: a message is not kept, the database is away", turn.call_id)
        turn.say("message_failed")
    else:
        connected = channel in outbox.connected
        turn.record("message", "waits_for_sender" if connected else "waits_for_gateway")
        turn.say(needs["done"] if connected else "message_noted")
    turn.anything_else()


def cancel(turn: Turn) -> None:
    turn.record("message", "cancelled")
    turn.say("message_cancelled")
    turn.anything_else()


def wanted(turn: Turn, asked: Asked) -> bool:
    """Whether the message that was offered is wanted."""
    if turn.intent in (YES, WANTED):
        put(turn, asked, asked["to"])
    elif turn.intent in NO_MORE:
        turn.anything_else()
    else:
        return False
    return True


def to_caller(turn: Turn, asked: Asked) -> bool:
    number = parse_phone(turn.text)
    if number:
        PHONE.read_back(turn, asked, number)
    elif turn.intent == YES:
        put(turn, asked, mobile_caller(turn))
    elif turn.intent == GOODBYE:
        cancel(turn)
    elif turn.intent == NO or hearing.for_somebody_else(turn.text):
        PHONE.ask(turn, asked)
    else:
        return False
    return True


def _telephone_channel(turn: Turn, channel: str) -> str:
    """Text message or Zalo, whichever is connected; spelling an e-mail address by voice goes wrong too often."""
    connected = turn.backing.outbox.connected
    if channel == "email":
        turn.say("message_no_email")
        channel = "sms"
    if channel not in connected and connected & {"sms", "zalo"}:
        channel = turn.backing.outbox.telephone_channel
        turn.say("message_by_zalo" if channel == "zalo" else "message_by_sms")
    return channel


PHONE = PhoneQuestion("message_phone", "message_ask_phone", put, confirm="message_confirm_phone", mobile=True)
REPLIES: dict[str, Reply] = {
    "message_wanted": wanted,
    "message_to_caller": to_caller,
    **PHONE.replies,
}
