"""Looking a dossier up: by its code, after an identity check."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dialogs.actions import dossier_reminders, hand_over, hearing
from dialogs.actions.answering import ATTEMPTS, NO, NO_MORE, YES, Asked, Reply, kept
from dialogs.actions.dossier_words import about_dossier, spaced, tell
from dialogs.actions.phone import MAY_BE_DIGITS
from dialogs.actions.turn import Turn
from language.vi.codes import parse_code_start, parse_dossier_code, replace_end
from language.vi.digits import parse_digits
from services.database import DatabaseError
from services.dossiers import ATTEMPTS as CHECKS
from services.dossiers import LONGEST, SHORTEST_END, Dossier, DossiersUnavailable, Outcome
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)


TASK = "dossier"
MAY_BE_CODE = MAY_BE_DIGITS | {"tra_cuu_ho_so", "nhac_ho_so"}
HOW_MANY = re.compile(r"\b(?:bốn|4) (?:chữ |con )?số (?=cuối|sau|đuôi)", re.IGNORECASE)  # counts, and is no digit
IDENTITIES = {4, 9, 12}  # the last digits, an old identity card, a number of today


def look_up(turn: Turn) -> None:
    with way_out(turn):
        _start(turn, "state")


def remind(turn: Turn) -> None:
    """The caller wants to be told of changes, or no longer."""
    with way_out(turn):
        if not hearing.stops_reminding(turn.text):
            _start(turn, "reminder")
        elif not dossier_reminders.stop(turn, turn.memory.dossier):
            _start(turn, "stop")


@contextmanager
def way_out(turn: Turn) -> Iterator[None]:
    """When dossiers are away the caller hears so, and what can be done instead."""
    try:
        yield
    except (DossiersUnavailable, DatabaseError) as error:
        logger.warning("dossiers: %s", error)
        turn.record("dossier", "away")
        turn.ask("dossier_away", Expectation.YES_NO, "person", {"reason": "dossier_away"})


def _start(turn: Turn, goal: str) -> None:
    needs = {"task": TASK, "goal": goal, "heard": "", "failures": 0}
    code = parse_dossier_code(turn.text) or hearing.code_ending(turn.text)
    if code:
        if turn.memory.paused and turn.memory.paused["awaiting"]["task"] == TASK:
            turn.memory.paused = None
        _confirm(turn, needs, code)
    elif turn.resumes(TASK) or turn.resumes(dossier_reminders.TASK):
        return
    elif turn.memory.dossier and not hearing.means_another(turn.text):
        known = turn.backing.dossiers.look_up.known(turn.memory.dossier)
        _reach(turn, needs, known) if known else _ask_code(turn, needs)
    elif hearing.lacks(turn.text):
        _offer_person(turn, "dossier_no_code", None)
    else:
        _ask_code(turn, needs)


def code(turn: Turn, asked: Asked) -> bool:
    """The code, perhaps in pieces, or its last digits."""
    needs = kept(asked)
    heard = f"{asked['heard']} {turn.text}".strip()
    digits = parse_digits(turn.text)
    begun = parse_code_start(heard)
    found = parse_dossier_code(turn.text) or parse_dossier_code(heard)
    if found:
        _confirm(turn, needs, found)
    elif turn.intent not in MAY_BE_CODE and not turn.text.strip().isdigit():
        return False
    elif hearing.lacks(turn.text):
        _offer_person(turn, "dossier_no_code", None)
    elif len(begun) > len(parse_code_start(asked["heard"])):
        turn.ask("dossier_code_more", Expectation.CODE, "dossier_code", {**needs, "heard": heard})
    elif len(digits) >= SHORTEST_END:
        _confirm(turn, needs, digits)
    elif turn.intent in NO_MORE:
        _stop(turn)
    else:
        _code_again(turn, needs, "dossier_code_again")
    return True


def code_right(turn: Turn, asked: Asked) -> bool:
    """Whether the code that was read back is right; a correction may be whole or of the last digits."""
    digits = "" if hearing.keyed(turn.text) is not None else parse_digits(HOW_MANY.sub("", turn.text))
    corrected = parse_dossier_code(turn.text)
    if turn.intent == YES and corrected in (None, asked["code"]):
        if len(digits) in IDENTITIES and not corrected:  # "đúng rồi, bốn số cuối là …"
            return _check(turn, kept(asked), digits)
        _ask_identity(turn, kept(asked))
        return True
    if not corrected and digits and turn.intent in MAY_BE_CODE:
        corrected = _corrected(asked["code"], digits)
    if corrected and asked["failures"] < ATTEMPTS:
        _confirm(turn, {**kept(asked), "failures": asked["failures"] + 1}, corrected)
    elif corrected or turn.intent == NO:
        _code_again(turn, kept(asked), "dossier_code_again")
    else:
        return False
    return True


def identity(turn: Turn, asked: Asked) -> bool:
    """The last four digits of the holder's identity number, perhaps out of all of them."""
    needs = kept(asked)
    heard = parse_digits(HOW_MANY.sub("", turn.text), 4)
    so_far = asked["digits"] + heard
    number = next((digits for digits in (heard, so_far) if len(digits) in IDENTITIES), None)
    if turn.intent not in MAY_BE_CODE and not turn.text.strip().isdigit():
        return False
    if number:
        return _check(turn, needs, number)
    if hearing.lacks(turn.text):
        _offer_person(turn, "dossier_no_identity", asked["code"])
    elif heard and len(so_far) < 4:
        turn.ask("dossier_identity_more", Expectation.DIGITS, "dossier_identity", {**needs, "digits": so_far})
    elif turn.intent in NO_MORE:
        _stop(turn)
    elif asked["failures"] + 1 >= ATTEMPTS:
        _offer_person(turn, "dossier_no_identity", asked["code"])
    else:
        needs |= {"digits": "", "failures": asked["failures"] + 1}
        turn.ask("dossier_identity_again", Expectation.DIGITS, "dossier_identity", needs)
    return True


