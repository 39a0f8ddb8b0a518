"""The actions that the rules name (dialogs/data/rules.yml)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from dialogs.actions import (
    call_back,
    complaints,
    dossiers,
    dropped,
    fields,
    hand_over,
    hearing,
    legal,
    manners,
    message,
    questions,
    queue,
    queue_held,
    repair,
    replies,
    scams,
    survey,
    talk,
)
from dialogs.actions.backing import backing
from dialogs.actions.forms import later, start
from dialogs.actions.turn import Turn

ABOUT_RECORDING = {"hoi_ghi_am", "tu_choi_ghi_am"}


@dataclass(frozen=True)
class CallAction:
    """Acts upon one turn, unless the turn answers what the bot has just asked.

    Nothing is sent when acting fails: the channel then reports the turn as unanswered.
    """

    name: str
    act: Callable[[Turn], None]
    takes_replies: bool = True  # the turn may be the answer to the open question
    needs_words: bool = True  # badly heard words are not acted upon

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = Turn(tracker, backing())
        await asyncio.to_thread(self._take, turn)  # the services block
        return turn.finish(dispatcher)

    def _take(self, turn: Turn) -> None:
        misses = turn.memory.misses
        if turn.intent not in ABOUT_RECORDING and hearing.refuses_recording(turn.text):
            turn.command("stop_recording")
            turn.say("recording_stopped")
        if hearing.cries_for_help(turn.text):
            turn.intent = "khan_cap"
            talk.emergency(turn)
        elif self.needs_words and turn.hearing < repair.HEARD_BADLY:
            repair.misunderstood(turn)
        else:
            manners.notice(turn)
            takes = replies.plainly(turn) or self.takes_replies or replies.doubtful(turn)
            if not (takes and replies.answers(turn)):
                self.act(turn)
        if turn.memory.misses == misses:
            turn.memory.misses = 0
        turn.memory.helped |= survey.helped(turn.actions)
        dropped.remember(turn)


ACTIONS = (
    CallAction("action_greet", talk.greet, takes_replies=False, needs_words=False),
    CallAction("action_answer", questions.answer),
    CallAction("action_legal", legal.answer),
    CallAction("action_field", fields.ask),
    CallAction("action_agency", fields.agency),
    CallAction("action_reply", replies.unasked),
    CallAction("action_hand_over", hand_over.asked_for, takes_replies=False, needs_words=False),
    CallAction("action_emergency", talk.emergency, takes_replies=False, needs_words=False),
    CallAction("action_control", talk.control, takes_replies=False, needs_words=False),
    CallAction("action_goodbye", survey.goodbye),
    CallAction("action_message", message.wanted),
    CallAction("action_call_back", call_back.wanted),
    CallAction("action_rate", survey.asked_for),
    CallAction("action_tell", talk.tell),
    CallAction("action_calm", talk.insulted),
    CallAction("action_not_yet", talk.not_yet),
    CallAction("action_complaint", complaints.start),
    CallAction("action_scam", scams.start),
    CallAction("action_address", manners.change_address, takes_replies=False),
    CallAction("action_dossier", dossiers.look_up),
    CallAction("action_dossier_reminder", dossiers.remind),
    CallAction("action_book_number", queue.book),
    CallAction("action_cancel_number", queue_held.cancel),
    CallAction("action_change_number", queue_held.change),
    CallAction("action_no_input", repair.silent, takes_replies=False, needs_words=False),
    CallAction("action_fallback", questions.rescue),
    CallAction("action_form", start.asked_for),
    CallAction("action_resume", later.resume_asked),
    CallAction("action_pause", later.pause_asked, takes_replies=False),
)


class CallExecutor(ActionExecutor):  # type: ignore[misc]  # rasa_sdk is untyped
    """Runs the actions by name."""

    def __init__(self) -> None:
        super().__init__()
        for action in ACTIONS:
            self.register_function(action.name, action.run)

    def update_and_return_domain(self, action_call: dict[str, Any], action_name: str) -> dict[str, Any]:
        """Our actions read no domain, and Rasa sends none (`enable_selective_domain`); upstream insists on one."""
        return {}
