"""Taking a number for the queue of a ward's service point, and what a change of it has in common with that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from dialogs.actions import hand_over, hearing, sending
from dialogs.actions.answering import NO_MORE, Asked
from dialogs.actions.phone import PhoneQuestion, is_mobile
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
from language.vi import parse_phone
from services.queue import Booking, NotOffered, QueueError, SlotFull, TooManyBookings
from voicebot.expectation import Expectation

BOOKING, CHANGING = "queue_booking", "queue_changing"  # tasks
# How each thing is asked for, and asked for again.
QUESTIONS = {
    "ward": ("queue_ask_ward", "queue_ward_again", Expectation.ADDRESS),
    "day": ("queue_ask_day", "queue_day_again", Expectation.DATE),
    "session": ("queue_ask_session", "queue_session_again", Expectation.CHOICE),
    "procedure": ("queue_ask_procedure", "queue_ask_procedure", Expectation.OPEN),
    "correction": ("queue_ask_correction", "queue_ask_correction", Expectation.OPEN),
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
        PHONE.read_back(turn, needs_of(visit), visit.phone)
    else:
        _sum_up(turn, visit)


def ask(turn: Turn, visit: Visit, slot: str, failures: int = 0) -> None:
    if slot == "phone":
        PHONE.ask(turn, needs_of(visit))
        return
    first, again, expects = QUESTIONS[slot]
    district = old_district(turn) if slot == "ward" else None
    needs = {**needs_of(visit), "slot": slot, "failures": failures}
    if district:
        turn.ask("queue_district", expects, "queue_told", needs, district=district)
        return
    last = day_name(turn, turn.backing.queue.calendar.last_day(turn.now))
    turn.ask(again if failures else first, expects, "queue_told", needs, last=last)


def _ask_which_ward(turn: Turn, visit: Visit) -> None:
    choices = "; ".join(turn.word("choice_item", n=n, name=ward_name(w)) for n, w in enumerate(visit.wards, 1))
    needs = {**needs_of(visit), "failures": 0}
    turn.ask("queue_which_ward", Expectation.CHOICE, "queue_which_ward", needs, choices=choices)


def _find_slot(turn: Turn, visit: Visit, failures: int) -> None:
    free = turn.backing.queue.free(visit.ward, turn.now)
    wanted = fitting(visit, free)
    if wanted and not (visit.session or visit.soonest) and len({slot.session for slot in wanted}) > 1:
        ask(turn, visit, "session", failures)
    elif wanted:
        go_on(turn, visit.at(wanted[0].start))
    elif instead := nearest(visit, free):
        last = turn.backing.queue.calendar.last_day(turn.now)
        needs = {**needs_of(visit), "start": instead.start.isoformat()}
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
    when, ward, needs = moment_name(turn, visit.starts), ward_name(visit.ward), needs_of(visit)
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


def settle(turn: Turn, visit: Visit) -> None:
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
    except QueueError as error:
        turn.record("queue", type(error).__name__)
        turn.say("queue_too_many" if isinstance(error, TooManyBookings) else "queue_over")
        turn.anything_else()
        return
    number = number_name(booking.number)
    turn.record("queue", booking.number)
    if visit.number:
        turn.say("queue_changed", number=number, when=moment_name(turn, booking.start))
    else:
        turn.say("queue_booked", number=number)
    _offer_message(turn, booking)


def _offer_message(turn: Turn, booking: Booking) -> None:
    if not is_mobile(booking.phone):
        turn.anything_else()
        return
    when = moment_name(turn, booking.start)
    text = turn.word("queue_message", number=booking.number, ward=booking.ward, when=when)
    key = f"queue:{booking.number}:{booking.start:%Y-%m-%dT%H:%M}"
    sending.offer(turn, "queue_message_offer", booking.phone, text, key)


def needs_of(visit: Visit) -> dict[str, Any]:
    return {"task": CHANGING if visit.number else BOOKING, "visit": visit.kept()}


def drop(turn: Turn, visit: Visit) -> None:
    turn.record("queue", "dropped")
    turn.say("queue_unchanged" if visit.number else "queue_dropped")
    turn.anything_else()


def _phoned(turn: Turn, asked: Asked, number: str | None) -> None:
    visit = Visit.of(asked)
    if number:
        go_on(turn, replace(visit, phone=number, phone_sure=True))
    elif turn.intent in NO_MORE and not hearing.does_not_know(turn.text):
        drop(turn, visit)
    else:
        hand_over.hand_over(turn, "not_understood")


PHONE = PhoneQuestion("queue_phone", "queue_ask_phone", _phoned)
