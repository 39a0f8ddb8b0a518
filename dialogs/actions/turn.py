"""One turn as the actions see it: what the caller said, what the call remembers, and what is answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from dialogs.actions import address
from dialogs.actions.answering import kept
from dialogs.actions.backing import Backing
from dialogs.actions.memory import Memory
from services.tickets import keepable
from voicebot.expectation import Expectation

logger = logging.getLogger(__name__)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DOUBTFUL = 0.5  # confidence below which an intent is less likely than that it is none
URGENT = {"gap_nhan_vien", "khan_cap"}  # intents that answer no question, whatever the words
TRANSCRIPT = 8  # turns that an officer finds in a ticket
WRITTEN = {"chat", "zalo"}
NOT_TRANSFERABLE = {"webrtc", "microphone", *WRITTEN}


class Turn:
    """Reads the tracker once; collects messages, sent together by `finish`."""

    def __init__(self, tracker: Tracker, backing: Backing) -> None:
        message = tracker.latest_message
        self._slots = dict(tracker.slots)
        self._metadata: Mapping[str, Any] = message.get("metadata") or {}
        self._messages: list[dict[str, Any]] = []
        self._expects: Expectation | None = None
        self.backing = backing
        self.memory = Memory.read(self._slots)
        self.asked = self.memory.awaiting  # the question that this turn may answer
        self.paused_before = self.memory.paused
        self.call_id: str = tracker.sender_id
        self.intent: str = message["intent"]["name"]
        self.intent_confidence = float(message["intent"].get("confidence") or 0)
        self.ranking: Sequence[Mapping[str, Any]] = message.get("intent_ranking") or ()
        self.entities: dict[str, Any] = {entity["entity"]: entity["value"] for entity in message.get("entities") or ()}
        text = message.get("text") or ""
        self.text: str = "" if text.startswith("/") else text
        self.candidates: list[dict[str, Any]] = []
        self.actions: list[dict[str, str]] = []
        self.handed_over = False
        self.passing = False  # the words of this turn are not what "say that again" means

    @property
    def procedure_name(self) -> str:
        """Spoken name of the procedure last spoken of; "" if there is none."""
        code = self.memory.procedure
        procedure = self.backing.procedures.get(code) if code else None
        return procedure.spoken_name if procedure else ""

    @property
    def hearing(self) -> float:
        """How sure the recogniser is of the words, 0..1."""
        return float(self._metadata.get("confidence", 1.0))

    @property
    def spoken(self) -> str:
        """The words as they were heard, numbers in words; "" for what was keyed."""
        return self._metadata.get("spoken") or ""

    @property
    def keyed(self) -> bool:
        """Digits from the keys of the telephone, or typed: words as they were heard are never digits."""
        said = (self.spoken or self.text).strip()
        return said.isascii() and said.isdigit()

    @property
    def alternatives(self) -> Sequence[str]:
        return self._metadata.get("alternatives") or ()

    @property
    def caller(self) -> str | None:
        return self._metadata.get("caller")

    @property
    def can_be_put_through(self) -> bool:
        """A browser, a microphone or somebody who writes has no line that could be transferred."""
        return self._metadata.get("channel") not in NOT_TRANSFERABLE

    @property
    def now(self) -> datetime:
        """By the clock of the call if it brings one; Hanoi's time when that clock names no zone."""
        stated = self._metadata.get("now")
        now = datetime.fromisoformat(stated) if stated else datetime.now(HANOI)
        return now if now.tzinfo else now.replace(tzinfo=HANOI)

    @property
    def ended(self) -> bool:
        return self._expects is Expectation.NOTHING

    def say(self, key: str, *, interruptible: bool = True, **values: object) -> None:
        self.tell(self.word(key, **values), interruptible=interruptible)

    def ask(
        self,
        key: str,
        expects: Expectation,
        what: str | None = None,
        needs: Mapping[str, Any] | None = None,
        **values: object,
    ) -> None:
        """Says a question. Its answer goes to `what` in `dialogs.actions.replies`, with what that `needs`."""
        self.tell(self.word(key, **values))
        self.expect(expects, what, needs)
        self.memory.question = {"key": key, "values": values}

    def ask_in(
        self, wordings: Sequence[str], expects: Expectation, what: str, needs: Mapping[str, Any] | None = None
    ) -> None:
        """As `ask`, in the first of `wordings`; asked again, it is asked in the next."""
        said, *others = wordings
        self.tell(said)
        self.expect(expects, what, needs)
        self.memory.question = {"wordings": [*others, said]}

    def expect(self, expects: Expectation, what: str | None = None, needs: Mapping[str, Any] | None = None) -> None:
        """The words said last were a question."""
        self._expects = expects
        self.memory.awaiting = {"what": what, "expects": expects, **(needs or {})} if what else None
        self.memory.question = None

    def ask_again(self) -> None:
        """Asks the question that was open at the start of the turn, in other words."""
        assert self.asked
        question = self.memory.question or {"key": "offer_person", "values": {}}
        needs = kept(self.asked)
        if "wordings" in question:
            self.ask_in(question["wordings"], Expectation(self.asked["expects"]), self.asked["what"], needs)
            return
        self.ask(question["key"], Expectation(self.asked["expects"]), self.asked["what"], needs, **question["values"])

    def anything_else(self) -> None:
        """After an answer: comes back to the task that the answer came in between, else asks what more there is."""
        if self.memory.paused:
            task = self.memory.paused["awaiting"]["task"]
            name = self.backing.prompts.name("tasks", task)
            self.ask("resume_task", Expectation.YES_NO, "resume", {"paused": task}, name=name)
        else:
            self.ask("anything_else", Expectation.OPEN, "anything")

    def set_aside(self) -> None:
        """Something comes in between: the task whose question is open is offered again by `anything_else`."""
        if self.asked and "task" in self.asked:
            self.memory.paused = {"awaiting": dict(self.asked), "question": self.memory.question}

    def resumes(self, task: str) -> bool:
        """Whether `task` was paused; then it goes on with the question that was open."""
        paused = self.memory.paused
        if not paused or paused["awaiting"]["task"] != task:
            return False
        self.asked, self.memory.question = paused["awaiting"], paused["question"]
        self.memory.paused = None
        self.ask_again()
        return True

    def word(self, key: str, **values: object) -> str:
        """Callers who write read `<key>_written` where there is one."""
        written = f"{key}_written"
        if self._metadata.get("channel") in WRITTEN and written in self.backing.prompts:
            key = written
        return self.backing.prompts.say(key, self.memory.wordings, **values)

    def tell(self, text: str, source: Mapping[str, Any] | None = None, interruptible: bool = True) -> None:
        """Every sentence passes here, those of the prompts and those of the knowledge."""
        text = address.put(text, self.memory.address)
        message = {"type": "say", "text": text, "interruptible": interruptible}
        self._messages.append(message | ({"source": dict(source)} if source else {}))

    def command(self, name: str, **arguments: Any) -> None:
        self._messages.append({"type": "command", "name": name, **arguments})

    def end(self) -> None:
        """Nothing more is expected of the caller."""
        self._expects = Expectation.NOTHING

    def record(self, action: str, result: str) -> None:
        """For the transcript: what was done in this turn, and how it went."""
        self.actions.append({"name": action, "result": result})

    def transcript(self) -> list[dict[str, str]]:
        """The last turns and this one so far; codes and passwords are blanked out."""
        said = " ".join(message["text"] for message in self._messages if message["type"] == "say")
        turns = [*self.memory.transcript, {"caller": keepable(self.text), "bot": said}]
        return turns[-TRANSCRIPT:]

    def finish(self, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Sends the messages and how the turn was understood; the events that keep the memory."""
        spoken = [message for message in self._messages if message["type"] == "say"]
        for message in spoken:
            message["expects"] = Expectation.NOTHING if message is not spoken[-1] else self._expected()
        if spoken and not self.passing:
            self.memory.last_words = [message["text"] for message in spoken]
        self.memory.transcript = self.transcript()
        for message in (*self._messages, self._understood()):
            dispatcher.utter_message(json_message=message)
        return self.memory.changes(self._slots)

    def _expected(self) -> Expectation:
        """As asked in this turn, else as by the question that is still open."""
        still_open = self.memory.awaiting or {}
        return self._expects or Expectation(still_open.get("expects", Expectation.OPEN))

    def _understood(self) -> dict[str, Any]:
        return {
            "type": "understood",
            "intent": "khong_ro" if self.intent == "nlu_fallback" else self.intent,
            "confidence": round(self.intent_confidence, 3),
            "language": self._metadata.get("language", "vi"),
            "procedure": self.memory.procedure,
            "aspect": self.memory.aspect,
            "candidates": self.candidates,
            "actions": self.actions,
            "handover": self.handed_over,
        }
