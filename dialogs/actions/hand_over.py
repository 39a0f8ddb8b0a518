"""To a person: at once while somebody is on duty, by a ticket and a call back otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.actions.answering import kept
from dialogs.actions.phone import PhoneQuestion
from dialogs.actions.turn import DOUBTFUL, Turn
from language.vi.digits import parse_phone
from services.tickets import Kind
from voicebot.expectation import Expectation

HAND_OVER = Kind.HAND_OVER.value  # kind of the ticket that stands for a person


def asked_for(turn: Turn) -> None:
    turn.set_aside()
    unreachable = turn.entities.get("khong_gap")
    if unreachable:
        leave_ticket(turn, HAND_OVER, summary(turn), str(unreachable))
    elif turn.intent_confidence < DOUBTFUL:
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "asked"})
    else:
        hand_over(turn, "asked")


def hand_over(turn: Turn, reason: str, about: str | None = None) -> None:
    """`about` is what the officer reads, in place of the caller's words."""
    turn.memory.failures = 0
    about = about or summary(turn)
    target = turn.backing.duty.on_duty(turn.now) if turn.can_be_put_through else None
    if target is None:
        leave_ticket(turn, HAND_OVER, about, reason)
        return
    turn.handed_over = True
    turn.record("hand_over", reason)
    turn.say("hand_over", interruptible=False)
    turn.command("hand_over", target=target, reason=reason, summary=about)
    turn.end()


def leave_ticket(turn: Turn, kind: str, summary: str, reason: str | None = None) -> None:
    """Opens a ticket for an officer to call back, once it is known where."""
    if kind == HAND_OVER and turn.memory.ticket:
        turn.say("ticket_waits", ticket=turn.memory.ticket)
        turn.anything_else()
        return
    wanted = {"kind": kind, "summary": summary, "reason": reason, "slots": _slots(turn)}
    caller = parse_phone(turn.caller or "")
    if turn.intent == "cung_cap_sdt":  # a yes that already answers the next question
        PHONE.answered_already(turn, wanted)
        return
    if caller:
        _open_ticket(turn, wanted, caller, "hand_over_ticket" if kind == HAND_OVER else "ticket_done")
        return
    if kind == HAND_OVER:
        turn.say("nobody_on_duty" if turn.can_be_put_through else "cannot_put_through")
    PHONE.ask(turn, wanted)


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


def _slots(turn: Turn) -> dict[str, Any]:
    """What the call had come to know, an unfinished report or form among it."""
    question = turn.asked or (turn.memory.paused or {}).get("awaiting") or {}
    known = kept(question, "task")
    return {"procedure": turn.memory.procedure, "aspect": turn.memory.aspect, **known}


def _called_back(turn: Turn, wanted: Mapping[str, Any], number: str | None) -> None:
    """Whoever will not give a number leaves the ticket without."""
    _open_ticket(turn, wanted, number, "ticket_done")


def _open_ticket(turn: Turn, wanted: Mapping[str, Any], number: str | None, key: str) -> None:
    details = {"reason": wanted["reason"], "slots": wanted["slots"], "transcript": turn.transcript()}
    ticket = turn.backing.tickets.open(
        wanted["kind"], wanted["summary"], phone=number, call_id=turn.call_id, details=details, now=turn.now
    )
    turn.record("ticket", ticket.id)
    if wanted["kind"] == HAND_OVER:
        turn.memory.ticket = ticket.id
    turn.handed_over = wanted["kind"] == HAND_OVER
    turn.say(key, ticket=ticket.id)
    if number:
        turn.say("callback_promised")
    turn.anything_else()


PHONE = PhoneQuestion("phone", "ask_phone", _called_back)
