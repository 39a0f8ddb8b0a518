"""The outbox: every message is kept until a gateway has taken it, and is given to a gateway that took it only once.

A message waits, is being sent by one sender (for at most `LEASE`), and is sent or dead. Senders may run side by side.
Nobody can know whether a message went out when a sender died, or a connection broke, in the middle: it is tried again
only where the gateway drops what it has had before (`Gateway.repeatable`), and is dead with the reason otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.database import Database
from services.messages.gateways import Gateway, NotSent, Outcome
from services.models import MessageRow
from services.settings import MessageSettings

CHANNELS = ("sms", "zalo", "email")
LEASE = timedelta(minutes=5)  # longer than any gateway takes
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_MOBILE = re.compile(r"0[35789]\d{8}")
EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_UNKNOWN = "nobody knows whether it went out"


class MessageState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True)
class Message:
    id: int
    key: str
    channel: str
    to: str
    text: str
    state: MessageState
    attempts: int
    created_at: datetime
    next_at: datetime  # when it is tried next; while being sent: when the sender counts as dead; else when it ended
    error: str  # of the last attempt


@dataclass(frozen=True)
class Report:
    sent: int = 0
    put_off: int = 0
    dead: int = 0


class Outbox:
    """All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database, settings: MessageSettings | None = None) -> None:
        self._database = database
        self._settings = settings or MessageSettings()

    @property
    def connected(self) -> frozenset[str]:
        """Channels that have a gateway: what is put there goes out in minutes, the rest waits in vain."""
        return self._settings.connected

    @property
    def telephone_channel(self) -> str:
        """For what goes to a telephone number, when nobody says how it is to come."""
        return "zalo" if self.connected & {"sms", "zalo"} == {"zalo"} else "sms"

    def put(self, channel: str, to: str, text: str, key: str, now: datetime) -> None:
        """The same `key` twice is one message, the first. `to`: a mobile number ("0912345678") or an e-mail address.

        Raises ValueError when nothing can be sent there.
        """
        if not text.strip() or not key:
            raise ValueError("a message needs a text and a key")
        if channel not in CHANNELS:
            raise ValueError(f"there is no channel {channel}; expected one of {', '.join(CHANNELS)}")
        if not can_receive(channel, to):
            raise ValueError(f"{channel} cannot be sent to this address")
        words = {"key": key, "channel": channel, "to": to, "text": text, "state": MessageState.WAITING, "error": ""}
        row = {**words, "attempts": 0, "created_at": now, "next_at": now}
        with self._database.session(write=True) as session:
            on_postgresql = session.get_bind().dialect.name == "postgresql"
            insert = postgresql.insert(MessageRow) if on_postgresql else sqlite.insert(MessageRow)
            session.execute(insert.values(row).on_conflict_do_nothing())

    def list(self, state: MessageState | None = None, limit: int = 100) -> list[Message]:
        """Newest first."""
        query = select(MessageRow).order_by(MessageRow.id.desc()).limit(limit)
        if state:
            query = query.where(MessageRow.state == state)
        with self._database.session() as session:
            return [_message(row) for row in session.scalars(query)]

    def retry(self, id: int, now: datetime) -> Message:
        """A dead message gets all its attempts again. Raises LookupError, or ValueError when it is not dead."""
        with self._database.session(write=True) as session:
            row = session.get(MessageRow, id, with_for_update=True)
            if row is None:
                raise LookupError(f"there is no message {id}")
            if row.state != MessageState.DEAD:
                raise ValueError(f"message {id} is {row.state}, only a dead one can be tried again")
            row.state, row.attempts, row.created_at, row.next_at, row.error = MessageState.WAITING, 0, now, now, ""
            return _message(row)

    def erase(self, before: datetime) -> int:
        """What was sent, or given up, before then; how many."""
        ended = MessageRow.state.in_((MessageState.SENT, MessageState.DEAD)) & (MessageRow.next_at < before)
        with self._database.session(write=True) as session:
            return len(session.scalars(delete(MessageRow).where(ended).returning(MessageRow.id)).all())

    def send(self, gateways: Mapping[str, Gateway], clock: Callable[[], datetime]) -> Report:
        """Sends what is due and has a gateway, one by one. Messages without one wait until they are too old."""
        ended: Counter[MessageState] = Counter()
        ended[MessageState.DEAD] += self._give_up(gateways, clock())
        while message := self._claim(gateways, clock()):
            ended[self._send_one(gateways[message.channel], message, clock)] += 1
        return Report(ended[MessageState.SENT], ended[MessageState.WAITING], ended[MessageState.DEAD])

    def _send_one(self, gateway: Gateway, message: Message, clock: Callable[[], datetime]) -> MessageState:
        try:
            gateway.send(message.to, message.text, message.key)
        except NotSent as error:
            again = error.outcome is Outcome.LATER or (error.outcome is Outcome.UNKNOWN and gateway.repeatable)
            reason = f"{_UNKNOWN}: {error}" if error.outcome is Outcome.UNKNOWN else str(error)
            if again and message.attempts < self._settings.attempts:
                return self._end(message, MessageState.WAITING, clock() + wait_after(message.attempts), reason)
            return self._end(message, MessageState.DEAD, clock(), reason)
        return self._end(message, MessageState.SENT, clock(), "")

    def _claim(self, gateways: Mapping[str, Gateway], now: datetime) -> Message | None:
        """Takes the message that is due longest, for this sender alone; one whose sender died counts as due."""
        repeatable = [channel for channel, gateway in gateways.items() if gateway.repeatable]
        lost = (MessageRow.state == MessageState.SENDING) & MessageRow.channel.in_(repeatable)
        query = (
            select(MessageRow)
            .where(MessageRow.channel.in_(gateways), MessageRow.next_at <= now)
            .where(or_(MessageRow.state == MessageState.WAITING, lost))
            .order_by(MessageRow.next_at, MessageRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)  # SQLite knows one writer at a time and leaves this out
        )
        with self._database.session(write=True) as session:
            row = session.scalars(query).first()
            if row is None:
                return None
            row.state, row.next_at, row.attempts = MessageState.SENDING, now + LEASE, row.attempts + 1
            return _message(row)

    def _end(self, message: Message, state: MessageState, at: datetime, error: str) -> MessageState:
        with self._database.session(write=True) as session:
            row = session.get_one(MessageRow, message.id, with_for_update=True)
            if (row.state, row.attempts) == (MessageState.SENDING, message.attempts) or state is MessageState.SENT:
                row.state, row.next_at, row.error = state, at, error
        return state

    def _give_up(self, gateways: Mapping[str, Gateway], now: datetime) -> int:
        """What is too old (papers that arrive a month late confuse), and what a dead sender left and may have sent."""
        oldest = now - timedelta(hours=self._settings.keep_hours)
        once = [channel for channel, gateway in gateways.items() if not gateway.repeatable]
        lost = (MessageRow.state == MessageState.SENDING) & (MessageRow.next_at <= now)
        spent = MessageRow.channel.in_(once) | (MessageRow.attempts >= self._settings.attempts)
        too_old = (MessageRow.state == MessageState.WAITING) & (MessageRow.created_at < oldest)
        with self._database.session(write=True) as session:
            reasons: list[tuple[ColumnElement[bool], str]] = [
                (too_old, "too old to be sent"),
                (lost & spent, f"{_UNKNOWN}: the sender died"),
            ]
            buried = 0
            for which, error in reasons:
                dead = {"state": MessageState.DEAD, "next_at": now, "error": error}
                buried += len(
                    session.scalars(update(MessageRow).where(which).values(dead).returning(MessageRow.id)).all()
                )
            return buried


def can_receive(channel: str, to: str) -> bool:
    pattern = EMAIL if channel == "email" else _MOBILE
    return pattern.fullmatch(to) is not None


def wait_after(attempts: int) -> timedelta:
    """Doubles with every attempt, from a minute to an hour."""
    doubled: int = 2 ** min(attempts - 1, 16)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def _message(row: MessageRow) -> Message:
    return Message(
        row.id,
        row.key,
        row.channel,
        row.to,
        row.text,
        MessageState(row.state),
        row.attempts,
        row.created_at,
        row.next_at,
        row.error,
    )
