"""Asking for a telephone number: in pieces if need be, at most twice, and always read back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dialogs.actions.answering import ATTEMPTS, GOODBYE, NO, NO_MORE, YES, Asked, Reply, kept
from dialogs.actions.turn import Turn
from language.vi.digits import parse_digits, parse_phone
from voicebot.expectation import Expectation

MAY_BE_DIGITS = {
    *("nlu_fallback", "khong_ro", "cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "chon"),
    *(YES, NO, GOODBYE),
}
DIGITS = 10
_WRITTEN = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .]?\d){8,10}(?!\d)")
_OWN = ("digits", "attempts", "phone")


def number_in(text: str) -> tuple[str | None, str]:
    """A number that a longer sentence may hold, and the sentence without it."""
    written = _WRITTEN.search(text)
    number = parse_phone(written.group() if written else text)
    return number, _WRITTEN.sub(" ", text) if written else "" if number else text


def is_mobile(number: str) -> bool:
    return number[:2] in ("03", "05", "07", "08", "09")


@dataclass(frozen=True)
class PhoneQuestion:
    """`done` gets what the flow needed to know, and the number or None when the caller gives none.

    `name` and `name`_right are the replies; `key` and `confirm` the prompts.
    """

    name: str
    key: str
    done: Callable[[Turn, Asked, str | None], None]
    confirm: str = "confirm_phone"
    mobile: bool = False  # others are refused

    @property
    def replies(self) -> dict[str, Reply]:
        return {self.name: self.heard, f"{self.name}_right": self.confirmed}

    def ask(self, turn: Turn, needs: Asked) -> None:
        self._ask(turn, self.key, needs)

    def read_back(self, turn: Turn, needs: Asked, number: str) -> None:
        if self.mobile and not is_mobile(number):
            self._ask(turn, "phone_mobile", needs, attempts=1)
            return
        heard = {**kept(needs, *_OWN), "phone": number}
        turn.ask(self.confirm, Expectation.YES_NO, f"{self.name}_right", heard, phone=grouped(number))

    def answered_already(self, turn: Turn, needs: Asked) -> bool:
        """To an offer that a number would follow: the turn may hold it."""
        return self.heard(turn, {**needs, "digits": "", "attempts": 0})

    def heard(self, turn: Turn, asked: Asked) -> bool:
        heard = parse_digits(turn.text)
        so_far = asked["digits"] + heard
        number = parse_phone(turn.text) or parse_phone(so_far)
        if number:
            turn.intent = "cung_cap_sdt"
            self.read_back(turn, asked, number)
        elif turn.intent not in MAY_BE_DIGITS and not turn.text.strip().isdigit():
            return False
        elif heard and len(so_far) < DIGITS:
            turn.intent = "cung_cap_sdt"
            self._ask(turn, "phone_more", asked, asked["attempts"], so_far)
        elif turn.intent in NO_MORE or asked["attempts"] + 1 >= ATTEMPTS:
            self.done(turn, kept(asked, *_OWN), None)
        else:
            self._ask(turn, "phone_again", asked, asked["attempts"] + 1)
        return True

    def confirmed(self, turn: Turn, asked: Asked) -> bool:
        if parse_phone(turn.text):  # a correction
            return self.answered_already(turn, asked)
        if turn.intent == YES:
            self.done(turn, kept(asked, *_OWN), asked["phone"])
        elif turn.intent == NO:
            self._ask(turn, "phone_again", asked, attempts=1)
        else:
            return False
        return True

    def _ask(self, turn: Turn, key: str, asked: Asked, attempts: int = 0, digits: str = "") -> None:
        needs = {**kept(asked, *_OWN), "digits": digits, "attempts": attempts}
        turn.ask(key, Expectation.DIGITS, self.name, needs)


def grouped(number: str) -> str:
    """As it is read back: 4-3-3."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"
