"""A call in writing: one conversation with the dialogue, its turns in order, its journal like that of a spoken call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from language import vi
from voicebot import events
from voicebot.call_parts import Desk, EventLog
from voicebot.dialogue import CallerTurn, Dialogue, DialogueFailed
from voicebot.expectation import Expectation
from voicebot.written_turn import Reply, WrittenAnswer, ask, read_typed

log = logging.getLogger(__name__)

LONGEST = 2000  # characters of a message
PERSON_KEY, PERSON_INTENT = "0", "gap_nhan_vien"
_NUMBERS = {Expectation.DIGITS, Expectation.CODE, Expectation.DATE}  # while these are due, 0 is a digit


@dataclass(frozen=True)
class WrittenInfo:
    call_id: str  # unique: [0-9A-Za-z._-]{1,64}; also the dialogue's sender id
    channel: str  # "chat", "zalo", "text_call"
    caller: str | None = None  # a telephone number, when it is known
    address: str | None = None  # where else the caller is reached; personal data


@dataclass(frozen=True)
class WrittenParts:
    """What all written calls of a process share."""

    dialogue: Dialogue
    journal: EventLog
    desk: Desk
    prompts: Mapping[str, Sequence[str]]  # the channel's own words, by name
    clock: Callable[[], float]  # s, monotonic


@dataclass(frozen=True)
class Record:
    """Where the record of a call that is taken up again goes on."""

    events: int = 0
    turns: int = 0


class WrittenCall:
    def __init__(self, info: WrittenInfo, parts: WrittenParts, record: Record | None = None) -> None:
        self.info = info
        self.last_used = self._opened = parts.clock()
        self.pending = 0  # turns being answered, and waiting for that
        self._parts = parts
        self._events, self._turn = (record.events, record.turns) if record else (0, 0)
        self._order = asyncio.Lock()  # first come, first served
        self._expects: Expectation | None = None
        self._prompted: dict[str, int] = {}
        self._asked_phone = False
        self._ticket: str | None = None
        self._outcome: Any = "abandoned"
        if record is None:
            self._note(events.CallStarted, line=info.channel, caller=info.caller or info.address, called=None)

    def greet(self, prompt: str) -> Reply:
        """What the channel says first, by the name of the prompt."""
        reply = Reply(self._word(prompt))
        self._note_said(reply)
        return reply

    async def say(self, said: str, caller: str | None = None, now: str | None = None) -> WrittenAnswer:
        """Answers what the caller typed, whatever it is. `now` is the clock that the dialogue goes by, ISO 8601."""
        self.pending += 1
        try:
            async with self._order:
                began = self._parts.clock()
                answer = await self._answer(read_typed(said), caller or self.info.caller, now)
                answer.seconds = self._parts.clock() - began
                self._keep(answer)
                return answer
        finally:
            self.pending -= 1
            self.last_used = self._parts.clock()

    def undelivered(self, error: str) -> None:
        """The last answer did not reach the caller."""
        self._note(events.PartFailed, part="delivery", error=error)

    def close(self, reason: str) -> None:
        seconds = round(self._parts.clock() - self._opened, 2)
        self._note(events.CallEnded, reason=reason, seconds=seconds, outcome=self._outcome)

    async def _answer(self, said: str, caller: str | None, now: str | None) -> WrittenAnswer:
        self._turn += 1
        self._note(events.CallerSaid, turn=self._turn, how="typed", text=said[:LONGEST])
        if not said:
            return self._own("nothing")
        if len(said) > LONGEST:
            return self._own("too_long")
        if self._asked_phone and (phone := vi.parse_phone(said)):
            return await self._leave_ticket(phone)
        intent = PERSON_INTENT if said == PERSON_KEY and self._expects not in _NUMBERS else None
        turn = CallerTurn(
            self.info.call_id, self._turn, vi.write(said), intent, spoken=said,
            caller=caller, channel=self.info.channel, now=now,
        )  # fmt: skip
        try:
            answer = await ask(self._parts.dialogue, turn)
        except DialogueFailed as error:
            return self._way_out(str(error))
        self._understood(answer)
        if not answer.replies:  # "say that again" when nothing has been said
            answer.replies.append(Reply(self._word("unclear")))
        return answer

    def _way_out(self, error: str) -> WrittenAnswer:
        """The dialogue is away: asks for a number, so that an officer can call."""
        self._note(events.PartFailed, part="dialogue", error=error)
        answer = self._own("apology")
        answer.failed, self._asked_phone = error, True
        if self._outcome == "abandoned":
            self._outcome = "failed"
        return answer

    async def _leave_ticket(self, phone: str) -> WrittenAnswer:
        reason = "dialogue_failed"
        if self._ticket is None:
            try:
                self._ticket = await self._parts.desk.open_ticket(self.info.call_id, phone, reason)
            except Exception as error:  # noqa: BLE001 - whatever is broken there, the caller must read something
                log.error("call %s: no ticket: %s", self.info.call_id, type(error).__name__)
                self._note(events.HandedOver, reason=reason, result="failed")
                return self._own("apology")
            self._note(events.HandedOver, reason=reason, result="ticket", ticket=self._ticket)
        self._asked_phone, self._outcome = False, "handed_over"
        return self._own("ticket", ticket=self._ticket)

    def _understood(self, answer: WrittenAnswer) -> None:
        self._asked_phone = False
        if self._outcome != "handed_over":
            self._outcome = "answered"
        understood = answer.understanding
        if understood:
            self._note(
                events.TurnUnderstood, turn=self._turn, intent=understood.intent, confidence=understood.confidence,
                procedure=understood.procedure, aspect=understood.aspect,
                candidates=[dict(c) for c in understood.candidates], actions=[dict(a) for a in understood.actions],
            )  # fmt: skip
        wanted = next((c.arguments for c in answer.commands if c.name == "hand_over"), None)
        if wanted is not None:  # nobody can be put through to somebody who writes
            reason, summary = (str(wanted.get(name) or "") for name in ("reason", "summary"))
            self._hand_over(reason=reason, result="failed", summary=summary)
        elif understood and understood.handover:
            tickets = [str(a["result"]) for a in understood.actions if a.get("name") == "ticket"]
            self._hand_over(reason=understood.intent, result="ticket", ticket=tickets[-1] if tickets else None)

    def _hand_over(self, **fields: Any) -> None:
        self._outcome = "handed_over"
        self._note(events.HandedOver, **fields)

    def _keep(self, answer: WrittenAnswer) -> None:
        self._expects = answer.expects
        for reply in answer.replies:
            self._note_said(reply)
        stages = {"replied": round(1000 * answer.seconds, 1)}
        self._note(events.TurnMeasured, turn=self._turn, stages=stages)

    def _own(self, prompt: str, **values: str) -> WrittenAnswer:
        return WrittenAnswer([Reply(self._word(prompt, **values))], Expectation.OPEN)

    def _word(self, prompt: str, **values: str) -> str:
        """Another wording each time."""
        wordings, count = self._parts.prompts[prompt], self._prompted.get(prompt, 0)
        self._prompted[prompt] = count + 1
        return wordings[count % len(wordings)].format(**values)

    def _note_said(self, reply: Reply) -> None:
        at = round(self._parts.clock() - self._opened, 3)
        source = dict(reply.source) if reply.source else None
        self._note(
            events.BotSaid, turn=self._turn, answer=reply.text, played=reply.text, complete=True, source=source,
            audio_start=at, audio_end=at,
        )  # fmt: skip

    def _note(self, kind: type[Any], **fields: Any) -> None:
        self._parts.journal.append(kind(call_id=self.info.call_id, number=self._events, **fields))
        self._events += 1
