"""Which form is to be filled, and whether one is waiting from an earlier call."""

from __future__ import annotations

import logging
from collections.abc import Callable

from dialogs.actions import complaints, dossiers, hearing, questions, queue
from dialogs.actions.answering import NO, Asked
from dialogs.actions.forms import register
from dialogs.actions.forms.state import TASK, OpenForm, held, phone
from dialogs.actions.forms.words import go_on
from dialogs.actions.turn import Turn
from language.vi import normalise
from services.database import DatabaseError
from services.forms.definitions import Form, forms
from services.forms.filling import FormFilling
from services.forms.store import SavedForm
from services.forms.words import says
from services.procedures import Aspect, is_clear
from voicebot.expectation import Expectation

# What is no form here, and asks for the same as one would.
FLOWS: dict[str, tuple[str, Callable[[Turn], None]]] = {
    "queue": ("dat_so_thu_tu", queue.book),
    "complaint": ("phan_anh", complaints.start),
    "dossier": ("tra_cuu_ho_so", dossiers.look_up),
}

logger = logging.getLogger(__name__)


def asked_for(turn: Turn) -> None:
    """ "Khai giúp tôi đơn …": the form that is named, else that of the procedure spoken of."""
    flow = hearing.flow(turn.text)
    if flow:
        turn.intent, begin_flow = FLOWS[flow]
        begin_flow(turn)
        return
    form, at_hand = named(turn), held(turn)
    if (form is None or (at_hand and at_hand.filling.form is form)) and turn.resumes(TASK):
        return
    other = _procedure(turn) if form is None else None
    current = turn.memory.procedure
    if form:
        begin(turn, form.name)
    elif other:
        _none(turn, other)
    elif current and (form := _of_procedure(current)):
        begin(turn, form.name)
    else:
        _ask_which(turn, 0)


def named(turn: Turn) -> Form | None:
    """The form that the turn names: by its procedure, else by what callers call it."""
    code = _procedure(turn)
    if code:
        return _of_procedure(code)
    said = normalise(turn.text)
    lengths = {form: max((len(phrase) for phrase in form.heard if says(said, phrase)), default=0) for form in _forms()}
    best = max(lengths, key=lambda form: lengths[form])
    return best if lengths[best] else None


def which(turn: Turn, asked: Asked) -> bool:
    """Which form: its name alone is enough."""
    form = named(turn)
    if form:
        begin(turn, form.name)
    elif code := _procedure(turn):
        if turn.intent in questions.PARTICULAR:
            return False
        _none(turn, code)
    elif turn.intent == NO:
        turn.anything_else()
    elif turn.intent in ("khong_ro", "nlu_fallback", "cung_cap_thong_tin", "dien_to_khai"):
        _ask_which(turn, asked["attempts"] + 1)
    else:
        return False
    return True


def begin(turn: Turn, name: str) -> None:
    """Begins the form, unless one of the kind waits from an earlier call."""
    turn.memory.paused = None
    saved = saved_form(turn, name)
    if saved and saved.call_id != turn.call_id:
        needs = {"task": TASK, "saved": saved.code, "name": name}
        turn.ask("form_resume_offer", Expectation.YES_NO, "form_unfinished", needs, form=forms()[name].spoken)
    else:
        begin_anew(turn, name)


def begin_anew(turn: Turn, name: str) -> None:
    form = OpenForm(FormFilling.begin(name, phone(turn)))
    turn.memory.procedure = form.filling.form.procedure
    turn.record("form", name)
    turn.say("form_begin", form=form.name)
    if turn.backing.forms.register and register.helps(form.filling.form):
        register.ask_consent(turn, form)
    else:
        go_on(turn, form)


def saved_form(turn: Turn, name: str | None = None) -> SavedForm | None:
    """The latest form, of that name if given, that was broken off in calls from this number."""
    number = phone(turn)
    try:
        saved = turn.backing.forms.store.paused(number) if number else []
    except DatabaseError:
        logger.warning("call %s: no saved forms, the database is away", turn.call_id)
        return None
    return next((each for each in saved if name in (None, each.form)), None)


def _ask_which(turn: Turn, attempts: int) -> None:
    if attempts > 1:
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "form"})
    else:
        needs = {"task": TASK, "attempts": attempts}
        turn.ask("form_which_of" if attempts else "form_which_form", Expectation.OPEN, "form_which", needs)


def _none(turn: Turn, code: str) -> None:
    """There is no such form here: says so, and tells how the thing is done."""
    turn.say("form_none")
    questions.take_up(turn, code, Aspect.STEPS)


def _forms() -> list[Form]:
    return [form for form in forms().values() if form.heard]


def _procedure(turn: Turn) -> str | None:
    """Code of the procedure that the turn names clearly."""
    hits = questions.search(turn)
    return hits[0].code if is_clear(hits) else None


def _of_procedure(code: str) -> Form | None:
    return next((form for form in _forms() if form.procedure == code), None)
