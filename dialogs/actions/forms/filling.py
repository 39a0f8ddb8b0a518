"""The caller's turns while a form is filled, until it is a draft."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from dialogs.actions import hand_over, hearing, sending, survey
from dialogs.actions.answering import CERTAIN, GOODBYE, NO, YES, Asked
from dialogs.actions.forms import later, register
from dialogs.actions.forms.state import OpenForm, heard, phone
from dialogs.actions.forms.words import go_on
from dialogs.actions.phone import is_mobile
from dialogs.actions.turn import Turn
from language.vi import is_question
from services.database import DatabaseError
from services.forms.codes import read_code
from services.forms.notices import notices
from services.forms.state import Complete, Event
from services.forms.store import FormNotFound, SavedForm
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)


ANSWERS = {
    *(YES, NO, "chon", "cung_cap_thong_tin", "cung_cap_cccd", "cung_cap_ngay_sinh", "cung_cap_sdt"),
    *("khong_ro", "nlu_fallback"),
}
LIKELY = 0.5  # confidence from which an intent counts where the words are no answer


def answer(turn: Turn, asked: Asked) -> bool:
    """To a question of the form: values, a yes or a no, a correction, or a wish to stop."""
    form = OpenForm.of(asked)
    if later.wished(turn, form):
        return True
    if hearing.withdraws_consent(turn.text):
        register.withdraw(turn, form)
        go_on(turn, form)
        return True
    before = _notices(turn, form)
    events: Sequence[Event] = form.active.take(heard(turn), turn.now.date(), turn.backing.procedures.search)
    if _comes_between(turn, events):
        return False
    if turn.intent == GOODBYE and not _taken(events):
        later.stop(turn, form)
        survey.part(turn)
        return True
    turn.record("form", ", ".join(f"{event.what} {event.slot or ''}".strip() for event in events) or "nothing")
    if form.who and isinstance(form.who.step(), Complete):
        register.look_up(turn, form)
        events = ()
    if _taken(events) and not form.who:
        form.keep(turn)
    for key in _notices(turn, form):
        if key not in before:
            turn.say(key)
    go_on(turn, form, events)
    return True


def stuck(turn: Turn, asked: Asked) -> bool:
    """After two failures a person was offered, or the keys."""
    form = OpenForm.of(asked)
    if turn.intent == YES and turn.asked and turn.asked["expects"] == Expectation.YES_NO:
        form.keep(turn)
        hand_over.hand_over(turn, "form")
    elif turn.intent == NO:
        later.ask_to_keep(turn, form)
    elif turn.intent == YES:
        form.active.retry(asked["slot"])
        go_on(turn, form)
    else:
        return answer(turn, asked)
    return True


def submit(turn: Turn, asked: Asked) -> bool:
    """Whether all is right and the draft is to be made."""
    form = OpenForm.of(asked)
    if turn.intent == YES:
        _finish(turn, form)
    elif later.wished(turn, form):
        pass
    elif events := form.filling.take(heard(turn), turn.now.date(), turn.backing.procedures.search):
        go_on(turn, form, events)
    elif turn.intent == NO:
        turn.ask("form_change", Expectation.OPEN, "form_change", form.needs)
    else:
        return False
    return True


def change(turn: Turn, asked: Asked) -> bool:
    """What is to be changed of a form that is complete; all of it is read again to whoever does not say."""
    form = OpenForm.of(asked)
    if later.wished(turn, form):
        return True
    events = form.filling.take(heard(turn), turn.now.date(), turn.backing.procedures.search)
    if _comes_between(turn, events):
        return False
    if not events:
        form.filling.review()
    go_on(turn, form, events)
    return True


def _finish(turn: Turn, form: OpenForm) -> None:
    saved = _save(turn, form)
    if saved is None:
        turn.say("form_not_saved")
        turn.ask("form_submit_again", Expectation.YES_NO, "form_submit", form.needs)
        return
    turn.record("form", f"finished {saved.code}")
    turn.say("form_done", form=form.name, draft=read_code(saved.code))
    number = form.filling.values.get("phone") or phone(turn)
    if number and is_mobile(number):
        text = turn.word("form_message", form=form.name, draft=read_code(saved.code))
        sending.offer(turn, "form_message_offer", number, text, f"form:{saved.code}")
    else:
        turn.anything_else()


def _save(turn: Turn, form: OpenForm) -> SavedForm | None:
    code = form.filling.form.procedure
    procedure = turn.backing.procedures.get(code) if code else None
    name = procedure.name if procedure else ""
    try:
        return turn.backing.forms.store.finish(form.filling, turn.call_id, phone(turn), turn.now, form.code, name)
    except FormNotFound:  # an officer has closed it meanwhile
        form.code = ""
    except DatabaseError:
        logger.warning("call %s: a form is not finished, the database is away", turn.call_id)
    return None


def _taken(events: Sequence[Event]) -> bool:
    return any(event.what not in ("refused", "more") for event in events)


def _comes_between(turn: Turn, events: Sequence[Event]) -> bool:
    """Whether the caller wants something else. Words that are a value are one, unless they end in a question."""
    if turn.intent in ANSWERS or turn.intent == GOODBYE or turn.keyed:
        return False
    if any(event.what != "refused" for event in events):
        return turn.intent_confidence >= CERTAIN and is_question(turn.spoken or turn.text)
    return turn.intent_confidence >= LIKELY


def _notices(turn: Turn, form: OpenForm) -> list[str]:
    """Their prompts."""
    return [f"form_notice_{notice}" for notice in notices(form.filling.form, form.filling.values, turn.now.date())]
