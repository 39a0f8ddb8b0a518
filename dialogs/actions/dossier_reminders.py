"""Messages about a dossier: agreed upon, with a number to send them to, and stopped."""

from __future__ import annotations

from dialogs.actions import hearing
from dialogs.actions.answering import GOODBYE, NO, NO_MORE, YES, Asked
from dialogs.actions.phone import PhoneQuestion, grouped
from dialogs.actions.sending import mobile_caller
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.dossiers import Dossier
from voicebot.expectation import Expectation

TASK = "dossier_reminder"


def begin(turn: Turn, dossier: Dossier) -> None:
    """Asks for the number, or whether it is the one that the caller calls from."""
    needs = {"task": TASK, "code": dossier.code}
    number = mobile_caller(turn)
    if number:
        needs["phone"] = number
        turn.ask("dossier_remind_caller", Expectation.YES_NO, "dossier_phone_caller", needs, phone=grouped(number))
    else:
        PHONE.ask(turn, needs)


def offer(turn: Turn, asked: Asked) -> bool:
    """Whether the caller wants to be told."""
    if turn.intent in NO_MORE:
        turn.anything_else()
        return True
    if turn.intent not in (YES, "nhac_ho_so", "cung_cap_sdt") or hearing.stops_reminding(turn.text):
        return False
    needs = {"task": TASK, "code": asked["code"]}
    if parse_phone(turn.text):
        return PHONE.answered_already(turn, needs)
    dossier = turn.backing.dossiers.look_up.known(asked["code"])
    if dossier is None:
        return False
    begin(turn, dossier)
    return True


def phone_caller(turn: Turn, asked: Asked) -> bool:
    if parse_phone(turn.text):
        return PHONE.answered_already(turn, asked)
    if turn.intent == YES:
        _subscribe(turn, asked, asked["phone"])
    elif turn.intent == NO:
        PHONE.ask(turn, {"task": TASK, "code": asked["code"]})
    elif turn.intent == GOODBYE:
        _subscribe(turn, asked, None)
    else:
        return False
    return True


def stop(turn: Turn, code: str | None) -> bool:
    """Ends the messages about the dossier, or else all to the number that the caller calls from."""
    number = None if code else mobile_caller(turn)
    if not code and not number:
        return False
    ended = turn.backing.dossiers.reminders.cancel(turn.now, code=code, phone=number)
    turn.record("dossier_reminders_stopped", str(ended))
    turn.say("dossier_reminders_stopped" if ended else "dossier_reminders_none")
    turn.anything_else()
    return True


def _subscribe(turn: Turn, asked: Asked, number: str | None) -> None:
    dossier = turn.backing.dossiers.look_up.known(asked["code"]) if number else None
    if number is None or dossier is None:  # no number given, or the dossier was withdrawn since it was told
        turn.say("dossier_reminder_without")
    else:
        turn.backing.dossiers.reminders.subscribe(dossier, number, turn.now, turn.call_id)
        turn.record("dossier_reminder", "agreed")
        connected = turn.backing.outbox.telephone_channel in turn.backing.outbox.connected
        turn.say("dossier_reminder_done" if connected else "dossier_reminder_noted", phone=grouped(number))
    turn.anything_else()


PHONE = PhoneQuestion("dossier_phone", "dossier_ask_phone", _subscribe, mobile=True)
