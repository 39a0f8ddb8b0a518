"""A task that a lost line broke off: kept while it is open, offered again when the same number calls back soon."""

from __future__ import annotations

import logging
from typing import Any

from dialogs.actions.answering import NO_MORE, YES, Asked, Reply
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.database import DatabaseError
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)


def remember(turn: Turn) -> None:
    """At the end of a turn. Silence changes nothing: a call that ends in it may have lost its line as well."""
    was = _open_task(turn.asked, turn.paused_before)
    now_open = _open_task(turn.memory.awaiting, turn.memory.paused, turn.memory.question)
    phone = parse_phone(turn.caller or "")
    if phone is None or turn.intent == "im_lang" or not (was or now_open or turn.ended):
        return
    try:
        if now_open and not turn.ended:
            memory = {"procedure": turn.memory.procedure, "aspect": turn.memory.aspect, "paused": now_open}
            turn.backing.unfinished.save(turn.call_id, phone, now_open["awaiting"]["task"], memory, turn.now)
        else:
            turn.backing.unfinished.drop(turn.call_id)
    except DatabaseError as error:  # the turn itself went well
        logger.warning("call %s: what it is in the middle of was not kept: %s", turn.call_id, error)


def _open_task(awaiting: Asked | None, paused: Asked | None, question: Asked | None = None) -> dict[str, Any] | None:
    """The task's open question, as the memory of a call keeps one that is paused."""
    if awaiting and "task" in awaiting:
        return {"awaiting": dict(awaiting), "question": question}
    return dict(paused) if paused else None


def offered(turn: Turn) -> bool:
    """Whether the caller was in the middle of something lately; then it is offered to go on with it."""
    phone = parse_phone(turn.caller or "")
    if phone is None:
        return False
    try:
        found = turn.backing.unfinished.latest(phone, turn.now)
    except DatabaseError as error:
        logger.warning("call %s: nothing is known of an earlier one: %s", turn.call_id, error)
        return False
    if found is None or found.call_id == turn.call_id:
        return False
    name = turn.backing.prompts.name("tasks", found.task)
    turn.record("resume", found.task)
    turn.ask("resume_dropped", Expectation.YES_NO, "dropped", {"call": found.call_id}, name=name)
    return True


def answered(turn: Turn, asked: Asked) -> bool:
    """Another question is answered first; the task is offered again after it."""
    found = turn.backing.unfinished.take(asked["call"], turn.now)
    if turn.intent in NO_MORE:
        turn.ask("no_what", Expectation.OPEN)
        return True
    if found is None:
        return False
    turn.memory.procedure, turn.memory.aspect = found.memory["procedure"], found.memory["aspect"]
    turn.memory.paused = dict(found.memory["paused"])
    return turn.intent == YES and turn.resumes(found.task)


REPLIES: dict[str, Reply] = {"dropped": answered}
