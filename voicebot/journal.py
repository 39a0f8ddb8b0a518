"""The journal of calls: events go to a Redis Stream; while Redis is away, to a file, and from there when it is back.

An event is safe once Redis has it (with its append-only file on, it survives Redis being killed), or the spool. What a
process had taken less than a moment ago and not yet written is lost when that process is killed. Events may come twice,
and after trouble out of order; their call and number say so, and the recorder does not mind.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from voicebot.events import Event
from voicebot.settings import JournalSettings
from voicebot.spool import Spool

log = logging.getLogger(__name__)

FIELD = "event"  # of a stream entry: the event as JSON
RECORDER_GROUP = "recorder"  # consumer group whose reading decides what may be trimmed

_IN_MEMORY = 50_000  # events; beyond that, with Redis away and the disk full, the oldest are lost
_BATCH = 500  # events sent at once
_SPOOL_READ = 256 * 1024  # bytes read from the spool at once
_REDIS_TIMEOUT = 2.0  # s until Redis counts as away
_RETRY = 1.0  # s between attempts to reach Redis
_TRIM_EVERY = 30.0  # s
_CLOSE = 3.0  # s to send what is left


class Journal:
    """Used from one event loop. `spool` is a file of this process alone."""

    def __init__(self, redis_url: str, settings: JournalSettings, spool: Path) -> None:
        # One attempt per command: retries are ours, and events are on the disk meanwhile.
        self._redis = Redis.from_url(
            redis_url,
            socket_timeout=_REDIS_TIMEOUT,
            socket_connect_timeout=_REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        self._settings = settings
        self._spool = Spool(spool)
        self._waiting: deque[bytes] = deque()
        self._sending: list[bytes] = []  # taken from _waiting, not yet known to be safe
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._away_until: float | None = None  # loop time of the next attempt; None while Redis answers
        self._next_trim = 0.0
        self._disk_failed = False
        self._lost = 0

    @property
    def lost(self) -> int:
        """Events dropped because Redis was away, the disk full, and memory used up."""
        return self._lost

    def append(self, event: Event) -> None:
        """Takes the event; returns at once whatever is broken."""
        if len(self._waiting) >= _IN_MEMORY:
            self._waiting.popleft()
            self._lost += 1
            if self._lost == 1:
                log.error("journal: memory is full too, the oldest events are being lost")
        self._waiting.append(event.model_dump_json().encode())
        self._wake.set()

    async def start(self) -> None:
        """Redis need not be there. Raises SpoolError when the spool cannot be used."""
        await asyncio.to_thread(self._spool.open)
        self._task = asyncio.create_task(self._run(), name="journal")

    async def close(self) -> None:
        """Sends what is left, for some seconds at most; what could not be sent goes to the spool."""
        self._closing = True
        self._wake.set()
        if self._task:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._task, _CLOSE)
            await self._keep()
            unsaved = len(self._sending) + len(self._waiting)
            if unsaved:
                log.error("journal: closed with %d events neither sent nor saved", unsaved)
        self._spool.close()
        await self._redis.aclose()

    async def _run(self) -> None:
        now = asyncio.get_running_loop().time
        while True:
            self._wake.clear()
            if self._away_until is None or now() >= self._away_until:
                await self._try_to_send(now())
            if self._away_until is not None:
                await self._keep()
            elif self._waiting:
                continue
            if self._closing:
                return
            pause = _TRIM_EVERY if self._away_until is None else self._away_until - now()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(pause, 0.01))

    async def _try_to_send(self, now: float) -> None:
        try:
            await self._send()
            if now >= self._next_trim:
                self._next_trim = now + _TRIM_EVERY
                await self._trim()
        except (RedisError, OSError, TimeoutError) as error:
            if self._away_until is None:
                log.warning("journal: Redis is away (%s), events go to the spool", type(error).__name__)
            self._away_until = now + _RETRY
        else:
            if self._away_until is not None:
                log.info("journal: Redis is back, the spool has been sent")
            self._away_until = None

    async def _send(self) -> None:
        """Everything, oldest first: the spool, then memory. Raises RedisError, OSError."""
        while not self._spool.empty:
            lines = await asyncio.to_thread(self._spool.peek, _SPOOL_READ)
            await self._add(lines)
            await asyncio.to_thread(self._spool.forget, lines)
            if len(self._waiting) > _IN_MEMORY // 2:
                await self._keep()
        while self._take():
            await self._add(self._sending)
            self._sending = []

    def _take(self) -> bool:
        """Fills `_sending`, unless an earlier attempt has left something in it."""
        if not self._sending:
            self._sending = list(islice(self._waiting, _BATCH))
            for _ in self._sending:
                self._waiting.popleft()
        return bool(self._sending)

    async def _add(self, lines: Sequence[bytes]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for line in lines:
                pipeline.xadd(self._settings.stream, {FIELD: line})
            await pipeline.execute()

    async def _keep(self) -> None:
        """Memory to the spool; what does not fit on the disk stays in memory."""
        try:
            while self._take():
                await asyncio.to_thread(self._spool.append, self._sending)
                self._sending = []
            self._disk_failed = False
        except OSError as error:
            if not self._disk_failed:
                log.error("journal: cannot write the spool (%s), events are kept in memory", error.strerror)
            self._disk_failed = True

    async def _trim(self) -> None:
        """Shortens the stream to about `longest`, sparing what the recorder has not read and acknowledged."""
        stream = self._settings.stream
        surplus = await self._redis.xlen(stream) - self._settings.longest
        if surplus <= 0:
            return
        needed = await self._oldest_needed()
        if needed is None:
            log.warning("journal: the stream is %d events too long, but no recorder has read it", surplus)
            return
        await self._redis.xtrim(stream, minid=needed, approximate=True, limit=surplus)

    async def _oldest_needed(self) -> Any | None:
        """Id of an entry before which the recorder has acknowledged all; None when there is no recorder."""
        groups = await self._redis.xinfo_groups(self._settings.stream)
        for group in groups:
            if group["name"] in (RECORDER_GROUP, RECORDER_GROUP.encode()):
                pending = await self._redis.xpending(self._settings.stream, RECORDER_GROUP)
                return pending["min"] if pending["pending"] else group["last-delivered-id"]
        return None
