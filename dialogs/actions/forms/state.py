"""The form that a call is at; between turns it is part of the question that is open."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from dialogs.actions import hearing
from dialogs.actions.answering import CERTAIN, NO, YES, Asked
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.database import DatabaseError
from services.forms.filling import FormFilling
from services.forms.store import FormNotFound, SavedForm
from services.forms.values import Heard
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)

TASK = "form"


@dataclass
class OpenForm:
    filling: FormFilling
    code: str = ""  # of the saved form
    who: FormFilling | None = None  # questions that tell who the caller is, before the citizen register is asked

    @classmethod
    def of(cls, asked: Asked) -> OpenForm:
        who = FormFilling.from_json(asked["who"]) if asked["who"] else None
        return cls(FormFilling.from_json(asked["form"]), asked["code"], who)

    @property
    def active(self) -> FormFilling:
        return self.who or self.filling

    @property
    def name(self) -> str:
        """As it is spoken of."""
        return self.filling.form.spoken

    @property
    def needs(self) -> dict[str, Any]:
        who = self.who.to_json() if self.who else None
        return {"task": TASK, "form": self.filling.to_json(), "code": self.code, "who": who}

    def keep(self, turn: Turn) -> SavedForm | None:
        """Saves what is there, so that the form survives the call. None when it cannot be saved now."""
        try:
            saved = turn.backing.forms.store.pause(self.filling, turn.call_id, phone(turn), turn.now, self.code)
        except FormNotFound:  # an officer has closed it meanwhile: what follows is another one
            self.code = ""
            return None
        except DatabaseError:
            logger.warning("call %s: a form is not saved, the database is away", turn.call_id)
            return None
        self.code = saved.code
        return saved


def held(turn: Turn) -> OpenForm | None:
    """The form whose question is open, or was before something else came in between."""
    paused = (turn.memory.paused or {}).get("awaiting")
    for question in (turn.asked, paused):
        if question and "form" in question:
            return OpenForm.of(question)
    return None


def phone(turn: Turn) -> str | None:
    return parse_phone(turn.caller or "")


def heard(turn: Turn) -> Heard:
    return Heard(turn.text, turn.spoken, turn.alternatives, turn.hearing, turn.keyed, _yes(turn))


def _yes(turn: Turn) -> bool | None:
    """Whether the intent says yes or no to such a question; its words may say so where the intent does not."""
    asked = turn.asked and turn.asked["expects"] == Expectation.YES_NO
    if not asked or turn.intent not in (YES, NO) or turn.intent_confidence < CERTAIN:
        return None
    answer = turn.intent == YES
    return answer if hearing.yes_no(turn.text) in (None, answer) else None
