"""What the citizen register knows is filled in, once the caller has agreed and has said who they are."""

from __future__ import annotations

import logging
from datetime import date

from dialogs.actions.answering import NO, YES, Asked
from dialogs.actions.forms.state import OpenForm, phone
from dialogs.actions.forms.words import go_on
from dialogs.actions.turn import Turn
from services.database import DatabaseError
from services.forms import register
from services.forms.consents import wording
from services.forms.definitions import Form
from services.forms.filling import FormFilling
from services.forms.register import IdentityMismatch, RegisterError
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)


def helps(form: Form) -> bool:
    return any((slot.prefill or "").startswith("register.") for slot in form.slots.values())


def ask_consent(turn: Turn, form: OpenForm) -> None:
    """In the words whose proof is stored; nobody agrees to what was cut short."""
    notice, _, question = wording().text.rpartition(". ")
    turn.tell(f"{notice}.", interruptible=False)
    turn.ask_in((question, turn.word("consent_again")), Expectation.YES_NO, "form_consent", form.needs)


def consent(turn: Turn, asked: Asked) -> bool:
    form = OpenForm.of(asked)
    if turn.intent == YES:
        _agreed(turn, form)
    elif turn.intent == NO:
        turn.record("consent", "declined")
        turn.say("consent_declined")
    else:
        return False
    go_on(turn, form)
    return True


def look_up(turn: Turn, form: OpenForm) -> None:
    """Fills in what the register knows of the caller, who has been asked for number and birth date."""
    assert form.who
    known, form.who = form.who.values, None
    if not {"id", "dob"} <= known.keys():
        turn.say("consent_declined")
        return
    services = turn.backing.forms
    assert services.register
    born = date.fromisoformat(known["dob"])
    try:
        register.prefill(form.filling, services.register, services.consents, turn.call_id, known["id"], born)
    except IdentityMismatch:
        outcome = "mismatch"
    except (RegisterError, DatabaseError) as error:
        logger.warning("call %s: the citizen register told nothing: %s", turn.call_id, type(error).__name__)
        outcome = "unavailable"
    else:
        outcome = "prefilled"
    turn.record("register", outcome)
    turn.say({"mismatch": "register_mismatch", "unavailable": "register_unavailable"}.get(outcome, "form_prefilled"))


def withdraw(turn: Turn, form: OpenForm) -> None:
    """The consent ends, and what came of it is taken out."""
    form.who = None
    form.filling.forget_register()
    try:
        turn.backing.forms.consents.withdraw(turn.now, call_id=turn.call_id)
    except DatabaseError:
        logger.warning("call %s: the withdrawal of a consent is not stored, the database is away", turn.call_id)
        turn.say("form_away")
        return
    form.keep(turn)
    turn.record("consent", "withdrawn")
    turn.say("consent_withdrawn")


def _agreed(turn: Turn, form: OpenForm) -> None:
    try:
        turn.backing.forms.consents.give(turn.call_id, phone(turn), turn.text, turn.now)
    except DatabaseError:
        logger.warning("call %s: a consent is not stored, the database is away", turn.call_id)
        turn.say("register_unavailable")
        return
    turn.record("consent", "given")
    form.who = FormFilling.begin("form_danh_tinh")
