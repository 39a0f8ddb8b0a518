"""Writes what happened in calls from the Redis Stream to the database.

An event is acknowledged once it is committed. Whatever dies in between, the event comes again, and is stored once.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import threading
from collections.abc import Sequence
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from services.calls import CallRecords
from services.database import Database, DatabaseError
from voicebot.journal import FIELD, RECORDER_GROUP

log = logging.getLogger(__name__)

BATCH = 100  # events read at once
BLOCK = 1.0  # s that a read waits for events; how long a stop may take
_TIMEOUT = 5.0  # s until Redis counts as away; longer than a read blocks
_CLAIM_IDLE = 30.0  # s after which another recorder's unfinished events are taken over
_RETRY_FIRST, _RETRY_LONGEST = 0.25, 5.0  # s

_Entry = tuple[bytes, dict[bytes, bytes] | None]


class Recorder:
    """Recorders of one stream share its events; several may run. `name` must be that of the same recorder after a
    restart, so that it finds what it left unfinished, and of no other that runs."""

    def __init__(self, redis: Redis, stream: str, records: CallRecords, name: str) -> None:
        self._redis = redis
        self._stream = stream
        self._records = records
        self._name = name
        self._joined = False
        self._stopped = threading.Event()

    @property
    def dead_letters(self) -> str:
        """Stream of the events that cannot be stored, with the reason."""
        return f"{self._stream}:dead"

    def stop(self) -> None:
        """Makes `run` return after the events at hand. May be called from a signal handler or another thread."""
        self._stopped.set()

    def run(self) -> None:
        """Until `stop`. Outages of Redis and the database are waited out."""
        retry = _RETRY_FIRST
        while not self._stopped.is_set():
            try:
                self._step()
                retry = _RETRY_FIRST
            except RedisError as error:
                self._joined = False
                log.warning("recorder: Redis is away (%s)", type(error).__name__)
                self._stopped.wait(retry)
                retry = min(2 * retry, _RETRY_LONGEST)

    def _step(self) -> None:
        if not self._joined:
            self._join()
            self._finish_own()
            self._joined = True
        self._record(self._claimed() or self._new())

    def _join(self) -> None:
        try:
            # From the stream's beginning: what came before the first recorder is recorded too.
            self._redis.xgroup_create(self._stream, RECORDER_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def _finish_own(self) -> None:
        """What was read before a crash and not acknowledged."""
        after: bytes | str = "0"
        while not self._stopped.is_set():
            entries = self._read(after)
            if not entries:
                return
            self._record(entries)
            after = entries[-1][0]

    def _claimed(self) -> list[_Entry]:
        """What another recorder has left unfinished for long."""
        idle = int(_CLAIM_IDLE * 1000)
        reply: Any = self._redis.xautoclaim(self._stream, RECORDER_GROUP, self._name, idle, count=BATCH)
        return list(reply[1])

    def _new(self) -> list[_Entry]:
        return self._read(">", block=int(BLOCK * 1000))

    def _read(self, after: bytes | str, block: int | None = None) -> list[_Entry]:
        reply: Any = self._redis.xreadgroup(RECORDER_GROUP, self._name, {self._stream: after}, count=BATCH, block=block)
        streams = reply.values() if isinstance(reply, dict) else (entries for _, entries in reply or ())
        return [entry for entries in streams for entry in entries]

    def _record(self, entries: Sequence[_Entry]) -> None:
        """Stores the events together; when one of them is at fault, one by one, and puts that one aside."""
        try:
            stored = self._store(entries)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with an event, the others must be stored
            if len(entries) > 1:
                for entry in entries:
                    self._record([entry])
                return
            self._put_aside(*entries[0], error)
            stored = True
        if stored and entries:
            self._redis.xack(self._stream, RECORDER_GROUP, *(id for id, _ in entries))

    def _store(self, entries: Sequence[_Entry]) -> bool:
        """False when stopped while the database was away."""
        events = [_parse(fields) for _, fields in entries if fields]  # none: trimmed away in the meantime
        retry = _RETRY_FIRST
        while not self._stopped.is_set():
            try:
                self._records.store_all(events)
                return True
            except DatabaseError as error:
                log.warning("recorder: %s; trying again", error)
                self._stopped.wait(retry)
                retry = min(2 * retry, _RETRY_LONGEST)
        return False

    def _put_aside(self, id: bytes, fields: dict[bytes, bytes] | None, error: Exception) -> None:
        log.error("recorder: event %s cannot be stored (%s), put into %s", id.decode(), _kind(error), self.dead_letters)
        letter: dict[Any, Any] = {**(fields or {}), b"id": id, b"error": f"{_kind(error)}: {error}".encode()}
        self._redis.xadd(self.dead_letters, letter)


def _parse(fields: dict[bytes, bytes]) -> dict[str, Any]:
    event = json.loads(fields[FIELD.encode()])
    if not isinstance(event, dict):
        raise ValueError("not a JSON object")
    return event


def _kind(error: Exception) -> str:
    return type(error).__name__


def main(redis_url: str, stream: str, database_url: str, name: str) -> None:
    """Records until SIGTERM or SIGINT; `name` as `Recorder` has it. Raises ValueError when a URL makes no sense."""
    database = Database(database_url)
    # One attempt per command: `run` waits and starts over, since after an outage the group may be gone.
    redis = Redis.from_url(
        redis_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0)
    )
    recorder = Recorder(redis, stream, CallRecords(database), name)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: recorder.stop())
    try:
        recorder.run()
    finally:
        redis.close()
        database.close()


if __name__ == "__main__":
    from hotline.config import load_config

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config = load_config()
    main(config.redis_url, config.journal.stream, config.database.url, socket.gethostname())
