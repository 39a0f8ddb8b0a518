"""What callers answer while they take a queue number or change one: more than was asked, something else, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from dialogs.actions import hand_over, hearing, questions, queue
from dialogs.actions.answering import ATTEMPTS, CERTAIN, GOODBYE, NO, UNCLEAR, YES, Asked, Reply
from dialogs.actions.turn import Turn
from dialogs.actions.visit import Visit, hear
from language.vi import is_question

TOLD_BY = {"ward": {"wards"}, "day": {"day", "soonest"}, "session": {"session", "day", "soonest"}}
STOPS = {GOODBYE, "huy_so_thu_tu"}
# Intents that an answer may be taken for; with others the caller asks something in between.
ANSWERS = {
    *("nlu_fallback", "khong_ro", "chon", "cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "dat_so_thu_tu"),
    *("doi_so_thu_tu", "hoi_thu_tuc", YES, NO),
}


def told(turn: Turn, asked: Asked) -> bool:
    """An answer to one of the questions, which may tell more than was asked, or something else."""
    slot, before = asked["slot"], Visit.of(asked)
    visit = hear(turn, before, slot)
    if asks_in_between(turn) and not (slot == "procedure" and visit.heard and not is_question(turn.text)):
        return False
    if visit.heard and visit != before:
        turn.intent = "dat_so_thu_tu" if not visit.number else "doi_so_thu_tu"
        failures = 0 if TOLD_BY.get(slot, set(visit.heard)) & set(visit.heard) else asked["failures"]
        queue.go_on(turn, visit, failures)
    elif slot == "correction" and (part := hearing.part_of_visit(turn.text)):
        queue.ask(turn, _without(visit, part), part)
    elif stops(turn):
        queue.drop(turn, visit)
    elif turn.intent not in ANSWERS and turn.intent_confidence >= CERTAIN:
        return False
    elif slot == "procedure":
        queue.go_on(turn, visit)  # a number can be had without it
    else:
        _failed(turn, visit, slot, asked["failures"] + 1)
    return True


def which_ward(turn: Turn, asked: Asked) -> bool:
    visit, names = Visit.of(asked), [str(ward) for ward in asked["visit"]["wards"]]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(names))
    index = hearing.by_name(turn.text, names) if index is None else index
    if index is not None:
        queue.go_on(turn, replace(visit, wards=(names[index],)))
        return True
    return told(turn, {**asked, "slot": "ward", "visit": {**asked["visit"], "wards": ()}})


def _phone(reply: Reply) -> Reply:
    """An answer to the question for a number may tell something else of the visit, or take it back."""

    def answered(turn: Turn, asked: Asked) -> bool:
        visit = hear(turn, Visit.of(asked), "phone")
        if asks_in_between(turn):
            return False
        if visit.heard and "phone" not in visit.heard and turn.intent not in (YES, NO):
            queue.go_on(turn, visit)
            return True
        return reply(turn, asked)

    return answered


def offered(turn: Turn, asked: Asked) -> bool:
    """Whether the caller takes the time that is nearest to the one wanted."""
    visit = hear(turn, Visit.of(asked))
    if asks_in_between(turn):
        return False
    if visit.heard and not (turn.intent == YES and visit.agrees(asked["start"])):
        queue.go_on(turn, visit)
    elif turn.intent == YES:
        queue.go_on(turn, visit.at(datetime.fromisoformat(asked["start"])))
    elif turn.intent == NO:
        queue.ask(turn, replace(visit, day=None, session=None, time=None, soonest=False), "day")
    elif stops(turn):
        queue.drop(turn, visit)
    else:
        return False
    return True


def confirmed(turn: Turn, asked: Asked) -> bool:
    """Only a yes books. A correction is taken up, a mere no is asked what is wrong."""
    before = Visit.of(asked)
    visit = hear(turn, before)
    if asks_in_between(turn):
        return False
    if turn.intent == YES and (not visit.heard or visit.agrees(before.start)):
        queue.settle(turn, before)
    elif visit.heard:
        queue.go_on(turn, visit)
    elif part := hearing.part_of_visit(turn.text):
        queue.ask(turn, _without(visit, part), part)
    elif turn.intent in STOPS or (turn.intent == NO and hearing.gives_up(turn.text, said_no=True)):
        queue.drop(turn, visit)
    elif turn.intent == NO:
        queue.ask(turn, visit, "correction")
    else:
        return False
    return True


def asks_in_between(turn: Turn) -> bool:
    """Whether the turn is a question of its own, though it may name a place or a day."""
    asks = turn.intent in questions.PARTICULAR | {"hoi_gio_lam_viec"}
    return asks and hearing.asks(turn.text) and not hearing.any_time(turn.text)


def stops(turn: Turn) -> bool:
    if turn.intent in UNCLEAR:
        return hearing.firmly(turn.text) is False
    return turn.intent in STOPS or (turn.intent == NO and not hearing.does_not_know(turn.text))


def _failed(turn: Turn, visit: Visit, slot: str, failures: int) -> None:
    if failures >= ATTEMPTS:
        hand_over.hand_over(turn, "not_understood")
    else:
        queue.ask(turn, visit, slot, failures)


def _without(visit: Visit, part: str) -> Visit:
    """Without what the caller says is wrong."""
    gone: dict[str, dict[str, Any]] = {
        "ward": {"wards": (), "start": None},
        "day": {"day": None, "session": None, "time": None, "soonest": False, "start": None},
        "session": {"session": None, "time": None, "start": None, "soonest": False},
        "procedure": {"procedure": None, "group": None},
        "phone": {"phone": None, "phone_sure": False},
    }
    return replace(visit, **gone[part])


REPLIES: dict[str, Reply] = {
    "queue_told": told,
    "queue_which_ward": which_ward,
    **{name: _phone(reply) for name, reply in queue.PHONE.replies.items()},
    "queue_offered": offered,
    "queue_confirmed": confirmed,
}
