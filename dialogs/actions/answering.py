"""What all flows share: the intents that answer a question, how often it is asked, and what a reply is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialogs.actions.turn import Turn

YES, NO, GOODBYE = "khang_dinh", "phu_dinh", "ket_thuc"
NO_MORE = {NO, GOODBYE}  # "thôi, cảm ơn" to an offer declines it, and does not end the call
UNCLEAR = {"nlu_fallback", "khong_ro"}
CERTAIN = 0.7  # confidence from which an intent is taken for itself, whatever was asked
ATTEMPTS = 2  # at one question; then there is another way out
CHOICES = 3  # as many as are read out: more cannot be kept in mind

Asked = Mapping[str, Any]  # "what", "expects", and what the flow needs to know with the answer
Reply = Callable[["Turn", Asked], bool]  # False: it was no answer


def kept(asked: Asked, *without: str) -> dict[str, Any]:
    """What the flow needed to know, to be asked with again."""
    return {name: value for name, value in asked.items() if name not in ("what", "expects", *without)}
