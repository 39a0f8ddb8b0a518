"""A procedure walked through with the caller: papers and steps one at a time, at the caller's pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dialogs.actions import cases, clarifying, message_list
from dialogs.actions.answering import GOODBYE, NO, YES
from dialogs.actions.clarifying import OWN, TASK, State, can_walk, procedure_of
from dialogs.actions.moves import Kind, Move, move
from dialogs.actions.turn import Turn
from services.procedures import Aspect
from services.procedures.clarify import questions
from services.procedures.walk import PAPERS, Walk, walk
from voicebot.expectation import Expectation

MAY_TELL_CASE = OWN | {"hoi_ho_so", "hoi_dieu_kien", "hoi_thu_tuc"}
BY_INTENT = {
    "buoc_tiep": Kind.NEXT,
    YES: Kind.NEXT,
    "buoc_truoc": Kind.BACK,
    "buoc_may": Kind.WHERE,
    NO: Kind.STOP,
    GOODBYE: Kind.STOP,
}
SHORT = 4  # syllables of words that are a move whatever the intent is taken for


def begin(turn: Turn, code: str) -> bool:
    """Starts the walk, or goes on with the one that was left; False when the record has nothing to tell."""
    if resumes(turn, code):
        return True
    if not can_walk(turn, code):
        return False
    if _paused(turn):
        turn.memory.paused = None  # the walk through another procedure
    told = cases.told(questions(procedure_of(turn, {"code": code})), turn.text)
    _start(turn, {"code": code, "chosen": told})
    return True


def resumes(turn: Turn, code: str | None = None) -> bool:
    """Whether a walk was left (through `code`); then it goes on, to where the words of this turn want to go."""
    paused = _paused(turn)
    if not paused or (code and paused["code"] != code):
        return False
    if paused["what"] == "guide_case":
        return turn.resumes(TASK)
    turn.memory.paused = None
    _follow(turn, paused, _move(turn) or Move(Kind.AGAIN))
    return True


def named_step(turn: Turn) -> bool:
    """Whether "say that again" names a step of the walk; then it is told."""
    asked, wanted = turn.asked, move(turn.text)
    walking = asked and asked["what"] in ("guide_step", "message_offer")
    if not asked or not walking or not wanted or wanted.kind is not Kind.GO:
        return False
    turn.passing = False
    _follow(turn, asked, wanted)
    return True


def step(turn: Turn, asked: State) -> bool:
    """What is said after a piece of the walk: where to go, or what the caller's case is after all."""
    more = cases.told(questions(procedure_of(turn, asked)), turn.text) if turn.intent in MAY_TELL_CASE else {}
    wanted = _move(turn)
    if any(asked["chosen"].get(key) != option for key, option in more.items()):
        _start(turn, {"code": asked["code"], "chosen": {**asked["chosen"], **more}})
    elif wanted:
        _follow(turn, asked, wanted)
    else:
        return False
    return True


def case(turn: Turn, asked: State) -> bool:
    """The answer to a clarifying question."""
    wanted = move(turn.text)
    if turn.intent == GOODBYE or (wanted and wanted.kind is Kind.STOP and turn.text.strip() != "2"):
        _stop(turn)
        return True
    state = clarifying.heard(turn, asked)
    if state is None:
        return False
    _start(turn, state)
    return True


def offered(turn: Turn, asked: State) -> bool:
    """After the last step: whether a message is wanted, or to hear one of the steps again."""
    wanted = _move(turn)
    if wanted and wanted.kind in (Kind.BACK, Kind.GO, Kind.AGAIN, Kind.WHERE):
        _follow(turn, asked, wanted)
        return True
    return message_list.answer(turn, asked)


def _start(turn: Turn, state: State) -> None:
    settled = clarifying.settle(turn, state)
    if settled:
        _tell(turn, settled, 0)


def _follow(turn: Turn, state: State, wanted: Move) -> None:
    way = _walk(turn, state)
    at = min(state["at"], len(way.pieces) - 1)
    last = at + 1 == len(way.pieces)
    if wanted.kind is Kind.STOP:
        _stop(turn)
    elif wanted.kind is Kind.WHERE:
        _say_where(turn, way, at)
        _offer_next(turn, state, at, last)
    elif wanted.step is not None and wanted.step > way.steps:
        if way.steps:
            turn.say("guide_no_such_step", n=wanted.step, all=way.steps)
        else:
            turn.say("guide_no_steps")
        _offer_next(turn, state, at, last)
    else:
        _tell(turn, state, _goal(way, at, wanted))


def _say_where(turn: Turn, way: Walk, at: int) -> None:
    here = way.pieces[at].step
    if not way.steps:
        turn.say("guide_no_steps")
    elif here == PAPERS:
        turn.say("guide_at_papers", all=way.steps)
    else:
        turn.say("guide_at", n=here, all=way.steps)


def _goal(way: Walk, at: int, wanted: Move) -> int:
    if wanted.kind is Kind.NEXT:
        return at + 1
    if wanted.kind is Kind.BACK:
        return way.start(max(way.pieces[at].step - 1, PAPERS))
    if wanted.step is not None:
        return way.start(way.steps if wanted.step < 0 else wanted.step)
    return at


def _tell(turn: Turn, state: State, at: int) -> None:
    way = _walk(turn, state)
    at = min(at, len(way.pieces) - 1)
    turn.memory.procedure, turn.memory.aspect = state["code"], Aspect.STEPS
    turn.record("guide", f"step {way.pieces[at].step}")
    turn.tell(way.pieces[at].text, turn.backing.procedures.answer(state["code"], Aspect.STEPS).source)
    _offer_next(turn, state, at, last=at + 1 == len(way.pieces))


def _offer_next(turn: Turn, state: State, at: int, last: bool) -> None:
    needs = {"task": TASK, "code": state["code"], "chosen": dict(state["chosen"]), "at": at}
    if last:
        message_list.offer(turn, needs)
    else:
        turn.ask("guide_next", Expectation.YES_NO, "guide_step", needs)


def _stop(turn: Turn) -> None:
    turn.record("guide", "stopped")
    turn.say("guide_stopped")
    turn.anything_else()


def _move(turn: Turn) -> Move | None:
    """By the words, else by the intent; None when the turn is about something else."""
    if turn.intent not in OWN and len(turn.text.split()) > SHORT:
        return None
    by_intent = BY_INTENT.get(turn.intent)
    return move(str(turn.entities.get("so", turn.text))) or (Move(by_intent) if by_intent else None)


def _walk(turn: Turn, state: State) -> Walk:
    source = turn.backing.procedures.answer(state["code"], Aspect.STEPS).source
    return walk(procedure_of(turn, state), source, state["chosen"])


def _paused(turn: Turn) -> Mapping[str, Any] | None:
    awaiting: Mapping[str, Any] | None = (turn.memory.paused or {}).get("awaiting")
    return awaiting if awaiting and awaiting.get("task") == TASK else None


REPLIES: dict[str, Callable[[Turn, State], bool]] = {
    "guide_step": step,
    "guide_case": case,
    "message_offer": offered,
}
