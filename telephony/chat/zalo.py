"""Zalo's webhook: events are taken at once, and answered afterwards by Zalo's API."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator

from aiohttp import web

from language import vi
from services.settings import ZaloAccountSettings
from services.zalo import LONGEST, NotGenuine, UserEvent, ZaloAccount, ZaloError, read_event
from telephony.chat.calls import WrittenCalls
from telephony.chat.refusals import Refused
from voicebot.written_call import WrittenCall, WrittenInfo
from voicebot.written_turn import Reply

log = logging.getLogger(__name__)

PATH = "/api/v1/zalo"
_WORKERS = 8  # each answers its share of the users, one event after the other
_WAITING = 50  # events of one worker; past that Zalo is asked to send them again later
_REMEMBERED = 50_000  # ids of events; Zalo repeats what it got no answer to for hours
_CLOSE = 5.0  # s
_ATTEMPTS = 3
_PAUSE = 1.0  # s before the second attempt at a message, twice that before the third


class ZaloWebhook:
    """Zalo wants an answer within two seconds, whatever there is to do."""

    def __init__(
        self, calls: WrittenCalls, settings: ZaloAccountSettings, account: ZaloAccount, pause: float = _PAUSE
    ) -> None:
        self._calls, self._settings, self._account, self._pause = calls, settings, account, pause
        self._queues: list[asyncio.Queue[UserEvent]] = [asyncio.Queue(_WAITING) for _ in range(_WORKERS)]
        self._workers: list[asyncio.Task[None]] = []
        self._taken: OrderedDict[str, None] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._receive)]

    def start(self) -> None:
        """From now on what is taken is answered."""
        self._workers = [asyncio.create_task(self._work(queue), name="zalo") for queue in self._queues]

    async def close(self) -> None:
        """Answers what has been taken, for some seconds at most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(queue.join() for queue in self._queues)), _CLOSE)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            event = read_event(await request.read(), request.headers.get("X-ZEvent-Signature", ""), self._settings)
        except ValueError as error:
            return web.json_response({"error": "bad_request", "detail": str(error)}, status=400)
        except NotGenuine:
            log.warning("zalo: an event with a wrong signature was refused")
            return web.json_response({"error": "unauthorized", "detail": "X-ZEvent-Signature"}, status=401)
        if event and event.id not in self._taken:
            try:
                self._queue_of(event.user).put_nowait(event)
            except asyncio.QueueFull:
                log.warning("zalo: too many events wait; one was left to be sent again")
                return web.json_response({"error": "busy"}, status=503, headers={"Retry-After": "60"})
            self._taken[event.id] = None
            if len(self._taken) > _REMEMBERED:
                self._taken.popitem(last=False)
        return web.json_response({})

    def _queue_of(self, user: str) -> asyncio.Queue[UserEvent]:
        """Always the same one, so that a user's messages are answered in order."""
        return self._queues[hashlib.sha256(user.encode()).digest()[0] % _WORKERS]

    async def _work(self, queue: asyncio.Queue[UserEvent]) -> None:
        while True:
            event = await queue.get()
            try:
                await self._answer(event)
            except Refused as refused:
                log.warning("zalo: an event was dropped: %s", refused)
            except Exception as error:  # noqa: BLE001 - the next user's event must be answered all the same
                log.error("zalo: an event could not be answered: %s", type(error).__name__)
            finally:
                queue.task_done()

    async def _answer(self, event: UserEvent) -> None:
        key = f"zalo:{event.user}"
        call = self._calls.find(key)
        replies: list[Reply] = []
        if call is None:
            info = WrittenInfo(f"zalo-{secrets.token_hex(8)}", "zalo", address=key)
            call = self._calls.open(key, info)
            replies.append(call.greet("greeting"))
        elif event.kind == "follow":
            return  # who followed has been greeted
        if event.kind == "other":
            replies.append(call.greet("text_only"))
        elif event.kind == "text":
            try:
                replies += (await self._calls.say(call, event.text)).replies
            except Refused as refused:
                replies.append(call.greet(refused.error))
        for text in messages([reply.text for reply in replies]):
            await self._send(call, event.user, text)

    async def _send(self, call: WrittenCall, user: str, text: str) -> None:
        """Again when Zalo is away for a moment; what cannot be delivered is noted in the call's record."""
        for attempt in range(_ATTEMPTS):
            try:
                await asyncio.to_thread(self._account.send, user, text, time.time())
                return
            except ZaloError as error:
                why, again = str(error), error.passing
            except OSError as error:  # no disk for the new tokens
                why, again = f"tokens cannot be kept: {type(error).__name__}", False
            if not again or attempt == _ATTEMPTS - 1:
                break
            await asyncio.sleep(self._pause * 2**attempt)
        log.error("zalo: call %s: a message was not delivered: %s", call.info.call_id, why)
        call.undelivered(why)


def messages(replies: list[str]) -> Iterator[str]:
    """Replies as one message, or as few as Zalo's limit allows."""
    gathered = ""
    for reply in replies:
        for piece in _pieces(reply):
            if gathered and len(gathered) + 2 + len(piece) > LONGEST:
                yield gathered
                gathered = ""
            gathered = f"{gathered}\n\n{piece}" if gathered else piece
    if gathered:
        yield gathered


def _pieces(reply: str) -> list[str]:
    if len(reply) <= LONGEST:
        return [reply]
    return [clause[at : at + LONGEST] for clause in vi.clauses(reply) for at in range(0, len(clause), LONGEST)]
