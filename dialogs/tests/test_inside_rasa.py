# ruff: noqa: PT009, PT027  (pytest is not installed beside Rasa)
"""What runs inside Rasa's process: the short ways, the stores, the frames. Run by tests/dialogs in dialogs/.venv."""

from __future__ import annotations

import asyncio
import json
import unittest
from unittest.mock import patch

import redis
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from dialogs import hot_paths
from dialogs.channel import Frame, MalformedFrame
from dialogs.stores import CallTrackerStore

DOMAIN = Domain.from_yaml(
    "version: '3.1'\nslots:\n  procedure: {type: any, influence_conversation: false, mappings: [{type: custom}]}\n"
)


class HotPaths(unittest.TestCase):
    def setUp(self) -> None:
        hot_paths.install()
        self.action = RemoteAction("action_answer", None)

    def test_events_resolve_as_before(self) -> None:
        for event in all_subclasses(Event):
            self.assertIs(Event.resolve_by_type(event.type_name), hot_paths._resolve_slowly(event.type_name))

    def test_unknown_event_is_still_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, "Unknown event name 'nonsense'"):
            Event.resolve_by_type("nonsense")
        self.assertIs(Event.resolve_by_type("nonsense", SlotSet), SlotSet)
        self.assertIsNone(Event.resolve_by_type("topic"))

    def test_valid_answer_is_not_validated_twice(self) -> None:
        answer = {"events": [{"event": "slot", "name": "procedure", "value": "x"}], "responses": [{"custom": {}}]}
        with patch("jsonschema.validate", side_effect=AssertionError):
            self.assertTrue(self.action._validate_action_result(answer))

    def test_invalid_answer_keeps_the_message_of_upstream(self) -> None:
        with self.assertRaises(ValidationError) as caught:
            self.action._validate_action_result({"events": "none"})
        self.assertIn("Failed to validate Action server response", caught.exception.message)


class Stores(unittest.TestCase):
    """Redis at a port where nothing listens: the store goes on by itself."""

    def setUp(self) -> None:
        self.store = CallTrackerStore(DOMAIN, "redis://127.0.0.1:1")

    def conversation(self) -> DialogueStateTracker:
        tracker = DialogueStateTracker("call", DOMAIN.slots)
        events = [
            UserUttered("bí mật"),
            ActionExecuted("action_answer"),
            BotUttered("bí mật"),
            SlotSet("procedure", "x"),
        ]
        for event in [*events, ActionExecuted("action_listen")]:
            tracker.update(event, DOMAIN)
        return tracker

    def test_keeps_what_the_call_remembers_and_not_what_was_said(self) -> None:
        asyncio.run(self.store.save(self.conversation()))
        self.assertNotIn("bí mật", json.loads(json.dumps(self.store._here))["call"])
        found = asyncio.run(self.store.retrieve("call"))
        self.assertEqual(found.get_slot("procedure"), "x")
        self.assertEqual(found.latest_action_name, "action_listen")

    def test_history_does_not_grow(self) -> None:
        sizes = []
        tracker = self.conversation()
        for _ in range(3):
            asyncio.run(self.store.save(tracker))
            sizes.append(len(self.store._here["call"]))
            tracker.update(UserUttered("lần nữa"), DOMAIN)
            tracker.update(ActionExecuted("action_listen"), DOMAIN)
        self.assertLess(max(sizes) - min(sizes), 50)  # timestamps alone differ

    def test_turn_under_way_is_kept_whole(self) -> None:
        tracker = self.conversation()
        tracker.update(UserUttered("đang nói"), DOMAIN)
        tracker.update(ActionExecuted("action_answer"), DOMAIN)
        asyncio.run(self.store.save(tracker))
        self.assertEqual(asyncio.run(self.store.retrieve("call")).latest_message.text, "đang nói")

    def test_redis_is_left_alone_for_a_while_after_an_error(self) -> None:
        client = self.store._redis._client
        with patch.object(client, "execute_command", side_effect=redis.ConnectionError) as command:
            for _ in range(5):
                asyncio.run(self.store.save(self.conversation()))
        self.assertEqual(command.call_count, 1)


class Frames(unittest.TestCase):
    def test_reads_a_frame(self) -> None:
        frame = Frame.parse('{"turn": 1, "sender": "call", "text": "xin chào", "more": 1}')
        self.assertEqual((frame.turn, frame.sender, frame.text, frame.metadata), (1, "call", "xin chào", {}))

    def test_says_what_is_wrong(self) -> None:
        wrong = {
            "{": "not JSON",
            "[]": "not a JSON object",
            '{"sender": "call", "text": "a"}': "turn: int expected",
            '{"turn": true, "sender": "call", "text": "a"}': "turn: int expected",
            '{"turn": 1, "sender": 7, "text": "a"}': "sender: str expected",
            '{"turn": 1, "sender": "call", "text": " "}': "must not be empty",
            '{"turn": 1, "sender": "call", "text": "a", "metadata": []}': "metadata: dict expected",
        }
        for raw, reason in wrong.items():
            with self.subTest(raw), self.assertRaisesRegex(MalformedFrame, reason):
                Frame.parse(raw)


if __name__ == "__main__":
    unittest.main()
