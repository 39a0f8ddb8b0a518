"""The voice channel itself, over a bare WebSocket, and what happens when parts of it die."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from tests.dialogs.calls import Call, until
from tests.dialogs.conftest import TOKEN, RedisServer, Server
from voicebot.dialogue import DialogueFailed
from voicebot.rasa_client import RasaDialogue
from voicebot.settings import DialogueSettings

pytestmark = pytest.mark.timeout(900)  # the first test waits for training


@pytest.fixture
async def socket(server: Server) -> AsyncIterator[ClientConnection]:
    async with connect(server.url, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as connection:
        yield connection


async def receive(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 20))
    return message


async def turn(socket: ClientConnection, number: int, sender: str, text: str) -> list[dict[str, Any]]:
    await socket.send(json.dumps({"turn": number, "sender": sender, "text": text, "metadata": {}}))
    messages = [await receive(socket)]
    while messages[-1]["type"] not in ("end", "error"):
        messages.append(await receive(socket))
    return messages


async def test_messages_of_a_turn(socket: ClientConnection) -> None:
    messages = await turn(socket, 3, "bare-1", "đăng ký khai sinh mất bao lâu")
    assert [message["type"] for message in messages] == ["say", "say", "understood", "end"]
    assert all((message["turn"], message["sender"]) == (3, "bare-1") for message in messages)
    assert messages[0]["source"]["code"] == "1.001193"
    assert messages[1]["expects"] == "open"


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[1, 2]",
        '{"turn": "1", "sender": "x", "text": "a"}',
        '{"turn": 1, "sender": "x"}',
        '{"turn": 1, "sender": "", "text": "a"}',
        b"\xff\xfe",
    ],
)
async def test_malformed_frame_is_answered_and_the_socket_lives(socket: ClientConnection, frame: str | bytes) -> None:
    await socket.send(frame)
    assert (await receive(socket))["type"] == "error"
    assert (await turn(socket, 1, "bare-2", "xin chào"))[-1]["type"] == "end"


async def test_wrong_token_is_refused(server: Server) -> None:
    with pytest.raises(ConnectionClosedError) as closed:
        async with connect(server.url, additional_headers={"Authorization": "Bearer guess"}) as connection:
            await connection.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_client_with_wrong_token_fails_its_turns(server: Server) -> None:
    client = RasaDialogue(DialogueSettings(url=server.url, token="guess", timeout=5))
    with pytest.raises(DialogueFailed):
        await Call(client).does("chao_hoi")
    await client.close()


async def test_turns_of_one_call_keep_their_order(socket: ClientConnection) -> None:
    texts = ["đăng ký khai sinh cần giấy tờ gì", "vâng", "thế phí bao nhiêu", "nhắc lại", "không"]
    for number, text in enumerate(texts):
        await socket.send(json.dumps({"turn": number, "sender": "bare-order", "text": text}))
    ended = []
    while len(ended) < len(texts):
        message = await receive(socket)
        assert message["turn"] == len(ended)
        if message["type"] in ("end", "error"):
            ended.append(message["type"])
    assert set(ended) == {"end"}


async def test_calls_do_not_mix(dialogue: RasaDialogue) -> None:
    questions = ["đăng ký khai sinh cần giấy tờ gì", "đăng ký kết hôn cần giấy tờ gì", "đăng ký khai tử cần giấy tờ gì"]
    expected = ["1.001193", "1.000894", "1.000656"]
    calls = [Call(dialogue) for _ in range(30)]
    replies = await asyncio.gather(*(call.says(questions[n % 3]) for n, call in enumerate(calls)))
    assert [reply.understanding.procedure for reply in replies] == [expected[n % 3] for n in range(30)]
    fees = await asyncio.gather(*(call.says("thế còn phí thì sao") for call in calls))
    assert [reply.understanding.procedure for reply in fees] == [expected[n % 3] for n in range(30)]


async def test_typed_text_is_never_an_intent(call: Call) -> None:
    reply = await call.says("/gap_nhan_vien")
    assert "hand_over" not in reply.commands
    assert reply.understanding.confidence < 1.0


async def test_nothing_said_is_logged(call: Call, server: Server) -> None:
    await call.says("bí mật của tôi là 0987123456 đấy nhé")
    assert "0987123456" not in server.log()
    assert "bí mật" not in server.log()


async def test_killed_server(dialogue: RasaDialogue, server: Server) -> None:
    call = Call(dialogue)
    await call.says("đăng ký khai sinh cần giấy tờ gì")
    server.kill()
    with pytest.raises(DialogueFailed):
        await call.says("thế còn phí thì sao")
    await until(lambda: not dialogue.connected)
    await asyncio.to_thread(server.start)
    await until(lambda: dialogue.connected)
    reply = await call.says("thế còn phí thì sao")
    assert reply.understanding.procedure == "1.001193"  # the call is remembered in Redis


async def test_calls_go_on_while_redis_hangs(call: Call, redis_server: RedisServer) -> None:
    await call.says("đăng ký khai sinh cần giấy tờ gì")
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        fee = await call.says("thế còn phí thì sao")
        where = await call.says("nộp ở đâu")
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    assert (fee.understanding.procedure, fee.understanding.aspect) == ("1.001193", "fee")
    assert (where.understanding.procedure, where.understanding.aspect) == ("1.001193", "where")
    back = await call.says("thế mấy ngày thì xong")
    assert back.understanding.procedure == "1.001193"
