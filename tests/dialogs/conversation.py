"""A call as the actions see it: trackers made by hand, real services (the fixture `services`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogs.actions.actions import ACTIONS
from dialogs.actions.prompts import PATH
from tests.dialogs.calls import NIGHT

DIALOGS = PATH.parent.parent
BIRTH, DEATH = "1.001193", "1.000656"  # codes of procedures

Messages = Sequence[dict[str, Any]]


class Conversation:
    """Runs the action that the rules name for an intent, as Rasa would, and keeps the slots."""

    def __init__(self, **metadata: Any) -> None:
        self.slots: dict[str, Any] = {}
        self.call_id = "call"
        self._metadata = {"now": NIGHT, **metadata}
        rules = yaml.safe_load((DIALOGS / "data" / "rules.yml").read_text())["rules"]
        self._actions = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}

    async def turn(self, intent: str, text: str = "", **more: Any) -> list[dict[str, Any]]:
        entities = [{"entity": name, "value": value} for name, value in more.pop("entities", {}).items()]
        message = {
            "intent": {"name": intent, "confidence": more.pop("certainty", 0.9)},
            "intent_ranking": [{"name": name, "confidence": 0.1} for name in more.pop("ranking", [])],
            "entities": entities,
            "text": text or f"/{intent}",
            "metadata": self._metadata | more,
        }
        tracker = Tracker(self.call_id, self.slots, message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        action = next(action for action in ACTIONS if action.name == self._actions[intent])
        for event in await action.run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        return [message["custom"] for message in dispatcher.messages]


def said(messages: Messages) -> str:
    return " ".join(message["text"] for message in messages if message["type"] == "say")
