"""A caller by script: places a real call, plays recordings whenever the bot is silent, and tells what happens."""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from hotline.follow import follow
from telephony.sip_client import DialFailed as SipDialFailed
from telephony.sip_client import OutgoingLine, dial
from telephony.webrtc_client import DialFailed as WebDialFailed
from telephony.webrtc_client import WebRtcCall, dial_web
from voicebot.audio import FRAME_SECONDS, RATE, SILENCE, Frame, Framer, Samples, level
from voicebot.line import Heard

AUDIBLE = -45.0  # dB: louder is speech, on both sides
SETTLED = 1.3  # s of silence after which the bot has finished, pauses between its sentences included
PATIENCE = 20.0  # s that we wait for the bot to speak, or to end

EventName = Literal[
    "answered",
    "caller_started",
    "caller_stopped",
    "heard",
    "bot_started",
    "bot_said",
    "interrupted",
    "handover",
    "ended",
]


class CallFailed(Exception):
    """The call did not come about, or the bot stayed silent; says why."""


@dataclass(frozen=True)
class CallEvent:
    at: float  # s since the call was answered
    event: EventName
    text: str | None = None
    latency_ms: float | None = None
    answer: str | None = None  # bot_said: what it was going to say, when it was not heard to its end

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


class ScriptedCaller:
    """One call. `on_event` hears of everything as it happens."""

    def __init__(self, to: str, on_event: Callable[[CallEvent], None], redis_url: str | None, stream: str) -> None:
        self.call_id = ""  # the hotline's, once it has answered
        self._to, self._on_event = to, on_event
        self._redis_url, self._stream = redis_url, stream
        self._loop = asyncio.get_running_loop()
        self._outgoing: deque[Frame] = deque()
        self._all_played = asyncio.Event()
        self._bot_heard = -1.0  # when the bot was last audible
        self._bot_speaking = False
        self._stopped_at: float | None = None  # our last audible frame, until the bot has answered it
        self._both: list[tuple[Frame, Frame]] = []
        self._incoming: deque[Frame] = deque(maxlen=10)

    async def call(
        self, plays: Sequence[Samples], digits: str = "", record: Path | None = None, hear_out: bool = True
    ) -> None:
        """Unless `hear_out`, hangs up as soon as the answer to the last recording begins. Raises CallFailed."""
        try:
            if self._to.startswith("http"):
                self._line: OutgoingLine | WebRtcCall = await dial_web(self._to)
            else:
                self._line = await dial(self._to)
        except (SipDialFailed, WebDialFailed) as error:
            raise CallFailed(str(error)) from None
        self._answered = self._loop.time()
        self._tell("answered")
        self.call_id = self._line.remote_call_id or ""
        self._line.start(self._source)
        helpers = [asyncio.create_task(self._listen()), asyncio.create_task(self._follow())]
        try:
            await self._play_all(plays, digits, hear_out)
        finally:
            await self._line.hang_up()
            await asyncio.wait(helpers, timeout=2)
            for helper in helpers:
                helper.cancel()
            if record:
                self._write(record)
            self._tell("ended", text=self._line.ended)

    async def _play_all(self, plays: Sequence[Samples], digits: str, hear_out: bool) -> None:
        await self._bot_done(since=-1.0)
        for number, samples in enumerate(plays, 1):
            began = self._now()
            self._outgoing.extend(_frames(samples))
            self._tell("caller_started")
            self._all_played.clear()
            with contextlib.suppress(TimeoutError):  # the line may have gone down
                await asyncio.wait_for(self._all_played.wait(), len(samples) / RATE + 5)
            self._tell("caller_stopped")
            last = number == len(plays) and not digits
            await self._bot_done(since=began, enough=SETTLED if hear_out or not last else 0.0)
        for key in digits:
            began = self._now()
            self._line.send_digit(key)
            await self._bot_done(since=began)

    async def _bot_done(self, since: float, enough: float = SETTLED) -> None:
        """Until the bot has spoken after `since` and has been silent for `enough` seconds."""
        limit = self._now() + PATIENCE
        while not self._line.ended:
            await asyncio.sleep(FRAME_SECONDS)
            if self._bot_heard > since:
                if self._now() - self._bot_heard >= enough:
                    return
            elif self._now() > limit:
                raise CallFailed(f"the bot has not spoken for {PATIENCE:.0f} s")

    def _source(self) -> Frame | None:
        frame = self._outgoing.popleft() if self._outgoing else None
        if not self._outgoing:
            self._all_played.set()
        if frame is not None and level(frame) > AUDIBLE:
            self._stopped_at = self._loop.time()
        self._both.append(
            (SILENCE if frame is None else frame, self._incoming.popleft() if self._incoming else SILENCE)
        )
        return frame

    async def _listen(self) -> None:
        async for event in self._line.events():
            if isinstance(event, Heard):
                self._incoming.append(event.frame)
                self._hear(event.frame)

    def _hear(self, frame: Frame) -> None:
        if level(frame) <= AUDIBLE:
            self._bot_speaking = self._bot_speaking and self._now() - self._bot_heard < SETTLED
            return
        self._bot_heard = self._now()
        if self._bot_speaking:
            return
        self._bot_speaking = True
        latency = None
        if self._stopped_at is not None and not self._outgoing:
            latency = round(1000 * (self._loop.time() - self._stopped_at), 1)
            self._stopped_at = None
        self._tell("bot_started", latency_ms=latency)

    async def _follow(self) -> None:
        """The words of the call, from the hotline's own journal when we can read it."""
        if self._redis_url is None or not self.call_id:
            return
        async with contextlib.aclosing(follow(self._redis_url, self._stream, self.call_id)) as journal:
            async for event in journal:
                match event["kind"]:
                    case "bot_said":
                        self._tell(
                            "bot_said", text=event["played"], answer=None if event["complete"] else event["answer"]
                        )
                    case "caller_said" if event["how"] != "event":
                        self._tell("heard", text=event["text"])
                    case "interrupted":
                        self._tell("interrupted")
                    case "handed_over":
                        self._tell("handover", text=event["result"])
                    case "call_ended":
                        return

    def _now(self) -> float:
        return self._loop.time() - self._answered

    def _tell(self, event: EventName, **more: Any) -> None:
        self._on_event(CallEvent(round(self._now(), 3), event, **more))

    def _write(self, path: Path) -> None:
        both = np.array(self._both, np.int16)  # frames x sides x samples
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(both.transpose(0, 2, 1).tobytes())


def _frames(samples: Samples) -> list[Frame]:
    """Up to the last audible one: the line is silent after it anyway."""
    framer = Framer()
    frames = framer.feed(samples)
    if (rest := framer.flush()) is not None:
        frames.append(rest)
    while frames and level(frames[-1]) <= AUDIBLE:
        frames.pop()
    return frames
