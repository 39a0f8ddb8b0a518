"""Answers to what the bot has asked. Each says whether the turn was one; if not, it is taken for itself."""

from __future__ import annotations

from dialogs.actions import (
    address,
    call_back,
    complaints,
    dossiers,
    dropped,
    fields,
    forms,
    guide,
    hand_over,
    hearing,
    legal,
    message,
    questions,
    queue_answers,
    queue_held,
    repair,
    scams,
    survey,
)
from dialogs.actions.answering import CERTAIN, NO, NO_MORE, UNCLEAR, YES, Asked, Reply
from dialogs.actions.turn import DOUBTFUL, URGENT, Turn
from voicebot.expectation import Expectation

# What "ừ, nhờ cô ấy tìm cho", "được, cứ gọi bác" may be taken for.
MAY_BE_YES = {"cho_doi", "goi_lai", "doi_xung_ho", "tan_gau", "ngoai_pham_vi", *UNCLEAR}
CONSENTS = {"form_consent", "report_consent"}  # nobody agrees to them by "ờ, thế là thế nào"
NO_PROCEDURES = {"ticket", *hand_over.PHONE.replies, *survey.REPLIES}  # a "no" to these names none


def plainly(turn: Turn) -> bool:
    """Whether a yes-or-no question is answered by key, or by a first word that says more than an intent that is not
    certain.
    """
    if survey.plainly(turn):
        return True
    expected = turn.asked and turn.asked["expects"] == Expectation.YES_NO
    if not expected or turn.intent in URGENT:
        return False
    answer = True if hearing.saves(turn.text) else hearing.keyed(turn.text)
    if answer is None and turn.intent_confidence < CERTAIN:
        answer = hearing.yes_no(turn.text)
    may_be = turn.intent in MAY_BE_YES and not address.requested(turn.text)
    vague = turn.intent in UNCLEAR and turn.asked and turn.asked["what"] in CONSENTS
    if answer is None and may_be and not vague:
        answer = hearing.firmly(turn.text)
    if answer is not None:
        turn.intent = YES if answer else NO
    return answer is not None


def doubtful(turn: Turn) -> bool:
    """Whether the words are more likely an answer than the business that they are taken for."""
    return turn.asked is not None and turn.intent != "khan_cap" and turn.intent_confidence < DOUBTFUL


def answers(turn: Turn) -> bool:
    """Whether the turn answered the open question; then it has been dealt with."""
    asked = turn.asked
    if not asked:
        return False
    turn.memory.awaiting = None
    if "task" not in asked and asked["what"] not in NO_PROCEDURES and meant_instead(turn):
        return True
    if REPLIES[asked["what"]](turn, asked):
        return True
    turn.set_aside()
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


def choice(turn: Turn, asked: Asked) -> bool:
    choices = asked["choices"]
    aspect = questions.ASPECTS[turn.intent] if turn.intent in questions.PARTICULAR else asked["aspect"]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(choices))
    if index is None and turn.intent not in questions.PARTICULAR:
        index = hearing.by_name(turn.text, [f"{choice['name']} {choice['difference']}" for choice in choices])
    if index is not None:
        turn.intent = turn.intent if turn.intent in questions.ASPECTS else "chon"
        turn.record("choose", choices[index]["code"])
        questions.take_up(turn, choices[index]["code"], aspect)
        return True
    if turn.intent == NO:
        turn.ask("ask_procedure", Expectation.OPEN, "procedure", {"aspect": aspect})
    return turn.intent == NO


def more(turn: Turn, asked: Asked) -> bool:
    if turn.intent in (YES, "buoc_tiep"):
        questions.go_on(turn, asked["parts"], asked["source"], asked["offers_officer"])
        return True
    return declined(turn)


def person(turn: Turn, asked: Asked) -> bool:
    if turn.intent == YES:
        hand_over.hand_over(turn, asked["reason"], asked.get("about"))
        return True
    return declined(turn)


def ticket(turn: Turn, asked: Asked) -> bool:
    if turn.intent in (YES, "cung_cap_sdt"):
        hand_over.leave_ticket(turn, asked["kind"], asked["summary"])
        return True
    if turn.intent == "cung_cap_sdt":  # a yes that already answers the next question
        return hand_over.PHONE.answered_already(turn, asked)
    return declined(turn)


def declined(turn: Turn) -> bool:
    if turn.intent in NO_MORE:
        turn.anything_else()
        return True
    return False


def anything(turn: Turn, asked: Asked) -> bool:
    if turn.intent == NO and hearing.is_correction(turn.text):
        turn.memory.procedure = None
        turn.ask("ask_procedure", Expectation.OPEN, "procedure", {"aspect": turn.memory.aspect})
    elif turn.intent == NO:
        survey.goodbye(turn)
    elif turn.intent == YES:
        turn.ask("yes_what", Expectation.OPEN)
    else:
        return False
    return True


def resume(turn: Turn, asked: Asked) -> bool:
    """Whether to go on with the task that something else came in between."""
    if turn.intent in (YES, "buoc_tiep"):
        return guide.resumes(turn) or turn.resumes(asked["paused"])
    if turn.intent in NO_MORE:
        turn.memory.paused = None
        turn.anything_else()
        return True
    paused = turn.memory.paused
    if paused and REPLIES[paused["awaiting"]["what"]](turn, paused["awaiting"]):  # goes on without saying so
        turn.memory.paused = None
        return True
    return False


def procedure(turn: Turn, asked: Asked) -> bool:
    """Which procedure: its name alone is enough, whatever the intent seems to be."""
    if turn.intent in questions.PARTICULAR or not questions.named(turn, asked["aspect"]):
        return False
    turn.intent = "hoi_thu_tuc"
    return True


REPLIES: dict[str, Reply] = {
    "choice": choice,
    "more": more,
    "person": person,
    "ticket": ticket,
    "anything": anything,
    "procedure": procedure,
    "resume": resume,
    **hand_over.PHONE.replies,
    **complaints.REPLIES,
    **scams.REPLIES,
    **message.REPLIES,
    **call_back.REPLIES,
    **survey.REPLIES,
    **dropped.REPLIES,
    **dossiers.REPLIES,
    **guide.REPLIES,
    **fields.REPLIES,
    **legal.REPLIES,
    **forms.REPLIES,
    **queue_answers.REPLIES,
    **queue_held.REPLIES,
}
