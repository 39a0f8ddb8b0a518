"""Numbers that a caller already holds: found, cancelled, or taken up to be changed.

A number is found for the telephone that holds it. Whoever calls from another one has to tell both the telephone and the
number: either alone may be anybody's guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogs.actions import hand_over, hearing, queue, queue_answers
from dialogs.actions.answering import ATTEMPTS, CERTAIN, CHOICES, GOODBYE, NO, NO_MORE, YES, Asked, Reply
from dialogs.actions.turn import Turn
from dialogs.actions.visit import Visit, hear, moment_name, number_name, ward_name
from language.vi import parse_digits, parse_phone
from services.queue import Booking, QueueError
from voicebot.expectation import Expectation

CANCELLING = "queue_cancelling"  # task
MAY_IDENTIFY = queue_answers.ANSWERS | {"huy_so_thu_tu"}
FEWEST_DIGITS, MOST_DIGITS = 5, 9  # of a number


def cancel(turn: Turn) -> None:
    if not turn.resumes(CANCELLING):
        _find(turn, {"task": CANCELLING, "visit": Visit().kept()}, number_in(turn.text))


def change(turn: Turn) -> None:
    if not turn.resumes(queue.CHANGING):
        _find(turn, {"task": queue.CHANGING, "visit": hear(turn, Visit()).kept()}, number_in(turn.text))


def number_in(text: str) -> str | None:
    digits = "" if parse_phone(text) else parse_digits(text)
    return digits if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS else None


def identified(turn: Turn, asked: Asked) -> bool:
    """The number or the telephone that was asked for."""
    phone, number = parse_phone(turn.text), number_in(turn.text)
    if phone or number:
        turn.intent = "huy_so_thu_tu" if asked["task"] == CANCELLING else "doi_so_thu_tu"
        _find(turn, asked, number or asked["number"], phone or asked["phone"], asked["failures"])
    elif queue_answers.asks_in_between(turn):
        return False
    elif turn.intent == GOODBYE or (turn.intent == NO and not hearing.does_not_know(turn.text)):
        _keep(turn)
    elif turn.intent not in MAY_IDENTIFY and turn.intent_confidence >= CERTAIN:
        return False
    else:
        _not_found(turn, asked)
    return True


def which(turn: Turn, asked: Asked) -> bool:
    """One of the numbers that the caller holds."""
    numbers = asked["numbers"]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(numbers))
    number = numbers[index] if index is not None else number_in(turn.text)
    held = _held_at(turn, asked) if number is None else [turn.backing.queue.get(number)]
    if len(held) == 1 and held[0] and held[0].number in numbers:
        _take_up(turn, asked, held[0])
    elif turn.intent in NO_MORE:
        _keep(turn)
    else:
        return False
    return True


def cancelled(turn: Turn, asked: Asked) -> bool:
    if turn.intent in (YES, "huy_so_thu_tu"):
        try:
            turn.backing.queue.cancel(asked["number"], turn.now)
        except QueueError:
            turn.say("queue_over")
        else:
            turn.record("queue_cancelled", asked["number"])
            turn.say("queue_cancelled", number=number_name(asked["number"]))
        turn.anything_else()
    elif turn.intent in NO_MORE:
        _keep(turn)
    else:
        return False
    return True


def _find(turn: Turn, asked: Asked, number: str | None, phone: str | None = None, failures: int = 0) -> None:
    """Goes on with the number that is meant, or asks for what is needed to find it."""
    own = parse_phone(turn.caller or "")
    held = turn.backing.queue.list(own, after=turn.now) if own and phone in (None, own) else []
    if number and phone:
        held = turn.backing.queue.list(phone, after=turn.now)
    if number:
        held = [booking for booking in held if booking.number == number]
    needs = {"task": asked["task"], "visit": asked["visit"], "number": number, "phone": phone, "failures": failures}
    if len(held) == 1:
        _take_up(turn, needs, held[0])
    elif held:
        _ask_which(turn, needs, held[:CHOICES])
    elif number and phone:
        _not_found(turn, needs)
    elif number:
        turn.ask("queue_ask_holder", Expectation.DIGITS, "queue_identified", needs)
    elif phone:
        turn.ask("queue_ask_number", Expectation.DIGITS, "queue_identified", needs)
    else:
        turn.ask("queue_ask_which", Expectation.DIGITS, "queue_identified", needs)


def _not_found(turn: Turn, asked: Asked) -> None:
    failures = asked["failures"] + 1
    if failures >= ATTEMPTS:
        hand_over.hand_over(turn, "not_understood")
        return
    needs = {"task": asked["task"], "visit": asked["visit"], "number": None, "phone": None, "failures": failures}
    turn.ask("queue_not_found", Expectation.DIGITS, "queue_identified", needs)


def _ask_which(turn: Turn, needs: Asked, held: Sequence[Booking]) -> None:
    names = (f"{moment_name(turn, booking.start)} ở {ward_name(booking.ward)}" for booking in held)
    choices = "; ".join(turn.word("choice_item", n=n, name=name) for n, name in enumerate(names, 1))
    numbers = [booking.number for booking in held]
    needs = {**needs, "numbers": numbers}
    turn.ask("queue_which", Expectation.CHOICE, "queue_which", needs, choices=choices)


def _held_at(turn: Turn, asked: Asked) -> list[Booking | None]:
    """Those of the numbers offered that are for the day, hour or ward which the caller names."""
    told = hear(turn, Visit())
    held = [turn.backing.queue.get(number) for number in asked["numbers"]] if told.heard else []
    return [
        booking
        for booking in held
        if booking
        and (not told.day or booking.start.date().isoformat() == told.day)
        and (not told.session or booking.session == told.session)
        and (not told.wards or booking.ward in told.wards)
    ]


def _take_up(turn: Turn, asked: Asked, booking: Booking) -> None:
    number, ward = number_name(booking.number), ward_name(booking.ward)
    when = moment_name(turn, booking.start)
    if asked["task"] == CANCELLING:
        needs = {"task": CANCELLING, "visit": asked["visit"], "number": booking.number}
        turn.ask("queue_cancel", Expectation.YES_NO, "queue_cancelled", needs, number=number, ward=ward, when=when)
        return
    visit = Visit.of(asked)
    visit = replace(
        visit,
        wards=visit.wards or (booking.ward,),
        number=booking.number,
        was=booking.start.isoformat(),
        phone=booking.phone,
        phone_sure=True,
    )
    if visit.day or visit.session or visit.soonest or visit.wards != (booking.ward,):
        queue.go_on(turn, visit)
        return
    needs = {"task": queue.CHANGING, "visit": visit.kept(), "slot": "day", "failures": 0, "digits": ""}
    turn.ask("queue_change_to", Expectation.DATE, "queue_told", needs, number=number, ward=ward, when=when)


def _keep(turn: Turn) -> None:
    turn.record("queue", "unchanged")
    turn.say("queue_unchanged")
    turn.anything_else()


REPLIES: dict[str, Reply] = {
    "queue_identified": identified,
    "queue_which": which,
    "queue_cancelled": cancelled,
}
