"""A telephone number: said or keyed, in pieces if need be, and read back."""

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
ATTEMPTS = 2  # at a phone number; then it goes on without one
DIGITS = 10


def ask(turn: Turn, key: str, reply: str, needs: Mapping[str, Any]) -> None:
    """Asks for a number; its pieces come to `reply`, its confirmation to `{reply}_right`."""
    turn.ask(key, Expectation.DIGITS, reply, {**needs, "digits": "", "attempts": 0})


def take(turn: Turn, asked: Mapping[str, Any], give_up: Callable[[], None]) -> bool:
    """A number, perhaps in pieces, to the question `asked`; `give_up` when there will be none."""
    reply, needs = asked["what"].removesuffix("_right"), _needs(asked)
    heard = parse_digits(turn.text)
    so_far = asked["digits"] + heard
    number = parse_phone(turn.text) or parse_phone(so_far)
    if number:
        turn.intent = "cung_cap_sdt"
        needs["phone"] = number
        turn.ask("confirm_phone", Expectation.YES_NO, f"{reply}_right", needs, phone=grouped(number))
    elif turn.intent not in MAY_BE_DIGITS and not turn.text.strip().isdigit():
        return False
    elif heard and len(so_far) < DIGITS:
        turn.intent = "cung_cap_sdt"
        needs |= {"digits": so_far, "attempts": asked["attempts"]}
        turn.ask("phone_more", Expectation.DIGITS, reply, needs)
    elif turn.intent in ("phu_dinh", "ket_thuc") or asked["attempts"] + 1 >= ATTEMPTS:
        give_up()
    else:
        _again(turn, reply, needs, asked["attempts"] + 1)
    return True


def confirmed(turn: Turn, asked: Mapping[str, Any], use: Callable[[str], None], give_up: Callable[[], None]) -> bool:
    """Whether the number that was read back is right; then it goes to `use`. Another one is read back in its turn."""
    if parse_phone(turn.text):
        return take(turn, {**asked, "digits": "", "attempts": 0}, give_up)
    if turn.intent == "khang_dinh":
        use(asked["phone"])
    elif turn.intent == "phu_dinh":
        _again(turn, asked["what"].removesuffix("_right"), _needs(asked), 1)
    else:
        return False
    return True


def grouped(number: str) -> str:
    """As it is read back: 4-3-3."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def _again(turn: Turn, reply: str, needs: Mapping[str, Any], attempts: int) -> None:
    turn.ask("phone_again", Expectation.DIGITS, reply, {**needs, "digits": "", "attempts": attempts})


def _needs(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the question is asked for, kept along until there is a number."""
    return {n: value for n, value in asked.items() if n not in ("what", "expects", "digits", "attempts", "phone")}
