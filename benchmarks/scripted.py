"""Scripted calls: a caller with a goal, who answers what the bot asks until the goal is reached.

A script (benchmarks/scripts/*.yml) has what the caller says first, his answers by a pattern of the bot's last question,
and the goal: an action of the dialogue (see `actions` of a turn) with its result, both as patterns.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from hotline.chat import converse
from language import vi
from voicebot.dialogue import CallerTurn, Dialogue
from voicebot.expectation import Expectation

SCRIPTS = Path(__file__).parent / "scripts"
TURNS = 25  # then the caller has lost patience
PATIENCE = 3  # times that he gives the same answer
Hear = Callable[[str, Expectation], Awaitable[Mapping[str, Any]]]  # what is said → fields of the caller's turn


class Goal(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str
    result: str = ""
    procedure: str | None = None
    says: str = ""  # pattern in what the bot says in that turn


class Script(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    task: str
    opening: str
    answers: Sequence[tuple[str, str]] = ()  # pattern of the bot's last sentence → what the caller answers
    goal: Goal
    caller: str | None = None
    now: str = "2026-03-02T09:00:00+07:00"  # a Monday


@dataclass(frozen=True)
class Led:
    """How a call went."""

    script: Script
    reached: bool
    turns: int
    words: list[str]  # the conversation, line by line


def scripts() -> list[Script]:
    """Raises pydantic's ValidationError for a script that makes no sense."""
    return [
        Script.model_validate(entry)
        for file in sorted(SCRIPTS.glob("*.yml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


async def written(said: str, expects: Expectation) -> Mapping[str, Any]:
    """A caller who is heard without an error."""
    return {"text": vi.write(said), "spoken": said}


async def lead(dialogue: Dialogue, script: Script, hear: Hear = written) -> Led:
    call_id, words, given = f"bench-{uuid.uuid4().hex[:16]}", list[str](), dict[str, int]()
    says, expects = script.opening, Expectation.OPEN
    for number in range(1, TURNS + 1):
        heard = await hear(says, expects)
        turn = CallerTurn(call_id, number, caller=script.caller, now=script.now, **heard)
        row = await converse(dialogue, turn)
        answer = " ".join(reply["text"] for reply in row["replies"])
        words += [f"- {says}" + (f" [{turn.spoken}]" if turn.spoken != says else ""), f"  {answer} {row['actions']}"]
        if _reached(script.goal, row, answer):
            return Led(script, True, number, words)
        last = row["replies"][-1]["text"] if row["replies"] else ""
        reply = next((reply for pattern, reply in script.answers if re.search(pattern, last, re.IGNORECASE)), None)
        if reply is None or row["expects"] == Expectation.NOTHING or given.get(reply, 0) >= PATIENCE:
            return Led(script, False, number, words)
        given[reply] = given.get(reply, 0) + 1
        says, expects = reply, Expectation(row["expects"] or Expectation.OPEN)
    return Led(script, False, TURNS, words)


def _reached(goal: Goal, row: Mapping[str, Any], answer: str) -> bool:
    done = any(
        re.fullmatch(goal.action, action["name"]) and re.search(goal.result, action["result"])
        for action in row["actions"]
    )
    right = goal.procedure in (None, row["procedure"])
    return done and right and bool(re.search(goal.says, answer, re.IGNORECASE))
