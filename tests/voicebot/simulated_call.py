"""What surrounds a call, simulated: a line in memory with a clock of its own, a dialogue and a desk by script."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from voicebot import events
from voicebot.audio import FRAME_SECONDS, SILENCE, Frame, Framer, Samples, level
from voicebot.dialogue import CallerTurn, Command, DialogueFailed, Say, Understanding
from voicebot.line import (
    Caption,
    Digit,
    Heard,
    LineEvent,
    LineInfo,
    LineStatistics,
    Source,
    Typed,
)

LIMIT = 30.0  # s; a hang
Message = Say | Command | Understanding | DialogueFailed
EventT = TypeVar("EventT")


async def until(condition: Callable[[], Any]) -> Any:
    limit = time.monotonic() + LIMIT
    while not (found := condition()):
        assert time.monotonic() < limit, "it has not come about"
        await asyncio.sleep(FRAME_SECONDS)
    return found


class SimulatedLine:
    """Pulls and offers a frame every 20 ms. Needs no network; otherwise it behaves as a telephone line does."""

    def __init__(self, call_id: str = "simulated-0001") -> None:
        self.info = LineInfo(call_id, "sip", caller="0912345678", called="19001009")
        self.statistics = LineStatistics()
        self.ended: str | None = None
        self.played: list[Frame | None] = []
        self.captions: list[Caption] = []
        self.transferred: list[str] = []
        self.transfer_error: Exception | None = None
        self._held = False
        self.ringing = 0.0  # s before a transfer comes about, or fails
        self._incoming: asyncio.Queue[LineEvent | None] = asyncio.Queue()
        self._speech: deque[Frame] = deque()
        self._clock: asyncio.Task[None] | None = None

    def start(self, source: Source) -> None:
        self._clock = asyncio.create_task(self._run(source), name="simulated line")

    async def _run(self, source: Source) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if self._held:
                await asyncio.sleep(FRAME_SECONDS)
                due = loop.time()
                continue
            self.played.append(source())
            self._incoming.put_nowait(Heard(self._speech.popleft() if self._speech else SILENCE))
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def events(self) -> AsyncIterator[LineEvent]:
        while (event := await self._incoming.get()) is not None:
            yield event

    def show(self, caption: Caption) -> None:
        self.captions.append(caption)

    async def transfer(self, target: str) -> None:
        await asyncio.sleep(self.ringing)
        if self.transfer_error:
            raise self.transfer_error
        self.transferred.append(target)

    async def hang_up(self) -> None:
        self._end("hung_up")

    # What the caller does

    def speak(self, samples: Samples) -> None:
        framer = Framer()
        self._speech.extend(framer.feed(samples))

    def press(self, key: str) -> None:
        self._incoming.put_nowait(Digit(key))

    def write(self, text: str) -> None:
        self._incoming.put_nowait(Typed(text))

    def hold(self) -> None:
        """Media stops both ways, as it does on hold."""
        self._held = True

    def resume(self) -> None:
        self._held = False

    def caller_hangs_up(self) -> None:
        self._end("caller_hung_up")

    def audible(self, since: int = 0) -> bool:
        return any(frame is not None and level(frame) > -45 for frame in self.played[since:])

    def _end(self, reason: str) -> None:
        if self.ended is None:
            self.ended = reason
            if self._clock:
                self._clock.cancel()
            self._incoming.put_nowait(None)


class SimulatedDialogue:
    """Answers the n-th turn with the n-th list of messages, after the greeting; then with nothing more to say."""

    def __init__(self, *answers: Iterable[Message], greeting: Say | None = None) -> None:
        self.turns: list[CallerTurn] = []
        self.delay = 0.0  # s before an answer, from the first turn after the greeting on
        self._greeting = greeting or Say("Em chào bác ạ.")
        self._answers = deque(answers)

    async def respond(self, turn: CallerTurn) -> AsyncGenerator[Say | Command | Understanding, None]:
        self.turns.append(turn)
        if turn.intent == "chao_hoi":
            yield self._greeting
        else:
            await asyncio.sleep(self.delay)
            for message in self._answers.popleft() if self._answers else ():
                if isinstance(message, DialogueFailed):
                    raise message
                yield message
        yield Understanding(turn.intent or "hoi_thu_tuc", 0.9)

    async def close(self) -> None:
        pass


class SimulatedDesk:
    def __init__(self, agent: str | None = None, broken: bool = False) -> None:
        self.tickets: list[tuple[str, str | None, str]] = []
        self._agent, self._broken = agent, broken

    def on_duty(self) -> str | None:
        return self._agent

    async def open_ticket(self, call_id: str, caller: str | None, reason: str) -> str:
        if self._broken:
            raise OSError("no database")
        self.tickets.append((call_id, caller, reason))
        return str(1000 + len(self.tickets))


class MemoryJournal:
    def __init__(self) -> None:
        self.events: list[events.Event] = []
        self.cancel_upon: tuple[type[Any], asyncio.Task[None]] | None = None  # a task, when such an event comes

    def append(self, event: events.Event) -> None:
        self.events.append(event)
        if self.cancel_upon and isinstance(event, self.cancel_upon[0]):
            self.cancel_upon[1].cancel()

    def of(self, kind: type[EventT]) -> list[EventT]:
        return [event for event in self.events if isinstance(event, kind)]

    def said(self) -> list[str]:
        """What the bot has said to its end."""
        return [event.answer for event in self.of(events.BotSaid) if event.complete]

    async def await_said(self, text: str, times: int = 1) -> None:
        with suppress(AssertionError):
            await until(lambda: self.said().count(text) >= times)
        assert self.said().count(text) >= times, self.events
