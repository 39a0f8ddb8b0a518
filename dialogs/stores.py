"""Conversations and their locks in Redis, so that any replica can take the next turn; calls go on while Redis is away.

A call is stored as what it remembers (its slots), not as its history: the rules look at the latest turn only, so each
turn costs the same however long the call has been, and Redis holds no transcript.
"""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from typing import Any

import redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 0.5  # s; Rasa's loop waits for Redis
LEAVE_ALONE = 5.0  # s after an error
KEPT_HERE = 2000  # calls


class _Redis:
    """Commands to a Redis that may be away; after an error none is tried for a while, so that no turn waits twice."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN)
        self._not_before = 0.0

    def __call__(self, *command: Any) -> tuple[bool, Any]:
        """Whether Redis answered, and what."""
        if time.monotonic() < self._not_before:
            return False, None
        try:
            return True, self._client.execute_command(*command)
        except redis.RedisError as error:
            self._not_before = time.monotonic() + LEAVE_ALONE
            logger.warning("Redis is away, conversations are kept here: %s", type(error).__name__)
            return False, None


def remembered(tracker: DialogueStateTracker) -> list[Event]:
    """The shortest history that leads to the tracker's state; all of it while a turn is under way."""
    if tracker.latest_action_name != ACTION_LISTEN_NAME:
        return list(tracker.events)
    slots = [SlotSet(name, value) for name, value in tracker.current_slot_values().items() if value is not None]
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *slots,
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


class CallTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Call id → what the call remembers, for `record_exp` seconds."""

    def __init__(
        self,
        domain: Domain | None,
        host: str,  # Rasa's name for the endpoint's url
        record_exp: int = 3600,
        event_broker: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._redis = _Redis(host)
        self._expires_after = int(record_exp)
        self._here: OrderedDict[str, str] = OrderedDict()
        self._only_here: set[str] = set()

    async def save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        sender, events = tracker.sender_id, remembered(tracker)
        text = json.dumps({"name": sender, "events": [event.as_dict() for event in events]})
        saved, _ = self._redis("SET", _key(sender), text, "EX", self._expires_after)
        self._keep(sender, text, saved)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        found, stored = (False, None) if sender_id in self._only_here else self._redis("GET", _key(sender_id))
        if not found:
            stored = self._here.get(sender_id)
        return self.deserialise_tracker(sender_id, stored) if stored else None

    async def keys(self) -> list[str]:
        _, found = self._redis("KEYS", _key("*"))
        return [key.decode() for key in found or []]

    def _keep(self, sender: str, text: str, saved: bool) -> None:
        self._here[sender] = text
        self._here.move_to_end(sender)
        (self._only_here.discard if saved else self._only_here.add)(sender)
        if len(self._here) > KEPT_HERE:
            oldest, _ = self._here.popitem(last=False)
            self._only_here.discard(oldest)


class CallLockStore(InMemoryLockStore):
    """One turn of a call at a time, over all replicas; within this process alone while Redis is away."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__()
        self._redis = _Redis(endpoint_config.url)

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        found, stored = self._redis("GET", _lock_key(conversation_id))
        if not found:
            return super().get_lock(conversation_id)
        return TicketLock.from_dict(json.loads(stored)) if stored else None

    def save_lock(self, lock: TicketLock) -> None:
        super().save_lock(lock)
        self._redis("SET", _lock_key(lock.conversation_id), lock.dumps(), "EX", 60)

    def delete_lock(self, conversation_id: str) -> None:
        super().delete_lock(conversation_id)
        self._redis("DEL", _lock_key(conversation_id))


def _key(sender: str) -> str:
    return f"dialogue:{sender}"


def _lock_key(sender: str) -> str:
    return f"dialogue-lock:{sender}"
