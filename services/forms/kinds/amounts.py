"""Numbers that count something, and yes or no."""

from __future__ import annotations

import re

from language.vi import parse_money, parse_number, read_number
from services.forms.definitions import Slot
from services.forms.values import LONGEST_VALUE, Context, Found, Parsed, Reason, Refused, Value
from services.forms.words import declines, plain, says, yes_no

_MOST = 10**15
_NONE = ("không", "không cần", "không thuê", "không thuê ai", "không ai", "không có ai", "thôi")


def parse_int(text: str, slot: Slot, context: Context) -> Parsed:
    """A count; "không cần" is none."""
    said = text[:LONGEST_VALUE]
    number = parse_number(said)
    if number is None and slot.least == 0 and plain(said) in _NONE:
        number = 0
    return None if number is None else _within(number, slot)


def parse_amount(text: str, slot: Slot, context: Context) -> Parsed:
    """Money in đồng."""
    amount = parse_money(re.sub(r"(?<=\d)\s*(?:vnđ|vnd|đ)\b", " đồng", text[:LONGEST_VALUE].lower()))
    return None if amount is None else _within(amount, slot)


def parse_bool(text: str, slot: Slot, context: Context) -> Parsed:
    """A yes or a no, in a word or in a sentence: "bác có lương hưu", "tôi không được nhận gì"."""
    answer = yes_no(text[:LONGEST_VALUE])
    if answer is not None:
        return Found(answer)
    said = plain(text[:LONGEST_VALUE])
    if len(said.split()) > 15:
        return None
    if declines(said) or says(said, "không") or says(said, "chưa"):
        return Found(False, sure=False)
    return Found(True, sure=False) if says(said, "có") or says(said, "được") else None


def say_money(value: Value) -> str:
    return f"{read_number(value)} đồng"


def show_money(value: Value) -> str:
    return f"{value:,} đồng".replace(",", ".")


def say_bool(value: Value) -> str:
    return "có" if value else "không"


def _within(number: int, slot: Slot) -> Parsed:
    least, most = slot.least if slot.least is not None else 0, slot.most if slot.most is not None else _MOST
    if least <= number <= most:
        return Found(number)
    return Refused(Reason.NUMBER_RANGE, {"least": read_number(least), "most": read_number(most)})
