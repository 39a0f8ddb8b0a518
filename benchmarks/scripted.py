"""Scripted calls: a caller with a goal, who answers what the bot asks until the goal is reached.

A script (benchmarks/scripts/*.yml) has what the caller says first, his answers by a pattern of the bot's last question,
and the goal: an action of the dialogue (see `actions` of a turn) with its result, both as patterns. `leaves` is what is
in the database afterwards (benchmarks/left_behind.py), `then` another call of the same caller. Digits alone are keyed.
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
TURNS = 30  # then the caller has lost patience
PATIENCE = 3  # times that he gives the same answer
ASKS_AGAIN = re.compile(r"nói lại|nhắc lại|đọc lại|chưa rõ|chưa hiểu|chưa nghe", re.IGNORECASE)
Hear = Callable[[str, Expectation], Awaitable[Mapping[str, Any]]]  # what is said → fields of the caller's turn


class Goal(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str | None = None
    result: str = ""
    procedure: str | None = None
    says: str = ""  # pattern in what the bot says in that turn


class Talk(BaseModel):
    """One call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opening: str
    # Pattern of the bot's last sentence → what the caller answers: several answers are given in turn, the last again.
    answers: Sequence[tuple[str, str | Sequence[str]]] = ()
    goal: Goal
    now: str = "2026-03-02T09:00:00+07:00"  # a Monday


class Script(Talk):
    id: str
    task: str
    caller: str | None = None
    then: Talk | None = None
    leaves: Mapping[str, Sequence[Mapping[str, Any]]] = {}

    @property
    def talks(self) -> list[Talk]:
        return [self, self.then] if self.then else [self]


@dataclass(frozen=True)
class Led:
    """How the calls of a script went."""

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
    words, turns = list[str](), 0
    for talk in script.talks:
        led = await _lead(dialogue, talk, script, hear)
        words, turns = words + led.words, turns + led.turns
        if not led.reached:
            return Led(script, False, turns, words)
    return Led(script, True, turns, words)


async def _lead(dialogue: Dialogue, talk: Talk, script: Script, hear: Hear) -> Led:
    call_id, given, words = f"bench-{uuid.uuid4().hex[:16]}", dict[str, int](), ["(call)"]
    row = await converse(dialogue, CallerTurn(call_id, 1, intent="chao_hoi", caller=script.caller, now=talk.now))
    says: str | None = talk.opening
    for number in range(2, TURNS + 2):
        assert says is not None
        expects = Expectation(row["expects"] or Expectation.OPEN)
        heard = {"text": says} if says.isdigit() else await hear(says, expects)
        turn = CallerTurn(call_id, number, caller=script.caller, now=talk.now, **heard)
        row = await converse(dialogue, turn)
        answer = " ".join(reply["text"] for reply in row["replies"])
        misheard = f" [{turn.spoken}]" if turn.spoken not in ("", says) else ""
        words += [f"- {says}{misheard}", f"  ({row['intent']} {row['confidence']:.2f}) {answer} {row['actions']}"]
        if _reached(talk.goal, row, answer):
            return Led(script, True, number, words)
        last = row["replies"][-1]["text"] if row["replies"] else ""
        says = None if row["expects"] == Expectation.NOTHING else _answer(talk, last, given, says)
        if says is None:
            return Led(script, False, number, words)
    return Led(script, False, TURNS, words)


def _answer(talk: Talk, question: str, given: dict[str, int], said: str) -> str | None:
    """What the caller answers; None when he has no answer, or no patience left. Asked to, he says the same again."""
    known = (*talk.answers, (ASKS_AGAIN.pattern, said))
    found = next((each for each in known if re.search(each[0], question, re.IGNORECASE)), None)
    if found is None:
        return None
    pattern, answers = found[0], [found[1]] if isinstance(found[1], str) else found[1]
    times = given[pattern] = given.get(pattern, 0) + 1
    return answers[min(times, len(answers)) - 1] if times < len(answers) + PATIENCE else None


def _reached(goal: Goal, row: Mapping[str, Any], answer: str) -> bool:
    done = goal.action is None or any(
        re.fullmatch(goal.action, action["name"]) and re.search(goal.result, action["result"])
        for action in row["actions"]
    )
    right = goal.procedure in (None, row["procedure"])
    return done and right and bool(re.search(goal.says, answer, re.IGNORECASE))