def _check(turn: Turn, needs: dict[str, Any], digits: str) -> bool:
    turn.intent = "cung_cap_cccd"
    last4 = digits[-4:]
    check = turn.backing.dossiers.look_up.check(needs["code"], last4, turn.now)
    turn.record("dossier_check", check.outcome)
    if check.dossier:
        turn.memory.dossier = check.dossier.code
        _reach(turn, needs, check.dossier)
    elif check.outcome == Outcome.AMBIGUOUS:
        _code_again(turn, needs, "dossier_ambiguous")
    elif check.outcome == Outcome.LOCKED:
        _refuse(turn, "dossier_locked", needs["code"])
    else:
        turn.memory.dossier_attempts += 1
        if not check.left or turn.memory.dossier_attempts >= CHECKS:
            _refuse(turn, "dossier_failed", needs["code"])
        else:
            needs |= {"digits": "", "failures": 0}
            turn.ask("dossier_wrong", Expectation.DIGITS, "dossier_identity", needs, digits=spaced(last4))
    return True


def _reach(turn: Turn, needs: Mapping[str, Any], dossier: Dossier) -> None:
    """The dossier may be spoken of: does what the caller wanted it for."""
    if needs["goal"] == "stop":
        dossier_reminders.stop(turn, dossier.code)
    elif needs["goal"] == "reminder" and dossier.open:
        dossier_reminders.begin(turn, dossier)
    else:
        tell(turn, dossier)


def _ask_code(turn: Turn, needs: Mapping[str, Any]) -> None:
    turn.ask("dossier_ask_code", Expectation.CODE, "dossier_code", needs)


def _confirm(turn: Turn, needs: Mapping[str, Any], code: str) -> None:
    """Reads a code back; keyed digits are what they are."""
    turn.intent = "tra_cuu_ho_so" if turn.intent in MAY_BE_DIGITS else turn.intent
    needs = {**needs, "code": code, "heard": ""}
    if len(code) > LONGEST:
        _code_again(turn, needs, "dossier_code_again")
    elif turn.memory.dossier_attempts >= CHECKS:
        _refuse(turn, "dossier_failed", code)
    elif turn.keyed:
        _ask_identity(turn, needs)
    elif code.isdigit():
        turn.ask("dossier_confirm_end", Expectation.YES_NO, "dossier_code_right", needs, digits=spaced(code))
    else:
        turn.ask("dossier_confirm_code", Expectation.YES_NO, "dossier_code_right", needs, code=code)


def _ask_identity(turn: Turn, needs: Mapping[str, Any]) -> None:
    needs = {**needs, "digits": "", "failures": 0}
    turn.ask("dossier_ask_identity", Expectation.DIGITS, "dossier_identity", needs)


def _code_again(turn: Turn, needs: Mapping[str, Any], key: str) -> None:
    failures = needs["failures"] + 1
    if failures >= ATTEMPTS:
        _offer_person(turn, "dossier_no_code", None)
    else:
        turn.ask(key, Expectation.CODE, "dossier_code", {**needs, "heard": "", "failures": failures})


def _corrected(code: str, digits: str) -> str:
    """As many last digits as were said again; all of them when only last digits are known."""
    if not code.isdigit():
        return replace_end(code, digits)
    return digits if len(digits) >= SHORTEST_END else code[: -len(digits)] + digits


def _offer_person(turn: Turn, key: str, code: str | None) -> None:
    about = about_dossier(turn, code) if code else None
    turn.ask(key, Expectation.YES_NO, "person", {"reason": key, "about": about})


def _refuse(turn: Turn, key: str, code: str) -> None:
    turn.say(key)
    hand_over.hand_over(turn, key, about_dossier(turn, code))


def _stop(turn: Turn) -> None:
    turn.say("dossier_stopped")
    turn.anything_else()


def _guarded(reply: Reply) -> Reply:
    def guarded(turn: Turn, asked: Asked) -> bool:
        with way_out(turn):
            return reply(turn, asked)
        return True

    return guarded


_REPLIES: dict[str, Reply] = {
    "dossier_code": code,
    "dossier_code_right": code_right,
    "dossier_identity": identity,
    "dossier_offer": dossier_reminders.offer,
    "dossier_phone_caller": dossier_reminders.phone_caller,
    **dossier_reminders.PHONE.replies,
}
REPLIES = {name: _guarded(reply) for name, reply in _REPLIES.items()}
