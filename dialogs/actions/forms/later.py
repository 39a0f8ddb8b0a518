"""A form is broken off, and taken up again: in the same call or another."""

from __future__ import annotations

import logging
from typing import Any

from dialogs.actions import hearing, talk
from dialogs.actions.answering import ATTEMPTS, NO, NO_MORE, YES, Asked
from dialogs.actions.forms import start
from dialogs.actions.forms.state import TASK, OpenForm, held
from dialogs.actions.forms.words import go_on
from dialogs.actions.phone import MAY_BE_DIGITS
from dialogs.actions.turn import Turn
from services.database import DatabaseError
from services.forms.codes import parse_code, read_code
from services.forms.definitions import forms
from services.forms.kinds.digits import last_four
from services.forms.store import FormLocked, FormNotFound, FormState, WrongIdentity
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)


PAUSED = {"identity": "form_paused", "phone": "form_paused_phone", "": "form_paused_lost"}


def wished(turn: Turn, form: OpenForm) -> bool:
    """Whether the caller wants to stop: for now, or for good."""
    if turn.intent == "tam_dung" or hearing.pauses(turn.text):
        stop(turn, form)
        turn.anything_else()
    elif hearing.gives_up(turn.text):
        ask_to_keep(turn, form)
    else:
        return False
    return True


def pause_asked(turn: Turn) -> None:
    """ "Tạm dừng": the form at hand is kept for another call; without one the caller wants us to wait."""
    form = held(turn)
    if form is None:
        turn.passing = True
        talk.wait(turn)
        return
    turn.memory.paused = None
    stop(turn, form)
    turn.anything_else()


def stop(turn: Turn, form: OpenForm) -> None:
    """Saves the form and says how it is taken up again."""
    saved = form.keep(turn)
    turn.record("form", f"paused {saved.code}" if saved else "not saved")
    if saved:
        turn.say(PAUSED[saved.opened_by], form=form.name, draft=read_code(saved.code))
    else:
        turn.say("form_not_saved")


def ask_to_keep(turn: Turn, form: OpenForm) -> None:
    turn.ask("form_keep", Expectation.YES_NO, "form_keep", form.needs, form=form.name)


def keep(turn: Turn, asked: Asked) -> bool:
    """Whether a form that the caller does not want to go on with is kept for another call, or erased."""
    form = OpenForm.of(asked)
    if turn.intent == YES:
        stop(turn, form)
    elif turn.intent == NO or hearing.gives_up(turn.text):
        _erase(turn, form)
    else:
        return False
    turn.anything_else()
    return True


def resume_asked(turn: Turn) -> None:
    """ "Làm tiếp": the task that was paused in this call, else the form of an earlier one."""
    paused = turn.memory.paused
    if paused:
        turn.resumes(paused["awaiting"]["task"])
        return
    wanted = start.named(turn)
    saved = start.saved_form(turn, wanted.name if wanted else None) or start.saved_form(turn)
    if saved:
        turn.say("form_unfinished", form=forms()[saved.form].spoken)
        _ask_check(turn, saved.code)
    else:
        _ask_code(turn, 0)


def unfinished(turn: Turn, asked: Asked) -> bool:
    """Whether the form of an earlier call is taken up, or a new one begun."""
    if turn.intent == YES:
        _ask_check(turn, asked["saved"])
    elif turn.intent == NO:
        start.begin_anew(turn, asked["name"])
    else:
        return False
    return True


def code(turn: Turn, asked: Asked) -> bool:
    """The code of a saved form, with its check digit."""
    said = parse_code(turn.text)
    if said:
        _ask_check(turn, said)
        return True
    if turn.intent not in MAY_BE_DIGITS and not turn.keyed:
        return False
    if turn.intent in NO_MORE:
        turn.anything_else()
    else:
        _ask_code(turn, asked["attempts"] + 1)
    return True


def check(turn: Turn, asked: Asked) -> bool:
    """The last digits that open a saved form."""
    digits = last_four(turn.text)
    if digits:
        _open(turn, asked["saved"], digits)
    elif turn.intent not in MAY_BE_DIGITS and not turn.keyed:
        return False
    elif turn.intent in NO_MORE:
        turn.anything_else()
    elif asked["attempts"] + 1 < ATTEMPTS:
        _ask_check(turn, asked["saved"], asked["attempts"] + 1)
    else:
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "form"})
    return True


def _open(turn: Turn, saved: str, digits: str) -> None:
    try:
        filling = turn.backing.forms.store.resume(saved, digits, turn.call_id, turn.now)
    except WrongIdentity:
        turn.record("form", "wrong identity")
        turn.ask("form_resume_wrong", Expectation.DIGITS, "form_check", _checking(saved, 0))
    except FormLocked:
        turn.record("form", "locked")
        turn.say("form_resume_locked")
        turn.anything_else()
    except FormNotFound:
        _ask_code(turn, 1)
    except DatabaseError:
        logger.warning("call %s: a form is not opened, the database is away", turn.call_id)
        turn.say("form_away")
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "form"})
    else:
        turn.record("form", f"resumed {saved}")
        filling.rest()
        form = OpenForm(filling, saved)
        turn.say("form_resumed", form=form.name)
        go_on(turn, form)


def _ask_check(turn: Turn, saved: str, attempts: int = 0) -> None:
    turn.ask("form_resume_check", Expectation.DIGITS, "form_check", _checking(saved, attempts))


def _checking(saved: str, attempts: int) -> dict[str, Any]:
    return {"task": TASK, "saved": saved, "attempts": attempts}


def _ask_code(turn: Turn, attempts: int) -> None:
    """Asks for the code; again when there is no form with it, and then for a person."""
    if attempts >= ATTEMPTS:
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "form"})
        return
    key = "form_resume_not_found" if attempts else "form_resume_code"
    turn.ask(key, Expectation.DIGITS, "form_code", {"task": TASK, "attempts": attempts})


def _erase(turn: Turn, form: OpenForm) -> None:
    store = turn.backing.forms.store
    try:
        if form.code:
            store.move(form.code, FormState.WITHDRAWN, "caller", turn.now)
    except DatabaseError:
        logger.warning("call %s: a form is not erased, the database is away", turn.call_id)
        turn.say("form_away")
    else:
        turn.record("form", "erased")
        turn.say("form_withdrawn", form=form.name)
