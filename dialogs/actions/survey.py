"""The end of a call: after one that has helped, at most three questions about it, if the caller agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialogs.actions import hearing, questions
from dialogs.actions.answering import ATTEMPTS, CERTAIN, GOODBYE, NO, NO_MORE, YES, Asked, Reply
from dialogs.actions.turn import URGENT, Turn
from voicebot.expectation import Expectation

# Things done in a call, by the name under which they are recorded, that are no help to anybody.
HELPLESS = {"search", "fallback", "no_input", "insult", "emergency", "hand_over", "survey", "choose"}
NO_RESULT = {"unknown", "not_yet", "none", "cancelled"}
BRIEF = 5  # syllables: "nói chậm lại giúp bác" is no comment yet
_VAGUE = {"nlu_fallback", "khong_ro", YES, "chon", "danh_gia"}


def helped(actions: Sequence[Mapping[str, str]]) -> bool:
    return any(done["name"] not in HELPLESS and done["result"] not in NO_RESULT for done in actions)


def goodbye(turn: Turn) -> None:
    if _may_ask(turn):
        turn.memory.surveyed = True
        turn.ask("survey_offer", Expectation.YES_NO, "survey_offer")
    else:
        part(turn)


def _may_ask(turn: Turn) -> bool:
    """Never twice in a call, nor of somebody in need, in grief or in anger."""
    memory = turn.memory
    welcome = memory.helped and not (memory.urgent or memory.insults or memory.condoled)
    return turn.backing.asks_survey and welcome and not memory.surveyed


def part(turn: Turn) -> None:
    turn.say("goodbye")
    turn.command("hang_up")
    turn.end()


def asked_for(turn: Turn) -> None:
    """A caller who wants to say how it was does not have to agree first."""
    value = hearing.rating(turn.text)
    if turn.memory.surveyed:
        turn.say("survey_done_already")
        turn.anything_else()
    elif value is not None:
        _rated(turn, value)
    else:
        turn.memory.surveyed = True
        turn.ask("survey_mark", Expectation.DIGITS, "survey_mark", {"attempts": 0})


def plainly(turn: Turn) -> bool:
    """Whether the words answer a question of the survey, though they might be about how the call goes as well."""
    what = turn.asked and turn.asked["what"]
    if what == "survey_understood":
        return hearing.understood(turn.text) is not None
    return what == "survey_comment" and len(turn.text.split()) > BRIEF and turn.intent not in URGENT


def offer(turn: Turn, asked: Asked) -> bool:
    value = hearing.rating(turn.text) if turn.intent == "danh_gia" else None  # "ba câu thôi nhé" is no mark
    if value is not None:
        _rated(turn, value)
    elif turn.intent in (YES, "danh_gia"):
        turn.ask("survey_mark", Expectation.DIGITS, "survey_mark", {"attempts": 0})
    elif turn.intent in NO_MORE:
        part(turn)
    else:
        return False
    return True


def mark(turn: Turn, asked: Asked) -> bool:
    value = hearing.rating(str(turn.entities.get("so", turn.text)))
    if value is not None:
        _rated(turn, value)
    elif turn.intent in NO_MORE:
        _thank(turn)
    elif turn.intent not in _VAGUE and not turn.text.strip().isdigit():
        return False
    elif asked["attempts"] + 1 >= ATTEMPTS:
        turn.ask("survey_understood", Expectation.CHOICE, "survey_understood", {"attempts": 0})
    else:
        turn.ask("survey_mark_again", Expectation.DIGITS, "survey_mark", {"attempts": asked["attempts"] + 1})
    return True


def _rated(turn: Turn, value: int) -> None:
    turn.memory.surveyed = True
    turn.backing.survey.rate(turn.call_id, value, turn.now, turn.memory.procedure)
    turn.record("survey", f"satisfaction {value}")
    turn.ask("survey_understood", Expectation.CHOICE, "survey_understood", {"attempts": 0})


def understood(turn: Turn, asked: Asked) -> bool:
    """Keys as at any choice: 1 is yes, 2 is no."""
    said = {"1": True, "2": False}.get(turn.text.strip())
    if said is None:
        said = hearing.understood(turn.text)
    if said is None:
        said = {YES: True, NO: False}.get(turn.intent)
    if said is not None:
        turn.backing.survey.tell_understood(turn.call_id, said, turn.now)
        turn.record("survey", "understood" if said else "not_understood")
        turn.ask("survey_comment", Expectation.OPEN, "survey_comment")
    elif turn.intent == GOODBYE:
        _thank(turn)
    elif turn.intent not in _VAGUE:
        return False
    elif asked["attempts"] + 1 >= ATTEMPTS:
        turn.ask("survey_comment", Expectation.OPEN, "survey_comment")
    else:
        turn.ask("survey_understood", Expectation.CHOICE, "survey_understood", {"attempts": asked["attempts"] + 1})
    return True


def comment(turn: Turn, asked: Asked) -> bool:
    """Whatever is said, unless it is nothing, or a new question that the caller surely has."""
    if turn.intent in questions.ASPECTS and turn.intent_confidence >= CERTAIN:
        return False
    nothing = hearing.yes_no(turn.text) is False or turn.intent == GOODBYE
    if turn.text.strip() and not nothing:
        turn.backing.survey.comment(turn.call_id, turn.text, turn.now)
        turn.record("survey", "comment")
    _thank(turn)
    return True


def _thank(turn: Turn) -> None:
    turn.say("survey_thanks")
    part(turn)


REPLIES: dict[str, Reply] = {
    "survey_offer": offer,
    "survey_mark": mark,
    "survey_understood": understood,
    "survey_comment": comment,
}
