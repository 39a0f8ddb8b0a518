"""Asking for a telephone number: in pieces if need be, at most twice, and always read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.actions.turn import Turn
from language.vi.digits import parse_digits, parse_phone
from voicebot.expectation import Expectation

Asked = Mapping[str, Any]

MAY_BE_DIGITS = {
    *("nlu_fallback", "khong_ro", "cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "chon"),
    *("khang_dinh", "phu_dinh", "ket_thuc"),
}
ATTEMPTS = 2  # at a number; then it goes on without one
DIGITS = 10
_WRITTEN = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .]?\d){8,10}(?!\d)")
_OWN = {"what", "expects", "digits", "attempts", "phone"}


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
    def replies(self) -> dict[str, Callable[[Turn, Asked], bool]]:
        return {self.name: self.heard, f"{self.name}_right": self.confirmed}

    def ask(self, turn: Turn, needs: Asked) -> None:
        turn.ask(self.key, Expectation.DIGITS, self.name, {**_kept(needs), "digits": "", "attempts": 0})

    def read_back(self, turn: Turn, needs: Asked, number: str) -> None:
        if self.mobile and not is_mobile(number):
            turn.ask("phone_mobile", Expectation.DIGITS, self.name, {**_kept(needs), "digits": "", "attempts": 1})
            return
        kept = {**_kept(needs), "phone": number}
        turn.ask(self.confirm, Expectation.YES_NO, f"{self.name}_right", kept, phone=grouped(number))

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
            needs = {**_kept(asked), "digits": so_far, "attempts": asked["attempts"]}
            turn.ask("phone_more", Expectation.DIGITS, self.name, needs)
        elif turn.intent in ("phu_dinh", "ket_thuc") or asked["attempts"] + 1 >= ATTEMPTS:
            self.done(turn, _kept(asked), None)
        else:
            self._again(turn, asked, asked["attempts"] + 1)
        return True

    def confirmed(self, turn: Turn, asked: Asked) -> bool:
        if parse_phone(turn.text):  # a correction
            return self.heard(turn, {**asked, "digits": "", "attempts": 0})
        if turn.intent == "khang_dinh":
            self.done(turn, _kept(asked), asked["phone"])
        elif turn.intent == "phu_dinh":
            self._again(turn, asked, 1)
        else:
            return False
        return True

    def _again(self, turn: Turn, asked: Asked, attempts: int) -> None:
        turn.ask("phone_again", Expectation.DIGITS, self.name, {**_kept(asked), "digits": "", "attempts": attempts})


def grouped(number: str) -> str:
    """As it is read back: 4-3-3."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def _kept(asked: Asked) -> dict[str, Any]:
    """What the flow needs to know when the number is there."""
    return {name: value for name, value in asked.items() if name not in _OWN}
