"""The client against a server that misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.dialogs.calls import Call, until
from voicebot.dialogue import CallerTurn, DialogueFailed, Say
from voicebot.rasa_client import RasaDialogue
from voicebot.settings import DialogueSettings

UNDERSTOOD = {"type": "understood", "intent": "chao_hoi", "confidence": 1.0}
Answer = Callable[[ServerConnection, dict[str, Any]], Awaitable[None]]


@asynccontextmanager
async def answering(answer: Answer, timeout: float = 0.5) -> AsyncIterator[RasaDialogue]:
    async def handle(socket: ServerConnection) -> None:
        async for raw in socket:
            await answer(socket, json.loads(raw))

    async with serve(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = RasaDialogue(DialogueSettings(url=f"ws://127.0.0.1:{port}/ws", timeout=timeout))
        yield client
        await client.close()


async def send(socket: ServerConnection, request: dict[str, Any], **message: Any) -> None:
    await socket.send(json.dumps({"turn": request["turn"], "sender": request["sender"], **message}))


async def test_request_carries_the_turn() -> None:
    requests: list[dict[str, Any]] = []

    async def answer(socket: ServerConnection, request: dict[str, Any]) -> None:
        requests.append(request)
        await send(socket, request, **UNDERSTOOD)
        await send(socket, request, type="end")

    async with answering(answer) as client:
        turns = [
            CallerTurn("call", 1, "xin chào", spoken="xin chao", confidence=0.7, alternatives=["chào"], caller="0912"),
            CallerTurn("call", 2, intent="im_lang", slots={"buoc": 2}),
            CallerTurn("call", 3, "//im_lang"),
            CallerTurn("call", 4, ""),
        ]
        for turn in turns:
            assert len([message async for message in client.respond(turn)]) == 1
    assert requests[0]["metadata"]["confidence"] == 0.7
    assert requests[0]["metadata"]["alternatives"] == ["chào"]
    assert [request["text"] for request in requests] == ["xin chào", '/im_lang{"buoc": 2}', "im_lang", "?"]


async def test_no_answer() -> None:
    async def answer(socket: ServerConnection, request: dict[str, Any]) -> None:
        await send(socket, request, type="say", text="Dạ")

    async with answering(answer, timeout=0.2) as client:
        messages = client.respond(CallerTurn("call", 1, "alo"))
        assert await anext(messages) == Say("Dạ")
        with pytest.raises(DialogueFailed, match="no answer"):
            await anext(messages)


async def test_late_messages_are_dropped() -> None:
    late: list[asyncio.Task[None]] = []

    async def answer(socket: ServerConnection, request: dict[str, Any]) -> None:
        async def delayed() -> None:
            await asyncio.sleep(0.4 if request["turn"] == 1 else 0)
            await send(socket, request, type="say", text=f"turn {request['turn']}")
            await send(socket, request, **UNDERSTOOD)
            await send(socket, request, type="end")

        late.append(asyncio.create_task(delayed()))

    async with answering(answer, timeout=0.2) as client:
        call = Call(client)
        with pytest.raises(DialogueFailed):
            await call.says("một")
        assert (await call.says("hai")).text == "turn 2"
        await asyncio.gather(*late)
        assert (await call.says("ba")).text == "turn 3"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "error", "error": "broken"},
        {"type": "dance"},
        {"type": "say"},
        {"type": "say", "text": "Dạ", "expects": "a miracle"},
        {"type": "command"},
    ],
)
async def test_what_cannot_be_used_fails_the_turn(message: dict[str, Any]) -> None:
    async def answer(socket: ServerConnection, request: dict[str, Any]) -> None:
        await send(socket, request, **message)

    async with answering(answer) as client:
        with pytest.raises(DialogueFailed):
            await Call(client).says("alo")


async def test_lost_connection_comes_back() -> None:
    async def answer(socket: ServerConnection, request: dict[str, Any]) -> None:
        if request["text"] == "chết":
            socket.transport.abort()
            return
        await send(socket, request, type="say", text="Dạ")
        await send(socket, request, **UNDERSTOOD)
        await send(socket, request, type="end")

    async with answering(answer, timeout=5) as client:
        call = Call(client)
        with pytest.raises(DialogueFailed, match="connection lost"):
            await call.says("chết")
        await until(lambda: client.connected)
        assert (await call.says("alo")).text == "Dạ"


async def test_nobody_there_fails_at_once_and_close_leaves_nothing_behind() -> None:
    client = RasaDialogue(DialogueSettings(url="ws://127.0.0.1:1/ws", timeout=30))
    with pytest.raises(DialogueFailed, match="not connected"):
        await Call(client).says("alo")
    await client.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
