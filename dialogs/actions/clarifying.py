"""The questions that a walk through a procedure asks first: which case is the caller's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.actions import cases, hearing
from dialogs.actions.answering import ATTEMPTS, CHOICES, GOODBYE, NO, YES
from dialogs.actions.moves import Kind, move
from dialogs.actions.turn import Turn
from services.procedures import Aspect, Procedure
from services.procedures.clarify import BY_CASE, Question, chosen_option, questions
from services.procedures.wording import lower
from voicebot.expectation import Expectation

State = Mapping[str, Any]  # code, chosen; of the open question: question, page, attempts

TASK = "guide"
# Intents that an answer or a word of a walk may be taken for; others are questions of their own.
OWN = {
    *("buoc_tiep", "buoc_truoc", "buoc_may", YES, NO, GOODBYE, "chon", "hoi_huong_dan", "noi_lai"),
    *("khong_ro", "nlu_fallback", "tan_gau"),
}


def settle(turn: Turn, state: State) -> State | None:
    """What is known once nothing is left to ask; None when this turn asks, or has nothing to tell in this case."""
    procedure = procedure_of(turn, state)
    for question in questions(procedure):
        option = chosen_option(question, state["chosen"])
        if option and option.instead:
            return _instead(turn, option.instead, option.instead_name)
        if question.text not in state["chosen"]:
            return _ask(turn, question, state)
    return state


def heard(turn: Turn, asked: State) -> State | None:
    """What is known after the answer to a question, and perhaps to others; None when it was no answer."""
    asked_for = [each for each in questions(procedure_of(turn, asked)) if each.text == asked["question"]]
    known = {**asked, "chosen": {**asked["chosen"], **_told(turn, asked)}}
    if not asked_for:  # the record has changed in the meantime
        return known
    question, page = asked_for[0], asked["page"]
    yes = {YES: True, NO: False}.get(turn.intent)
    option = cases.reply(_shown(question, page), turn.text, yes, str(turn.entities.get("so", "")))
    if option is not None:
        return _decided(known, question, page * CHOICES + option)
    if question.text == BY_CASE and _wants_more(turn):
        return {**known, "page": page + 1}
    if turn.intent not in OWN and not hearing.does_not_know(turn.text):
        return None
    if hearing.does_not_know(turn.text) or asked["attempts"] + 1 >= ATTEMPTS:
        return _decided(known, question, None)
    return {**known, "attempts": asked["attempts"] + 1}


def can_walk(turn: Turn, code: str) -> bool:
    """Whether the record has something to walk through: its steps, or at least its papers."""
    answer = turn.backing.procedures.answer
    return any(answer(code, aspect).known for aspect in (Aspect.STEPS, Aspect.DOCUMENTS))


def procedure_of(turn: Turn, state: State) -> Procedure:
    procedure = turn.backing.procedures.get(state["code"])
    assert procedure is not None, state["code"]  # procedures are withdrawn, never taken out
    return procedure


def _told(turn: Turn, asked: State) -> cases.Chosen:
    return cases.told(questions(procedure_of(turn, asked)), turn.text)


def _decided(state: State, question: Question, option: int | None) -> State:
    return {**state, "chosen": {**state["chosen"], question.text: option}}


def _wants_more(turn: Turn) -> bool:
    wanted = move(turn.text)
    return turn.intent in (NO, "buoc_tiep") or (wanted is not None and wanted.kind is Kind.NEXT)


def _shown(question: Question, page: int) -> Question:
    """Of a record's own cases as many as can be kept in mind; those of a question are named by it."""
    if question.text != BY_CASE:
        return question
    return question.model_copy(update={"options": question.options[page * CHOICES : (page + 1) * CHOICES]})


def _ask(turn: Turn, question: Question, state: State) -> State | None:
    same = state.get("question") == question.text
    page, attempts = (state["page"], state["attempts"]) if same else (0, 0)
    shown = _shown(question, page)
    if not shown.options:  # it is none of the record's cases
        return settle(turn, _decided(state, question, None))
    known = {"task": TASK, "code": state["code"], "chosen": dict(state["chosen"])}
    needs = {**known, "question": question.text, "page": page, "attempts": attempts}
    if question.text == BY_CASE:
        choices = "; ".join(turn.word("choice_item", n=n, name=each.name) for n, each in enumerate(shown.options, 1))
        turn.ask("guide_which_case", Expectation.CHOICE, "guide_case", needs, choices=choices)
    else:
        expects = Expectation.YES_NO if question.yes_no else Expectation.CHOICE
        said = lower(question.text).removesuffix("?").strip().removesuffix("ạ").strip()
        turn.ask("guide_question", expects, "guide_case", needs, question=said)
    return None


def _instead(turn: Turn, code: str, name: str) -> State | None:
    """In this case another procedure is done."""
    turn.record("guide", f"instead {code}")
    other = turn.backing.procedures.get(code)
    if other and can_walk(turn, code):
        turn.memory.procedure = code
        turn.say("guide_instead", name=other.spoken_name)
        return settle(turn, {"code": code, "chosen": cases.told(questions(other), turn.text)})
    turn.say("guide_instead_unknown", name=name)
    turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "unknown_fact"})
    return None
