"""Taking a number for the queue of a ward's service point, and what a change of it has in common with that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dialogs.actions import hand_over, hearing, questions
from dialogs.actions.turn import Turn
from dialogs.actions.visit import (
    Visit,
    day_name,
    errand_name,
    fitting,
    group_of,
    hear,
    like_before,
    moment_name,
    nearest,
    number_name,
    old_district,
    ward_name,
)
from language.vi import parse_digits, parse_phone
from services.queue import NotOffered, SlotFull, TooManyBookings
from voicebot.expectation import Expectation

Awaited = Mapping[str, Any]

BOOKING, CHANGING = "queue_booking", "queue_changing"  # tasks
FAILURES = 2  # at one question; then a person
CERTAIN = 0.7  # confidence of an intent that is taken for itself
# How each thing is asked for, and asked for again.
QUESTIONS = {
    "ward": ("queue_ask_ward", "queue_ward_again", Expectation.ADDRESS),
    "day": ("queue_ask_day", "queue_day_again", Expectation.DATE),
    "session": ("queue_ask_session", "queue_session_again", Expectation.CHOICE),
    "procedure": ("queue_ask_procedure", "queue_ask_procedure", Expectation.OPEN),
    "phone": ("queue_ask_phone", "queue_phone_again", Expectation.DIGITS),
    "correction": ("queue_ask_correction", "queue_ask_correction", Expectation.OPEN),
}
TOLD_BY = {"ward": {"wards"}, "day": {"day", "soonest"}, "session": {"session", "day", "soonest"}}
YES, NO = "khang_dinh", "phu_dinh"
STOPS = {"ket_thuc", "huy_so_thu_tu"}
# Intents that an answer may be taken for; with others the caller asks something in between.
ANSWERS = {
    *("nlu_fallback", "khong_ro", "chon", "cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "dat_so_thu_tu"),
    *("doi_so_thu_tu", "hoi_thu_tuc", YES, NO),
}


def book(turn: Turn) -> None:
    if turn.resumes(BOOKING):
        return
    code = turn.memory.procedure
    visit = hear(turn, Visit(procedure=code, group=group_of(turn, code)))
    go_on(turn, visit)


def go_on(turn: Turn, visit: Visit, failures: int = 0) -> None:
    """Asks for what is missing first, offers another time when the one wanted cannot be had, else sums up."""
    caller = parse_phone(turn.caller or "")
    if caller and not visit.phone:
        visit = replace(visit, phone=caller, phone_sure=True)
    visit = like_before(visit)
    if len(visit.wards) > 1:
        _ask_which_ward(turn, visit)
    elif not visit.wards:
        ask(turn, visit, "ward", failures)
    elif not visit.day and not visit.soonest:
        ask(turn, visit, "day", failures)
    elif not visit.start:
        _find_slot(turn, visit, failures)
    elif not visit.number and not visit.group and not visit.procedure_asked:
        ask(turn, replace(visit, procedure_asked=True), "procedure", failures)
    elif not visit.number and not visit.phone:
        ask(turn, visit, "phone", failures)
    elif not visit.number and not visit.phone_sure:
        assert visit.phone
        needs = _needs(visit)
        turn.ask(
            "confirm_phone", Expectation.YES_NO, "queue_phone_right", needs, phone=hand_over.grouped(visit.phone)
        )
    else:
        _sum_up(turn, visit)


def ask(turn: Turn, visit: Visit, slot: str, failures: int = 0, digits: str = "") -> None:
    first, again, expects = QUESTIONS[slot]
    district = old_district(turn) if slot == "ward" else None
    needs = {**_needs(visit), "slot": slot, "failures": failures, "digits": digits}
    if district:
        turn.ask("queue_district", expects, "queue_told", needs, district=district)
        return
    last = day_name(turn, turn.backing.queue.calendar.last_day(turn.now))
    turn.ask("phone_more" if digits else again if failures else first, expects, "queue_told", needs, last=last)


def told(turn: Turn, asked: Awaited) -> bool:
    """An answer to one of the questions, which may tell more than was asked, or something else."""
    slot, visit = asked["slot"], hear(turn, Visit.of(asked), asked["slot"])
    if asks_in_between(turn):
        return False
    if slot == "phone" and not visit.heard:
        return _more_digits(turn, asked, visit)
    if visit.heard:
        turn.intent = "dat_so_thu_tu" if not visit.number else "doi_so_thu_tu"
        failures = 0 if TOLD_BY.get(slot, set(visit.heard)) & set(visit.heard) else asked["failures"]
        go_on(turn, visit, failures)
    elif slot == "correction" and (part := hearing.part_of_visit(turn.text)):
        ask(turn, _without(visit, part), part)
    elif stops(turn):
        drop(turn, visit)
    elif turn.intent not in ANSWERS and turn.intent_confidence >= CERTAIN:
        return False
    elif slot == "procedure":
        go_on(turn, visit)  # a number can be had without it
    else:
        _failed(turn, visit, slot, asked["failures"] + 1)
    return True


def which_ward(turn: Turn, asked: Awaited) -> bool:
    visit, names = Visit.of(asked), [str(ward) for ward in asked["visit"]["wards"]]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(names))
    index = hearing.by_name(turn.text, names) if index is None else index
    if index is not None:
        go_on(turn, replace(visit, wards=(names[index],)))
        return True
    return told(turn, {**asked, "slot": "ward", "visit": {**asked["visit"], "wards": ()}})


def phone_right(turn: Turn, asked: Awaited) -> bool:
    visit = Visit.of(asked)
    if turn.intent == YES:
        go_on(turn, replace(visit, phone_sure=True))
    elif parse_phone(turn.text):
        go_on(turn, hear(turn, visit, "phone"))
    elif turn.intent == NO:
        ask(turn, replace(visit, phone=None), "phone", 1)
    else:
        return told(turn, {**asked, "slot": "phone", "failures": 1, "digits": ""})
    return True


def offered(turn: Turn, asked: Awaited) -> bool:
    """Whether the caller takes the time that is nearest to the one wanted."""
    visit = hear(turn, Visit.of(asked))
    if asks_in_between(turn):
        return False
    if visit.heard and not (turn.intent == YES and visit.agrees(asked["start"])):
        go_on(turn, visit)
    elif turn.intent == YES:
        go_on(turn, replace(visit, start=asked["start"], soonest=False, time=None, day=asked["start"][:10]))
    elif turn.intent == NO:
        ask(turn, replace(visit, day=None, session=None, time=None, soonest=False), "day")
    elif stops(turn):
        drop(turn, visit)
    else:
        return False
    return True


def confirmed(turn: Turn, asked: Awaited) -> bool:
    """Only a yes books. A correction is taken up, a mere no is asked what is wrong."""
    before = Visit.of(asked)
    visit = hear(turn, before)
    if asks_in_between(turn):
        return False
    if turn.intent == YES and (not visit.heard or visit.agrees(before.start)):
        _settle(turn, before)
    elif visit.heard:
        go_on(turn, visit)
    elif part := hearing.part_of_visit(turn.text):
        ask(turn, _without(visit, part), part)
    elif turn.intent in STOPS or (turn.intent == NO and hearing.says(turn.text, "given_up")):
        drop(turn, visit)
    elif turn.intent == NO:
        ask(turn, visit, "correction")
    else:
        return False
    return True


def asks_in_between(turn: Turn) -> bool:
    """Whether the turn is a question of its own, though it may name a place or a day."""
    asks = turn.intent in questions.PARTICULAR | {"hoi_gio_lam_viec"}
    return asks and hearing.says(turn.text, "question_words") and not hearing.says(turn.text, "soonest")


def stops(turn: Turn) -> bool:
    unsure = hearing.says(turn.text, "unknowing")
    return turn.intent in STOPS or (turn.intent == NO and not unsure)


def drop(turn: Turn, visit: Visit) -> None:
    turn.record("queue", "dropped")
    turn.say("queue_unchanged" if visit.number else "queue_dropped")
    turn.anything_else()


def _failed(turn: Turn, visit: Visit, slot: str, failures: int) -> None:
    if failures >= FAILURES:
        hand_over.hand_over(turn, "not_understood")
    else:
        ask(turn, visit, slot, failures)


def _more_digits(turn: Turn, asked: Awaited, visit: Visit) -> bool:
    """A telephone number in pieces."""
    heard = parse_digits(turn.text)
    digits = asked["digits"] + heard
    if number := parse_phone(digits):
        go_on(turn, replace(visit, phone=number, phone_sure=False))
    elif turn.intent not in hand_over.MAY_BE_DIGITS and not turn.text.strip().isdigit():
        return False
    elif heard and len(digits) < hand_over.PHONE_DIGITS:
        ask(turn, visit, "phone", asked["failures"], digits)
    elif not heard and stops(turn):
        drop(turn, visit)
    else:
        _failed(turn, visit, "phone", asked["failures"] + 1)
    return True


def _ask_which_ward(turn: Turn, visit: Visit) -> None:
    choices = "; ".join(turn.word("choice_item", n=n, name=ward_name(w)) for n, w in enumerate(visit.wards, 1))
    needs = {**_needs(visit), "failures": 0, "digits": ""}
    turn.ask("queue_which_ward", Expectation.CHOICE, "queue_which_ward", needs, choices=choices)


def _find_slot(turn: Turn, visit: Visit, failures: int) -> None:
    free = turn.backing.queue.free(visit.ward, turn.now)
    wanted = fitting(visit, free)
    if wanted and not (visit.session or visit.soonest) and len({slot.session for slot in wanted}) > 1:
        ask(turn, visit, "session", failures)
    elif wanted:
        go_on(turn, visit.in_slot(wanted[0]))
    elif instead := nearest(visit, free):
        last = turn.backing.queue.calendar.last_day(turn.now)
        needs = {**_needs(visit), "start": instead.start.isoformat()}
        when = moment_name(turn, instead.start)
        key = _why_not(turn, visit, last)
        turn.ask(key, Expectation.YES_NO, "queue_offered", needs, when=when, last=day_name(turn, last))
    else:
        turn.record("queue", "nothing_free")
        turn.say("queue_nothing_free", ward=ward_name(visit.ward))
        needs = {"kind": "dat_so_thu_tu", "summary": hand_over.summary(turn), "reason": None}
        turn.ask("offer_ticket", Expectation.YES_NO, "ticket", needs)


def _why_not(turn: Turn, visit: Visit, last: date) -> str:
    day = date.fromisoformat(visit.day) if visit.day else last
    if day > last:
        return "queue_offer_too_far"
    return "queue_offer_full" if turn.backing.queue.calendar.is_open(day) else "queue_offer_closed"


def _sum_up(turn: Turn, visit: Visit) -> None:
    when, ward, needs = moment_name(turn, visit.starts), ward_name(visit.ward), _needs(visit)
    errand = errand_name(turn, visit)
    if visit.number:
        number = number_name(visit.number)
        turn.ask(
            "queue_sum_up_change", Expectation.YES_NO, "queue_confirmed", needs, when=when, ward=ward, number=number
        )
    elif errand:
        turn.ask("queue_sum_up", Expectation.YES_NO, "queue_confirmed", needs, when=when, ward=ward, name=errand)
    else:
        turn.ask("queue_sum_up_any", Expectation.YES_NO, "queue_confirmed", needs, when=when, ward=ward)


def _settle(turn: Turn, visit: Visit) -> None:
    """Books or changes what was confirmed; somebody may have been quicker."""
    queue = turn.backing.queue
    try:
        if visit.number:
            booking = queue.move(visit.number, visit.ward, visit.starts, turn.now)
        else:
            assert visit.phone
            errand = (visit.group, visit.procedure)
            booking = queue.book(visit.ward, visit.starts, visit.phone, turn.now, *errand, turn.call_id)
    except (SlotFull, NotOffered):
        go_on(turn, replace(visit, start=None, time=visit.starts.time().isoformat()))
        return
    except TooManyBookings:
        turn.record("queue", "too_many")
        turn.say("queue_too_many")
        turn.anything_else()
        return
    number = number_name(booking.number)
    turn.record("queue", booking.number)
    if visit.number:
        turn.say("queue_changed", number=number, when=moment_name(turn, booking.start))
    else:
        turn.say("queue_booked", number=number)
    turn.anything_else()


def _needs(visit: Visit) -> dict[str, Any]:
    return {"task": CHANGING if visit.number else BOOKING, "visit": visit.kept()}


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


REPLIES: dict[str, Callable[[Turn, Awaited], bool]] = {
    "queue_told": told,
    "queue_which_ward": which_ward,
    "queue_phone_right": phone_right,
    "queue_offered": offered,
    "queue_confirmed": confirmed,
}
