"""Helpers for tests of the voice forms: a conversation by text, and a caller who knows all answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.forms.filling import FormFilling
from services.forms.state import Ask, Complete, Confirm, Event, Offer, ReadBack, Step, Stuck, Which
from services.forms.values import Heard

TODAY = date(2026, 11, 23)  # a Monday
LINE = "0912345678"


@dataclass(frozen=True)
class Hit:
    code: str
    name: str
    score: float


def find_procedures(query: str, n: int = 5, alternatives: Sequence[str] = (), /) -> list[Hit]:
    """Birth registration by its name, two of a kind for "căn cước", else nothing."""
    if "khai sinh" in query:
        return [Hit("1.001193", "đăng ký khai sinh", 0.9)]
    if "căn cước" in query:
        return [Hit("1.014063", "cấp đổi thẻ căn cước", 0.8), Hit("1.014064", "cấp lại thẻ căn cước", 0.79)]
    return []


class Talk:
    """A form between turns is JSON, as in a slot of the dialogue."""

    def __init__(self, form: str, line: str | None = None) -> None:
        self._kept = FormFilling.begin(form, line).to_json()

    @property
    def filling(self) -> FormFilling:
        return FormFilling.from_json(json.loads(json.dumps(self._kept)))

    @property
    def values(self) -> Mapping[str, Any]:
        return self.filling.values

    def step(self) -> Step:
        return self.filling.step()

    def say(self, text: str, confidence: float = 1.0, **heard: Any) -> list[Event]:
        filling = self.filling
        filling.step()
        events = filling.take(Heard(text, text, confidence=confidence, **heard), TODAY, find_procedures)
        self._kept = filling.to_json()
        return events

    def keep(self, filling: FormFilling) -> None:
        self._kept = filling.to_json()

    def agree(self) -> Step:
        """Says yes to all that is said back; what comes next."""
        while isinstance(self.step(), Confirm | ReadBack):
            self.say("đúng rồi")
        return self.step()

    def tell(self, *texts: str) -> Step:
        """Answers one question after the other, and agrees in between; what comes next."""
        for text in texts:
            self.agree()
            self.say(text)
        return self.agree()

    def says(self, *texts: str) -> Step:
        """Says one thing after the other; what comes next."""
        for text in texts:
            self.say(text)
        return self.step()


def answer(step: Step, truth: Mapping[str, str], wanted: Mapping[str, Any], filling: FormFilling) -> str:
    """What a caller says who knows the `truth` (words by slot) of the values that are `wanted`."""
    match step:
        case Ask(slot=slot):
            return truth.get(slot, "không có")
        case Offer():
            return "không"
        case Confirm(slot=slot):
            return "đúng rồi" if filling.values[slot] == wanted[slot] else "không phải"
        case ReadBack(items=items):
            wrong = [slot for slot, _, _ in items if filling.values[slot] != wanted[slot]]
            return "đúng cả rồi" if not wrong else f"sửa {filling.form.wordings[wrong[0]].spoken}"
        case Which(titles=titles):
            return titles[0]
        case Stuck() | Complete():
            raise AssertionError(step)
