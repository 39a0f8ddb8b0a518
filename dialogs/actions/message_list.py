"""After a walk through a procedure: the papers of the caller's case as a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.actions import cases, hand_over
from dialogs.actions.turn import Turn
from services.procedures.clarify import chosen_option, questions
from voicebot.expectation import Expectation

KIND = "yeu_cau_nhan_tin"


def offer(turn: Turn, state: Mapping[str, Any]) -> None:
    """Asks whether it is wanted; the answer goes to "message_offer" with the `state` of the walk."""
    turn.ask("guide_end", Expectation.YES_NO, "message_offer", state)


def answer(turn: Turn, asked: Mapping[str, Any]) -> bool:
    key = str(turn.entities.get("so", ""))
    if turn.intent in ("khang_dinh", KIND) or key == "1":
        send(turn, asked["code"], asked["chosen"])
    elif turn.intent in ("phu_dinh", "ket_thuc") or key == "2":
        turn.anything_else()
    else:
        return False
    return True


def send(turn: Turn, code: str, chosen: cases.Chosen) -> None:
    """Leaves it to an officer to send the papers of this case as a message."""
    procedure = turn.backing.procedures.get(code)
    assert procedure is not None, code
    picked = [chosen_option(question, chosen) for question in questions(procedure)]
    case = ", ".join(option.name for option in picked if option)
    if case:
        summary = turn.word("summary_message_case", name=procedure.spoken_name, case=case)
    else:
        summary = turn.word("summary_message", name=procedure.spoken_name)
    hand_over.leave_ticket(turn, KIND, summary)
