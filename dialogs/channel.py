"""The voice channel: one WebSocket per gateway at /webhooks/voice/ws that carries the turns of many calls.

In:  {"turn": 7, "sender": "<call id>", "text": "...", "metadata": {...}}
Out: {"turn": 7, "sender": "...", "type": "say" | "command" | "understood", ...} each as soon as it is made, then
     {"turn": 7, "sender": "...", "type": "end"}, or {..., "type": "error", "error": "..."} instead of it.
`text` that begins with "/" is an intent. The turns of one call are answered in order, those of different calls at the
same time. A frame that cannot be read is answered with an error; the socket stays open.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from dialogs import hot_paths

logger = logging.getLogger(__name__)

REFUSED = 4401  # close code
WAITING_TURNS = 1000  # per socket; more are answered with an error at once

Handler = Callable[[UserMessage], Awaitable[Any]]


class MalformedFrame(Exception):
    """What is wrong with it, in words that can be sent back."""


@dataclass(frozen=True)
class Frame:
    turn: int
    sender: str
    text: str
    metadata: dict[str, Any]

    @classmethod
    def parse(cls, raw: str | bytes) -> Frame:
        """Raises MalformedFrame."""
        try:
            fields = json.loads(raw)
        except ValueError:
            raise MalformedFrame("not JSON") from None
        if not isinstance(fields, dict):
            raise MalformedFrame("not a JSON object")
        wanted = {"turn": int, "sender": str, "text": str, "metadata": dict}
        values = {"metadata": {}, **fields}
        for name, kind in wanted.items():
            if not isinstance(values.get(name), kind) or isinstance(values[name], bool):
                raise MalformedFrame(f"{name}: {kind.__name__} expected")
        if not values["sender"] or not values["text"].strip():
            raise MalformedFrame("sender and text must not be empty")
        return cls(**{name: values[name] for name in wanted})


class VoiceOutput(OutputChannel):
    """Sends the messages of one turn."""

    @classmethod
    def name(cls) -> str:
        return "voice"

    def __init__(self, socket: Any, turn: int, sender: str) -> None:
        self._socket, self._turn, self._sender = socket, turn, sender
        self.understood = False

    async def send(self, type: str, **fields: Any) -> None:
        message = {"turn": self._turn, "sender": self._sender, "type": type, **fields}
        await self._socket.send(json.dumps(message, ensure_ascii=False))

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Our actions put a whole message into `custom`; a response of the domain is only text."""
        fields = message.get("custom") or {"type": "say", "text": message.get("text") or ""}
        self.understood |= fields["type"] == "understood"
        await self.send(**fields)


class Conversations:
    """The turns that came in by one socket: a task each, and those of one call one after the other."""

    def __init__(self, socket: Any, handler: Handler) -> None:
        self._socket, self._handler = socket, handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._latest: dict[str, asyncio.Task[None]] = {}

    async def receive(self, raw: str | bytes) -> None:
        try:
            frame = Frame.parse(raw)
            if len(self._tasks) >= WAITING_TURNS:
                raise MalformedFrame("too many turns at once")
        except MalformedFrame as error:
            await self._socket.send(json.dumps({"type": "error", "error": str(error), **_addressee(raw)}))
            return
        task = asyncio.create_task(self._answer(frame, self._latest.get(frame.sender)))
        self._latest[frame.sender] = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._forget(frame.sender, done))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, frame: Frame, earlier: asyncio.Task[None] | None) -> None:
        if earlier:
            await asyncio.wait({earlier})
        output = VoiceOutput(self._socket, frame.turn, frame.sender)
        message = UserMessage(frame.text, output, frame.sender, input_channel="voice", metadata=frame.metadata)
        try:
            await self._handler(message)
            if output.understood:
                await output.send("end")
            else:  # Rasa goes on without the result when an action fails
                await output.send("error", error="the turn was not answered")
        except Exception as error:  # noqa: BLE001  (one turn must not end the others; what was said stays out of the log)
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("turn %s of %s failed: %s\n%s", frame.turn, frame.sender, type(error).__name__, where)
            await output.send("error", error=type(error).__name__)

    def _forget(self, sender: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._latest.get(sender) is task:
            del self._latest[sender]
        if not task.cancelled() and task.exception():  # the socket closed under it
            logger.info("answer to %s not delivered: %s", sender, type(task.exception()).__name__)


class VoiceInput(InputChannel):
    @classmethod
    def name(cls) -> str:
        return "voice"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> VoiceInput:
        return cls(**(credentials or {}))

    def __init__(self, token: str) -> None:
        self._token = token
        hot_paths.install()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        blueprint = Blueprint("voice")

        @blueprint.route("/")
        async def health(request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @blueprint.websocket("/ws")
        async def socket(request: Request, ws: Any) -> None:
            if not hmac.compare_digest((request.token or "").encode(), self._token.encode()):
                await ws.close(code=REFUSED, reason="wrong token")
                return
            conversations = Conversations(ws, on_new_message)
            try:
                while (raw := await _receive(ws)) is not None:
                    await conversations.receive(raw)
            finally:
                await conversations.close()

        return blueprint


async def _receive(ws: Any) -> str | bytes | None:
    """The next message, None at the end.

    In place of Sanic 21's `recv`, which hands a coroutine to `asyncio.wait`: forbidden since Python 3.11.
    """
    ws.recv_cancel = asyncio.get_running_loop().create_future()  # Sanic cancels it when the other side closes
    message = asyncio.ensure_future(ws.assembler.get())
    try:
        await asyncio.wait({message, ws.recv_cancel, ws.connection_lost_waiter}, return_when=asyncio.FIRST_COMPLETED)
        return message.result() if message.done() else None
    finally:
        message.cancel()
        ws.recv_cancel = None


def _addressee(raw: str | bytes) -> dict[str, Any]:
    """Turn and sender of a frame that is wrong otherwise, so that whoever waits for its answer learns of the error."""
    try:
        fields = json.loads(raw)
    except ValueError:
        return {}
    if not isinstance(fields, dict):
        return {}
    return {name: fields[name] for name in ("turn", "sender") if isinstance(fields.get(name), int | str)}
