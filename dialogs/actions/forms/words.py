"""What is said of a turn, and the next question of a form."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.actions.forms.state import OpenForm
from dialogs.actions.turn import Turn
from services.forms.state import Ask, Complete, Confirm, Event, Offer, ReadBack, Step, Stuck, Which
from services.forms.values import Reason
from voicebot.expectation import Expectation

# What is said of these is a question already, so that of the slot does not follow.
ASKS = {
    Reason.DIGITS_MORE, Reason.WARD_MISSING, Reason.WARD_AMBIGUOUS, Reason.DISTRICT_GONE, Reason.ADDRESS_DETAIL,
    Reason.OPTION_UNKNOWN, Reason.PROCEDURE_AMBIGUOUS,
}  # fmt: skip


def go_on(turn: Turn, form: OpenForm, events: Sequence[Event] = ()) -> None:
    """Says what came of the turn, and what the form needs next."""
    step = form.active.step()
    while isinstance(step, Stuck) and step.slot and not step.required:
        form.active.skip(step.slot)
        events = [Event("skipped", step.slot)]
        step = form.active.step()
    asking = next((event for event in events if _asks(event)), None)
    if isinstance(step, Ask) and asking:
        key = f"form_reason_{asking.reason}" if asking.reason else "form_more"
        turn.ask(key, Expectation(step.expects), "form", form.needs, **asking.detail)
        return
    if isinstance(step, Ask) and not step.wordings:  # something came in between its two halves
        form.active.retry(step.slot)
        step = form.active.step()
    _react(turn, step, events)
    _ask(turn, form, step)


def _asks(event: Event) -> bool:
    return event.reason in ASKS or (event.what == "more" and event.reason is None)


def _react(turn: Turn, step: Step, events: Sequence[Event]) -> None:
    """At most one sentence: a caller who is asked something next keeps no more in mind."""
    refused = next((event for event in events if event.what == "refused" and event.reason), None)
    if isinstance(step, Stuck):
        return
    if refused:
        key = f"form_reason_{refused.reason}"
        turn.tell(turn.word(key, **refused.detail))
    elif any(event.what == "skipped" for event in events):
        turn.say("form_skipped")
    elif any(event.what == "corrected" for event in events) and not isinstance(step, Confirm):
        turn.say("form_corrected")


def _ask(turn: Turn, form: OpenForm, step: Step) -> None:
    needs = form.needs
    match step:
        case Ask(wordings=wordings, expects=expects):
            turn.ask_in(wordings, Expectation(expects), "form", needs)
        case Offer(wordings=wordings):
            turn.ask_in(wordings, Expectation.YES_NO, "form", needs)
        case Confirm(title=title, said=said):
            turn.ask("form_confirm", Expectation.YES_NO, "form", needs, title=title, said=said)
        case ReadBack(items=items):
            said = "; ".join(turn.word("form_item", title=title, said=said) for _, title, said in items)
            turn.ask("form_read_back", Expectation.YES_NO, "form", needs, items=said)
        case Which(titles=titles):
            turn.ask("form_which", Expectation.OPEN, "form", needs, titles=", ".join(titles))
        case Stuck(slot=slot, title=title, keyed=True):
            turn.ask("form_stuck_keys", Expectation.DIGITS, "form_stuck", needs | {"slot": slot}, title=title)
        case Stuck(slot=slot, title=title):
            turn.ask("form_stuck", Expectation.YES_NO, "form_stuck", needs | {"slot": slot}, title=title)
        case Complete():
            turn.ask("form_submit", Expectation.YES_NO, "form_submit", needs, form=form.name)
