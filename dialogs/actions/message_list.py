"""After a walk through a procedure: the papers of the caller's case as a message."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from dialogs.actions import sending
from dialogs.actions.answering import NO_MORE, YES, Asked
from dialogs.actions.turn import Turn
from services.messages import papers_text
from services.procedures import Aspect
from services.procedures.clarify import Chosen
from voicebot.expectation import Expectation

DONE = "message_on_its_way"


def offer(turn: Turn, state: Mapping[str, Any]) -> None:
    """Asks whether it is wanted; the answer goes to "message_offer" with the `state` of the walk."""
    turn.ask("guide_end", Expectation.YES_NO, "message_offer", state)


def answer(turn: Turn, asked: Asked) -> bool:
    key = str(turn.entities.get("so", ""))
    if turn.intent in (YES, sending.WANTED) or key == "1":
        send(turn, asked["code"], asked["chosen"])
    elif turn.intent in NO_MORE or key == "2":
        turn.anything_else()
    else:
        return False
    return True


def send(turn: Turn, code: str, chosen: Chosen) -> None:
    procedure = turn.backing.procedures.get(code)
    assert procedure is not None, code
    source = turn.backing.procedures.answer(code, Aspect.WHERE).source
    text = papers_text(procedure, source, chosen=chosen)
    case = "-".join(f"{question}={option}" for question, option in sorted(chosen.items()))
    told = hashlib.sha256(case.encode()).hexdigest()[:8]  # another case has other papers
    needs = sending.message(text, f"{turn.call_id}:{code}:{told}", turn.backing.outbox.telephone_channel, DONE)
    sending.send(turn, needs)
