"""One turn in writing: what a caller typed, and everything that the dialogue answers."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from language import vi
from voicebot.dialogue import CallerTurn, Command, Dialogue, Say, Understanding
from voicebot.expectation import Expectation

# invisible, unassigned, private, half a pair: nobody types these to be read
_DROPPED = {"Cf", "Cn", "Co", "Cs"}


@dataclass(frozen=True)
class Reply:
    text: str
    speech: str | None = None  # None: as the language reads `text`
    source: Mapping[str, Any] | None = None


@dataclass
class WrittenAnswer:
    replies: list[Reply] = field(default_factory=list)
    expects: Expectation | None = None
    commands: list[Command] = field(default_factory=list)
    understanding: Understanding | None = None
    failed: str | None = None  # why the dialogue did not answer; then the replies are the channel's own
    seconds: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether the dialogue has taken its leave."""
        return any(command.name == "hang_up" for command in self.commands)

    @property
    def handover(self) -> bool:
        return self.understanding is not None and self.understanding.handover

    def as_row(self) -> dict[str, Any]:
        """The row of `voicebot chat --json`."""
        understood = self.understanding
        row: dict[str, Any] = {
            "replies": [{"text": r.text, "speech": r.speech or vi.speak(r.text)} for r in self.replies],
            "intent": understood and understood.intent,
            "confidence": understood and round(understood.confidence, 3),
            "expects": self.expects and self.expects.value,
            "handover": self.handover,
        }
        if self.commands:
            row["commands"] = [{"name": command.name, **command.arguments} for command in self.commands]
        if understood:
            row |= {
                "language": understood.language,
                "procedure": understood.procedure,
                "aspect": understood.aspect,
                "candidates": list(understood.candidates),
                "actions": list(understood.actions),
            }
        return row | {"latency_ms": round(1000 * self.seconds, 1)}


async def ask(dialogue: Dialogue, turn: CallerTurn) -> WrittenAnswer:
    """Raises DialogueFailed."""
    answer, began = WrittenAnswer(), time.perf_counter()
    async for message in dialogue.respond(turn):
        match message:
            case Say(text, speech, expects):
                answer.replies.append(Reply(text, speech, message.source))
                answer.expects = expects
            case Command(name, arguments):
                answer.commands.append(message)
                if name == "repeat" and (again := arguments.get("text")):  # here nobody but us can say it again
                    answer.replies.append(Reply(str(again)))
            case Understanding():
                answer.understanding = message
    answer.seconds = time.perf_counter() - began
    return answer


def read_typed(text: str) -> str:
    """One line of NFC, without what cannot be seen."""
    kinds = ((c, unicodedata.category(c)) for c in text)
    visible = "".join(" " if kind == "Cc" else c for c, kind in kinds if kind not in _DROPPED)
    return unicodedata.normalize("NFC", " ".join(visible.split()))
