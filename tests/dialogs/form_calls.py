"""A call in which a form is filled: the caller's words, and the intent that the dialogue takes them for."""

from __future__ import annotations

from typing import Any

from dialogs.actions import hearing
from dialogs.actions.backing import backing
from services.forms.filling import FormFilling
from services.forms.store import SavedForm
from tests.dialogs.conversation import Conversation

CALLER = "0912345678"
NOON = "2026-11-23T12:00:00+07:00"  # a Monday


class FormCall:
    """`says` returns what the bot said, as one text; `messages` are all that the turn sent."""

    def __init__(self, caller: str | None = CALLER, call_id: str = "call", **metadata: Any) -> None:
        self._talk = Conversation(caller=caller, now=metadata.pop("now", NOON), **metadata)
        self._talk.call_id = call_id
        self.messages: list[dict[str, Any]] = []

    async def says(self, text: str, intent: str = "", **more: Any) -> str:
        """Without an `intent`: a yes, a no, or words that are an answer to something."""
        answer = {True: "khang_dinh", False: "phu_dinh", None: "cung_cap_thong_tin"}[hearing.yes_no(text)]
        self.messages = await self._talk.turn(intent or answer, text, **{"spoken": text, **more})
        return " ".join(message["text"] for message in self.messages if message["type"] == "say")

    async def tells(self, *texts: str) -> str:
        """One answer after the other; what is said back is agreed to. What the bot said last."""
        said = ""
        for text in texts:
            said = await self.says(text)
            while self.question in ("form_confirm", "form_read_back"):
                said = await self.says("đúng rồi")
        return said

    @property
    def question(self) -> str | None:
        """Key of the prompt that is open; None for a question that the form itself words."""
        return (self._talk.slots.get("question") or {}).get("key")

    @property
    def asked(self) -> dict[str, Any]:
        asked: dict[str, Any] = self._talk.slots["awaiting"]
        return asked

    @property
    def filling(self) -> FormFilling:
        return FormFilling.from_json(self.asked["form"])

    @property
    def expects(self) -> str:
        return str([message for message in self.messages if message["type"] == "say"][-1]["expects"])

    @property
    def results(self) -> list[str]:
        """Of the actions of the last turn."""
        return [action["result"] for action in self.messages[-1]["actions"]]

    @property
    def commands(self) -> set[str]:
        return {message["name"] for message in self.messages if message["type"] == "command"}


def saved() -> list[SavedForm]:
    return backing().forms.store.list()
