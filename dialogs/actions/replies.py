"""Answers to what the bot has asked. Each says whether the turn was one; if not, it is taken for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dialogs.actions import hand_over, hearing, questions, queue_answers, queue_held, repair
from dialogs.actions.turn import Turn
from voicebot.expectation import Expectation

Awaited = Mapping[str, Any]

YES, NO = "khang_dinh", "phu_dinh"
CERTAIN = 0.7  # confidence of an intent
URGENT = {"gap_nhan_vien", "khan_cap"}
ABOUT_TICKETS = {"ticket", "phone", "phone_right"}
NO_MORE = {NO, "ket_thuc"}  # "thôi, cảm ơn" to an offer declines it, and does not end the call


def plainly(turn: Turn) -> bool:
    """Whether a yes-or-no question is answered by a first word that says more than an intent that is not certain."""
    expected = turn.asked and turn.asked["expects"] == Expectation.YES_NO
    if not expected or turn.intent in URGENT or turn.intent_confidence >= CERTAIN:
        return False
    answer = hearing.yes_no(turn.text)
    if answer is not None:
        turn.intent = YES if answer else NO
    return answer is not None


def answers(turn: Turn) -> bool:
    """Whether the turn answered the open question; then it has been dealt with."""
    asked = turn.asked
    if not asked:
        return False
    turn.memory.awaiting = None
    if "task" not in asked and asked["what"] not in ABOUT_TICKETS and meant_instead(turn):
        return True
    if REPLIES[asked["what"]](turn, asked):
        return True
    if "task" in asked:
        turn.memory.paused = {"awaiting": dict(asked), "question": turn.memory.question}
    return False


def meant_instead(turn: Turn) -> bool:
    """Whether it is a "no, I meant …", which names another procedure."""
    return turn.intent == NO and questions.named(turn, turn.memory.aspect or "overview", hearing.corrected(turn.text))


def unasked(turn: Turn) -> None:
    """A reply to nothing, or one that does not fit the open question."""
    if turn.asked:
        repair.misunderstood(turn)
    elif turn.intent in (YES, NO):
        turn.ask("yes_what" if turn.intent == YES else "no_what", Expectation.OPEN)
    else:
        questions.rescue(turn)


def choice(turn: Turn, asked: Awaited) -> bool:
    choices = asked["choices"]
    aspect = questions.ASPECTS[turn.intent] if turn.intent in questions.PARTICULAR else asked["aspect"]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(choices))
    if index is None and turn.intent not in questions.PARTICULAR:
        index = hearing.by_name(turn.text, [choice["name"] for choice in choices])
    if index is not None:
        turn.intent = turn.intent if turn.intent in questions.ASPECTS else "chon"
        turn.record("choose", choices[index]["code"])
        questions.take_up(turn, choices[index]["code"], aspect)
        return True
    if turn.intent == NO:
        turn.ask("ask_procedure", Expectation.OPEN, "procedure", {"aspect": aspect})
    return turn.intent == NO


def more(turn: Turn, asked: Awaited) -> bool:
    if turn.intent == YES:
        questions.go_on(turn, asked["parts"], asked["source"], asked["offers_officer"])
        return True
    return declined(turn)


def person(turn: Turn, asked: Awaited) -> bool:
    if turn.intent == YES:
        hand_over.hand_over(turn, asked["reason"])
        return True
    return declined(turn)


def ticket(turn: Turn, asked: Awaited) -> bool:
    if turn.intent == YES:
        hand_over.leave_ticket(turn, asked["kind"], asked["summary"])
        return True
    if turn.intent == "cung_cap_sdt":  # a yes that already answers the next question
        return hand_over.phone(turn, {**asked, "digits": "", "attempts": 0})
    return declined(turn)


def declined(turn: Turn) -> bool:
    if turn.intent in NO_MORE:
        turn.anything_else()
        return True
    return False


def anything(turn: Turn, asked: Awaited) -> bool:
    if turn.intent == NO and hearing.is_correction(turn.text):
        turn.memory.procedure = None
        turn.ask("ask_procedure", Expectation.OPEN, "procedure", {"aspect": turn.memory.aspect})
    elif turn.intent == NO:
        turn.say("goodbye")
        turn.command("hang_up")
        turn.end()
    elif turn.intent == YES:
        turn.ask("yes_what", Expectation.OPEN)
    else:
        return False
    return True


def resume(turn: Turn, asked: Awaited) -> bool:
    """Whether to go on with the task that something else came in between."""
    if turn.intent == YES:
        return turn.resumes(asked["paused"])
    if turn.intent in NO_MORE:
        turn.memory.paused = None
        turn.anything_else()
        return True
    return False


def procedure(turn: Turn, asked: Awaited) -> bool:
    """Which procedure: its name alone is enough, whatever the intent seems to be."""
    if turn.intent in questions.PARTICULAR or not questions.named(turn, asked["aspect"]):
        return False
    turn.intent = "hoi_thu_tuc"
    return True


REPLIES: dict[str, Callable[[Turn, Awaited], bool]] = {
    "choice": choice,
    "more": more,
    "person": person,
    "ticket": ticket,
    "anything": anything,
    "procedure": procedure,
    "resume": resume,
    "phone": hand_over.phone,
    "phone_right": hand_over.phone_right,
    **queue_answers.REPLIES,
    **queue_held.REPLIES,
}
