"""`voicebot chat`: text calls with a running hotline, through its chat API."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp

from hotline.config import Config
from hotline.output import print_json, stdout
from telephony.chat.messages import PATH
from voicebot.dialogue import CallerTurn, Dialogue
from voicebot.written_turn import ask

LONGEST = 2000  # characters of a turn
TIMEOUT = 30.0  # s for an answer: a hang


class ChatFailed(Exception):
    """The hotline did not answer; says why."""


class HotlineChat:
    """Turns of text calls as a program of the hotline asks for them. Used as a context manager."""

    def __init__(self, config: Config) -> None:
        host = "127.0.0.1" if config.web.host == "0.0.0.0" else config.web.host
        self._url = f"http://{host}:{config.web.port}{PATH}"
        headers = {"Authorization": f"Bearer {config.dialogue_settings.token}"}
        limits = aiohttp.ClientTimeout(total=TIMEOUT)
        self._http = aiohttp.ClientSession(headers=headers, timeout=limits)

    async def __aenter__(self) -> HotlineChat:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def turn(self, session: str, message: str, **more: Any) -> dict[str, Any]:
        """The row of a turn. Raises ChatFailed."""
        began = time.perf_counter()
        answer = await self._post({"session": session, "message": message, **more})
        del answer["session"]
        if failed := answer.pop("failed"):
            raise ChatFailed(failed)
        return answer | {"latency_ms": round(1000 * (time.perf_counter() - began), 1)}

    async def end(self, session: str) -> None:
        """Raises ChatFailed."""
        await self._post({"session": session, "end": True})

    async def _post(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            async with self._http.post(self._url, json=request) as response:
                answer: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ChatFailed(type(error).__name__) from None
        if response.status != 200:
            raise ChatFailed(str(answer.get("detail") or f"HTTP status {response.status}"))
        return answer


async def chat_lines(config: Config, session: str | None, now: str | None, caller: str | None, as_json: bool) -> None:
    """Answers stdin line by line. A conversation that the user has named can be gone on with. Raises ChatFailed."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a stray byte in a script's input must not end the conversation
    async with HotlineChat(config) as chat:
        call_id, begun = session or _new_session(), False
        async for line in _lines():
            text = " ".join(line.split())[:LONGEST]
            if text:
                row = await chat.turn(call_id, text, now=now, caller=caller)
                begun = True
                _show(row, as_json)
            else:
                if begun and call_id != session:
                    await chat.end(call_id)
                call_id, begun = _new_session(), False
        if begun and call_id != session:
            await chat.end(call_id)


async def converse(dialogue: Dialogue, turn: CallerTurn) -> dict[str, Any]:
    """The row of a turn, asked of the dialogue itself: neither limited nor recorded. Raises DialogueFailed."""
    return (await ask(dialogue, turn)).as_row()


def _show(row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    for reply in row["replies"]:
        stdout.print(reply["text"], style="green", markup=False, highlight=False)


def _new_session() -> str:
    return f"chat-{uuid4().hex[:16]}"


async def _lines() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line
