"""The dialogue on a Rasa server: one WebSocket carries the turns of all calls of this process (dialogs/channel.py)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from voicebot.dialogue import CallerTurn, Command, DialogueFailed, Say, Understanding
from voicebot.expectation import Expectation
from voicebot.settings import DialogueSettings

logger = logging.getLogger(__name__)

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 5.0  # s between attempts to connect
REFUSED = 4401  # close code of a wrong token

_Turn = tuple[str, int]
_Message = dict[str, Any]


class RasaDialogue:
    """Implements `Dialogue`. Connects at the first turn, and again in the background when the connection is lost."""

    def __init__(self, settings: DialogueSettings) -> None:
        self._settings = settings
        self._socket: ClientConnection | None = None
        self._open: dict[_Turn, asyncio.Queue[_Message]] = {}
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._socket is not None

    async def connect(self) -> bool:
        """Starts to keep a connection, waits for the first attempt at it, and says whether it succeeded.

        `respond` does this by itself; before the first call it saves that call the time.
        """
        self._task = self._task or asyncio.create_task(self._stay_connected())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), self._settings.timeout)
        return self.connected

    async def close(self) -> None:
        """Ends the connection; turns still open fail."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._socket = None
        self._fail_open("closed")

    async def respond(self, turn: CallerTurn) -> AsyncGenerator[Say | Command | Understanding, None]:
        """Messages as they come. Raises DialogueFailed, at the latest `timeout` seconds after the last one."""
        key = (turn.call_id, turn.number)
        if key in self._open:
            raise DialogueFailed(f"turn {turn.number} is being answered already")
        inbox = self._open[key] = asyncio.Queue()
        try:
            await self._send(_request(turn))
            while (message := await self._next(inbox))["type"] != "end":
                yield _reply(message)
        finally:
            del self._open[key]

    async def _send(self, request: _Message) -> None:
        if not await self.connect() or self._socket is None:
            raise DialogueFailed("not connected to the dialogue server")
        try:
            async with asyncio.timeout(self._settings.timeout):
                await self._socket.send(json.dumps(request, ensure_ascii=False))
        except (ConnectionClosed, TimeoutError) as error:
            raise DialogueFailed(f"the dialogue server took no message: {type(error).__name__}") from error

    async def _next(self, inbox: asyncio.Queue[_Message]) -> _Message:
        try:
            message = await asyncio.wait_for(inbox.get(), self._settings.timeout)
        except TimeoutError:
            raise DialogueFailed(f"no answer within {self._settings.timeout} s") from None
        if message["type"] == "error":
            raise DialogueFailed(str(message.get("error", "error")))
        return message

    async def _stay_connected(self) -> None:
        wait = SHORTEST_WAIT
        while True:
            try:
                headers = {"Authorization": f"Bearer {self._settings.token}"}
                async with connect(
                    self._settings.url, additional_headers=headers, open_timeout=5, proxy=None, max_size=2**20
                ) as socket:
                    await self._receive(socket)
                reason, wait = f"closed with code {socket.close_code}", SHORTEST_WAIT
                if socket.close_code == REFUSED:
                    reason, wait = "token refused", LONGEST_WAIT
            except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
                reason, wait = type(error).__name__, min(2 * wait, LONGEST_WAIT)
            self._disconnected(reason)
            await asyncio.sleep(wait)

    async def _receive(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._tried.set()
        with contextlib.suppress(ConnectionClosed):
            async for raw in socket:
                self._deliver(raw)

    def _deliver(self, raw: str | bytes) -> None:
        """To the turn that waits for it; what comes for a turn given up is dropped."""
        message = json.loads(raw)
        inbox = self._open.get((message.get("sender"), message.get("turn")))
        if inbox is not None:
            inbox.put_nowait(message)
        elif message["type"] == "error":
            logger.warning("the dialogue server could not read a message: %s", message.get("error"))

    def _disconnected(self, reason: str) -> None:
        if self._socket is not None or not self._tried.is_set():
            logger.warning("no connection to the dialogue server: %s", reason)
        self._socket = None
        self._tried.set()
        self._fail_open(reason)

    def _fail_open(self, reason: str) -> None:
        for inbox in self._open.values():
            inbox.put_nowait({"type": "error", "error": f"connection lost: {reason}"})


def _request(turn: CallerTurn) -> _Message:
    """Only our own `intent` may begin with "/": what callers type is text."""
    if turn.intent:
        text = f"/{turn.intent}" + (json.dumps(dict(turn.slots), ensure_ascii=False) if turn.slots else "")
    else:
        text = turn.text.lstrip("/ \t\n") or turn.spoken.lstrip("/ \t\n") or "?"
    metadata = {
        "language": turn.language,
        "languages": list(turn.languages),
        "heard_language": turn.heard_language,
        "confidence": turn.confidence,
        "alternatives": list(turn.alternatives),
        "caller": turn.caller,
        "spoken": turn.spoken,
        "channel": turn.channel,
        "now": turn.now,
    }
    return {"turn": turn.number, "sender": turn.call_id, "text": text, "metadata": metadata}


def _reply(message: _Message) -> Say | Command | Understanding:
    """Raises DialogueFailed for a message that is none of ours."""
    fields = {name: value for name, value in message.items() if name not in ("turn", "sender", "type")}
    try:
        match message["type"]:
            case "say":
                return Say(**{**fields, "expects": Expectation(fields.get("expects", Expectation.OPEN))})
            case "command":
                return Command(fields.pop("name"), fields)
            case "understood":
                return Understanding(**fields)
    except (TypeError, ValueError, KeyError) as error:
        raise DialogueFailed(f"cannot read a message of type {message['type']}: {error}") from error
    raise DialogueFailed(f"unknown type of message {message['type']!r}")
