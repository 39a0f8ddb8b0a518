"""To a person: at once while somebody is on duty, by a ticket and a call back otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.actions.turn import Turn
from language.vi.digits import parse_digits, parse_phone
from voicebot.expectation import Expectation

HAND_OVER = "hand_over"  # kind of the ticket that stands for a person
MAY_BE_DIGITS = {
    *("nlu_fallback", "khong_ro", "cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "chon"),
    *("khang_dinh", "phu_dinh", "ket_thuc"),
}
ATTEMPTS = 2  # at a phone number; then the ticket goes without one
PHONE_DIGITS = 10


def asked_for(turn: Turn) -> None:
    unreachable = turn.entities.get("khong_gap")
    if unreachable:
        leave_ticket(turn, HAND_OVER, summary(turn), str(unreachable))
    else:
        hand_over(turn, "asked")


def hand_over(turn: Turn, reason: str) -> None:
    turn.memory.failures = 0
    target = turn.backing.duty.on_duty(turn.now) if turn.can_be_put_through else None
    if target is None:
        leave_ticket(turn, HAND_OVER, summary(turn), reason)
        return
    turn.handed_over = True
    turn.record("hand_over", reason)
    turn.say("hand_over", interruptible=False)
    turn.command("hand_over", target=target, reason=reason, summary=summary(turn))
    turn.end()


def leave_ticket(turn: Turn, kind: str, summary: str, reason: str | None = None) -> None:
    """Opens a ticket for an officer to call back, once it is known where."""
    if kind == HAND_OVER and turn.memory.ticket:
        turn.say("ticket_waits", ticket=turn.memory.ticket)
        turn.anything_else()
        return
    wanted = {"kind": kind, "summary": summary, "reason": reason}
    caller = parse_phone(turn.caller or "")
    if caller:
        _open(turn, wanted, caller, "hand_over_ticket" if kind == HAND_OVER else "ticket_done")
        return
    if kind == HAND_OVER:
        turn.say("nobody_on_duty" if turn.can_be_put_through else "cannot_put_through")
    turn.ask("ask_phone", Expectation.DIGITS, "phone", {**wanted, "digits": "", "attempts": 0})


def phone(turn: Turn, asked: Mapping[str, Any]) -> bool:
    """A number, perhaps in pieces. Whoever will not give one leaves the ticket without."""
    wanted = _wanted(asked)
    heard = parse_digits(turn.text)
    so_far = asked["digits"] + heard
    number = parse_phone(turn.text) or parse_phone(so_far)
    if number:
        turn.intent = "cung_cap_sdt"
        turn.ask("confirm_phone", Expectation.YES_NO, "phone_right", {**wanted, "phone": number}, phone=grouped(number))
    elif turn.intent not in MAY_BE_DIGITS and not turn.text.strip().isdigit():
        return False
    elif heard and len(so_far) < PHONE_DIGITS:
        turn.intent = "cung_cap_sdt"
        needs = {**wanted, "digits": so_far, "attempts": asked["attempts"]}
        turn.ask("phone_more", Expectation.DIGITS, "phone", needs)
    elif turn.intent in ("phu_dinh", "ket_thuc") or asked["attempts"] + 1 >= ATTEMPTS:
        _open(turn, wanted, None, "ticket_done")
    else:
        needs = {**wanted, "digits": "", "attempts": asked["attempts"] + 1}
        turn.ask("phone_again", Expectation.DIGITS, "phone", needs)
    return True


def phone_right(turn: Turn, asked: Mapping[str, Any]) -> bool:
    wanted = _wanted(asked)
    corrected = parse_phone(turn.text)
    if corrected:
        return phone(turn, {**wanted, "digits": "", "attempts": 0})
    if turn.intent == "khang_dinh":
        _open(turn, wanted, asked["phone"], "ticket_done")
    elif turn.intent == "phu_dinh":
        turn.ask("phone_again", Expectation.DIGITS, "phone", {**wanted, "digits": "", "attempts": 1})
    else:
        return False
    return True


def summary(turn: Turn) -> str:
    """What an officer needs to know before speaking to the caller."""
    name = turn.procedure_name
    aspect = turn.memory.aspect and turn.backing.prompts.name("aspects", turn.memory.aspect)
    said = turn.text
    if not said.strip("0 "):
        return turn.word("summary_person_procedure", name=name) if name else turn.word("summary_person")
    if name and aspect:
        return turn.word("summary_procedure", name=name, aspect=aspect, said=said)
    return turn.word("summary", said=said)


def grouped(number: str) -> str:
    """As it is read back: 4-3-3."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def _open(turn: Turn, wanted: Mapping[str, Any], number: str | None, key: str) -> None:
    details = {"reason": wanted["reason"], "procedure": turn.memory.procedure, "aspect": turn.memory.aspect}
    ticket = turn.backing.tickets.open(
        wanted["kind"], wanted["summary"], phone=number, call_id=turn.call_id, details=details
    )
    turn.record("ticket", ticket.id)
    if wanted["kind"] == HAND_OVER:
        turn.memory.ticket = ticket.id
    turn.handed_over = wanted["kind"] == HAND_OVER
    turn.say(key, ticket=ticket.id)
    if number:
        turn.say("callback_promised")
    turn.anything_else()


def _wanted(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the ticket is to hold, kept along while its phone number is asked for."""
    return {name: asked[name] for name in ("kind", "summary", "reason")}
