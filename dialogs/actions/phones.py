"""A telephone number: perhaps in pieces, read back, given up after two failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dialogs.actions.turn import Turn
from language.vi.digits import parse_digits, parse_phone
from voicebot.expectation import Expectation

MAY_BE_DIGITS = {
    *("nlu_fallback", "khong_ro", "cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "chon"),
    *("khang_dinh", "phu_dinh", "ket_thuc"),
}
ATTEMPTS = 2  # then it goes on without a number
PHONE_DIGITS = 10
_OWN = {"what", "expects", "digits", "attempts", "number"}

Done = Callable[[Turn, Mapping[str, Any], str | None], None]


def ask(turn: Turn, what: str, needs: Mapping[str, Any], key: str = "ask_phone") -> None:
    """The reply `what` hands the answers to `take`, until that is done."""
    turn.ask(key, Expectation.DIGITS, what, {**needs, "digits": "", "attempts": 0})


def take(turn: Turn, asked: Mapping[str, Any], done: Done) -> bool:
    """One answer. `done` gets what the question needed and the number, or None from whoever will not give one."""
    if "number" in asked:
        return _confirmed(turn, asked, done)
    needs = {name: value for name, value in asked.items() if name not in _OWN}
    heard = parse_digits(turn.text)
    so_far = asked["digits"] + heard
    number = parse_phone(turn.text) or parse_phone(so_far)
    if number:
        turn.intent = "cung_cap_sdt"
        confirm = {**needs, "number": number}
        turn.ask("confirm_phone", Expectation.YES_NO, asked["what"], confirm, phone=grouped(number))
    elif turn.intent not in MAY_BE_DIGITS and not turn.text.strip().isdigit():
        return False
    elif heard and len(so_far) < PHONE_DIGITS:
        turn.intent = "cung_cap_sdt"
        more = {**needs, "digits": so_far, "attempts": asked["attempts"]}
        turn.ask("phone_more", Expectation.DIGITS, asked["what"], more)
    elif turn.intent in ("phu_dinh", "ket_thuc") or asked["attempts"] + 1 >= ATTEMPTS:
        done(turn, needs, None)
    else:
        again = {**needs, "digits": "", "attempts": asked["attempts"] + 1}
        turn.ask("phone_again", Expectation.DIGITS, asked["what"], again)
    return True


def grouped(number: str) -> str:
    """As it is read back: 4-3-3."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def _confirmed(turn: Turn, asked: Mapping[str, Any], done: Done) -> bool:
    needs = {name: value for name, value in asked.items() if name not in _OWN}
    if parse_phone(turn.text):
        return take(turn, {**needs, "what": asked["what"], "digits": "", "attempts": 0}, done)
    if turn.intent == "khang_dinh":
        done(turn, needs, asked["number"])
    elif turn.intent == "phu_dinh":
        turn.ask("phone_again", Expectation.DIGITS, asked["what"], {**needs, "digits": "", "attempts": 1})
    else:
        return False
    return True
