"""`voicebot chat`: text calls with the dialogue of a running hotline."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from hotline.config import Config
from hotline.output import print_json, stdout
from language import vi
from voicebot.dialogue import CallerTurn, Command, Dialogue, DialogueFailed, Say, Understanding
from voicebot.rasa_client import RasaDialogue

LONGEST = 2000  # characters of a turn


async def chat_lines(config: Config, session: str | None, now: str | None, caller: str | None, as_json: bool) -> None:
    """Answers stdin line by line. Raises DialogueFailed."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a stray byte in a script's input must not end the conversation
    async with contextlib.AsyncExitStack() as stack:
        dialogue = RasaDialogue(config.dialogue_settings)
        stack.push_async_callback(dialogue.close)
        if not await dialogue.connect():
            raise DialogueFailed("no connection")
        call_id, number = session or _new_session(), 0
        async for line in _lines():
            text = " ".join(line.split())[:LONGEST]
            if not text:
                call_id, number = _new_session(), 0
                continue
            number += 1
            turn = CallerTurn(call_id, number, vi.write(text), spoken=text, caller=caller, channel="chat", now=now)
            row = await converse(dialogue, turn)
            if as_json:
                print_json(row)
            else:
                for reply in row["replies"]:
                    stdout.print(reply["text"], style="green", markup=False, highlight=False)


async def converse(dialogue: Dialogue, turn: CallerTurn) -> dict[str, Any]:
    """One turn and everything that came of it. Raises DialogueFailed."""
    row: dict[str, Any] = {"replies": [], "intent": None, "confidence": None, "expects": None, "handover": False}
    began = time.perf_counter()
    async for message in dialogue.respond(turn):
        match message:
            case Say(text, speech, expects):
                row["replies"].append({"text": text, "speech": speech or vi.speak(text)})
                row["expects"] = expects.value
            case Command(name, arguments):
                row.setdefault("commands", []).append({"name": name, **arguments})
                if name == "repeat" and (again := arguments.get("text")):  # here nobody but us can say it again
                    row["replies"].append({"text": again, "speech": vi.speak(again)})
            case Understanding():
                row |= {
                    "intent": message.intent,
                    "confidence": round(message.confidence, 3),
                    "language": message.language,
                    "procedure": message.procedure,
                    "aspect": message.aspect,
                    "candidates": list(message.candidates),
                    "actions": list(message.actions),
                    "handover": message.handover,
                }
    row["latency_ms"] = round(1000 * (time.perf_counter() - began), 1)
    return row


def _new_session() -> str:
    return f"chat-{uuid4().hex[:16]}"


async def _lines() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line
