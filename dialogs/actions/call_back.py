"""A call back by an officer: when, and at which number."""

from __future__ import annotations

import re
from datetime import datetime

from dialogs.actions.answering import ATTEMPTS, GOODBYE, NO, NO_MORE, YES, Asked, Reply, kept
from dialogs.actions.phone import PhoneQuestion, number_in
from dialogs.actions.turn import HANOI, Turn
from language.vi.digits import parse_phone
from language.vi.windows import parse_window, read_window
from services.callbacks import Window
from voicebot.expectation import Expectation

TASK = "call_back"
_VAGUE = {
    *("nlu_fallback", "khong_ro", YES, "chon", "goi_lai"),
    *("cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh"),
}
_EAGER = re.compile(r"\b(?:luôn|ngay)\b")  # with a yes they are no time


def wanted(turn: Turn) -> None:
    if turn.resumes(TASK):
        return
    needs = {"task": TASK, "attempts": 0, "to": number_in(turn.text)[0] or parse_phone(turn.caller or "")}
    window = _heard(turn, turn.text)
    if window:
        _propose(turn, needs, window)
    else:
        turn.ask("callback_when", Expectation.OPEN, "callback_when", needs)


def when(turn: Turn, asked: Asked) -> bool:
    window = _heard(turn, turn.text)
    if window:
        _propose(turn, asked, window)
    elif turn.intent in NO_MORE:
        _cancel(turn)
    elif turn.intent not in _VAGUE:
        return False
    elif asked["attempts"] + 1 >= ATTEMPTS:
        _propose(turn, asked, Window(turn.now, turn.now))
    else:
        needs = {**kept(asked), "attempts": asked["attempts"] + 1}
        turn.ask("callback_when_again", Expectation.OPEN, "callback_when", needs)
    return True


def agreed(turn: Turn, asked: Asked) -> bool:
    window, proposed = _heard(turn, _EAGER.sub("", turn.text)), _window(asked)
    fits = window and turn.backing.callbacks.fit(window, turn.now)
    if window and fits != proposed:
        _propose(turn, asked, window)
    elif window or turn.intent == YES:
        if asked["to"]:
            _ask_for(turn, asked, asked["to"])
        else:
            PHONE.ask(turn, kept(asked))
    elif turn.intent == GOODBYE or (turn.intent == NO and asked["attempts"] + 1 >= ATTEMPTS):
        _cancel(turn)
    elif turn.intent == NO:
        needs = {**kept(asked), "attempts": asked["attempts"] + 1}
        turn.ask("callback_when_again", Expectation.OPEN, "callback_when", needs)
    else:
        return False
    return True


def _propose(turn: Turn, asked: Asked, wanted: Window) -> None:
    """What was wanted as far as officers work then; else the next hours in which they do."""
    callbacks = turn.backing.callbacks
    fitting = callbacks.fit(wanted, turn.now)
    window = fitting or callbacks.next_after(max(wanted.start, turn.now))
    if window is None:
        turn.say("callback_nobody_works")
        _cancel(turn)
        return
    needs = {**kept(asked), "start": window.start.isoformat(), "end": window.end.isoformat()}
    key = "callback_propose" if fitting or wanted.start == wanted.end else "callback_other_time"
    turn.ask(key, Expectation.YES_NO, "callback_agreed", needs, when=_read(turn, window))


def _ask_for(turn: Turn, asked: Asked, number: str | None) -> None:
    """Keeps the call-back; a window that is over by now (a task taken up again late) is proposed anew."""
    window = _window(asked)
    if number is None:
        _cancel(turn)
    elif window.end <= turn.now:
        _propose(turn, {**asked, "to": number}, Window(turn.now, turn.now))
    else:
        name = turn.procedure_name
        about = turn.word("summary_person_procedure", name=name) if name else turn.word("summary_person")
        turn.backing.callbacks.ask(turn.call_id, number, window, about, turn.now)
        turn.record("callback", window.start.isoformat())
        turn.say("callback_done", when=_read(turn, window))
        turn.anything_else()


def _cancel(turn: Turn) -> None:
    turn.record("callback", "cancelled")
    turn.say("callback_cancelled")
    turn.anything_else()


def _heard(turn: Turn, text: str) -> Window | None:
    """Telephone numbers are no times; keys neither."""
    _, rest = number_in(text)
    found = None if rest.strip().isdigit() else parse_window(rest, turn.now.astimezone(HANOI))
    return Window(*found) if found else None


def _window(asked: Asked) -> Window:
    return Window(datetime.fromisoformat(asked["start"]), datetime.fromisoformat(asked["end"]))


def _read(turn: Turn, window: Window) -> str:
    start, end = window.start.astimezone(HANOI), window.end.astimezone(HANOI)
    return read_window(start, end, turn.now.astimezone(HANOI).date())


PHONE = PhoneQuestion("callback_phone", "ask_phone", _ask_for)
REPLIES: dict[str, Reply] = {
    "callback_when": when,
    "callback_agreed": agreed,
    **PHONE.replies,
}
