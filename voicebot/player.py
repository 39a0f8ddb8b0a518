"""Speaks utterances to a line that pulls frames, and knows how much of each the caller has really heard.

All of it runs on one event loop, the line's pulling too. Events are reported from within `source`, `flush` and `run`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from voicebot.audio import FRAME_SAMPLES, FRAME_SECONDS, Frame, Framer
from voicebot.settings import SynthesisSettings
from voicebot.synthesis.synthesizer import USUAL, Manner, SynthesisFailed
from voicebot.utterance import Clause, Speaking, Utterance, Voice

_AHEAD = round(6 / FRAME_SECONDS)  # frames made before the line wants them
_FADE = np.linspace(1, 0, FRAME_SAMPLES, dtype=np.float32)
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";")
_BREATHS = (",", "–", "—")
_CLOSING = "\"'”’»)] \n"  # may follow a mark
_BREATH_SHARE = 1 / 3  # of the pause between sentences


@dataclass(frozen=True)
class Started:
    """The line has pulled the first frame."""

    utterance: Utterance


@dataclass(frozen=True)
class Finished:
    """The line has pulled the last frame, or the rest was flushed. Every utterance gets one, started or not."""

    utterance: Utterance
    played: str  # the part of its text that was heard, cut between words
    complete: bool  # every clause was spoken to its end


@dataclass(frozen=True)
class Failed:
    """The voice gave no sound for a clause, or broke off; what follows is spoken all the same."""

    utterance: Utterance
    error: str


PlayerEvent = Started | Finished | Failed


class Player:
    """The mouth of one call. What is said is spoken in the `voice` of that moment."""

    def __init__(self, voice: Voice, settings: SynthesisSettings, on_event: Callable[[PlayerEvent], None]) -> None:
        self.voice = voice
        self._settings = settings
        self._report = on_event
        self._manner = USUAL
        self._queue: deque[Speaking] = deque()
        self._pause = 0  # silent frames due before the next clause
        self._fading: Frame | None = None
        self._work, self._room = asyncio.Event(), asyncio.Event()
        self._making: tuple[Clause, asyncio.Task[None]] | None = None

    @property
    def current(self) -> Utterance | None:
        """What is being said, or comes next."""
        return self._queue[0].utterance if self._queue else None

    @property
    def speaking(self) -> bool:
        """Something is being said, or waits to be."""
        return bool(self._queue)

    @property
    def position(self) -> float:
        """Seconds of the current utterance that the line has pulled, without pauses; 0 when there is none."""
        return self._queue[0].seconds if self._queue else 0.0

    @property
    def manner(self) -> Manner:
        """How to speak from the next clause on; what was made ahead is made anew."""
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        if manner == self._manner:
            return
        self._manner = manner
        for clause in self._queued():
            if not clause.pulled:
                self._stop_making(clause)
                clause.unmake()
        self._work.set()

    def say(self, utterance: Utterance, voice: Voice | None = None) -> None:
        """Queues it behind what is being said; its sound is made at once."""
        self._queue.append(Speaking(utterance, voice or self.voice))
        self._work.set()

    def source(self) -> Frame | None:
        """The next frame, None for silence; for a line that asks every 20 ms of its own clock."""
        if self._fading is not None:
            frame, self._fading = self._fading, None
            return frame
        self._advance()
        if self._pause:
            self._pause -= 1
            return None
        speaking = self._queue[0] if self._queue else None
        clause = speaking.current if speaking else None
        if not speaking or not clause or not clause.frames:
            return None
        frame = clause.frames.popleft()
        clause.pulled += 1
        self._room.set()
        if not speaking.started:
            speaking.started = True
            self._report(Started(speaking.utterance))
        self._advance()
        return frame

    def flush(self) -> None:
        """Falls silent: one frame more, fading out. What was queued is dropped and finished as it is."""
        clause = self._queue[0].current if self._queue else None
        if clause and clause.pulled and clause.frames:
            self._fading = (clause.frames[0] * _FADE).astype(np.int16)
        dropped, self._queue, self._pause = self._queue, deque(), 0
        if self._making:
            self._making[1].cancel()
        for speaking in dropped:
            self._report(Finished(speaking.utterance, speaking.heard(self._words_per_minute), complete=False))

    async def run(self) -> None:
        """Makes the sound of what is queued, clause by clause, until cancelled; nothing is left running then."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._work.wait()
                self._work.clear()
                while found := self._next_unmade():
                    task = tasks.create_task(self._make(*found))
                    self._making = found[1], task
                    await asyncio.wait([task])
                    self._making = None

    @property
    def _words_per_minute(self) -> int:
        return self._settings.slow_words_per_minute if self._manner.slow else self._settings.words_per_minute

    def _queued(self) -> list[Clause]:
        return [clause for speaking in self._queue for clause in speaking.clauses]

    def _advance(self) -> None:
        """Leaves behind what is over."""
        while self._queue:
            speaking = self._queue[0]
            if clause := speaking.current:
                if not clause.over:
                    return
                speaking.at += 1
                if clause.pulled:
                    self._pause = self._pause_after(clause, last=speaking.current is None)
            else:
                self._queue.popleft()
                self._report(Finished(speaking.utterance, speaking.heard(self._words_per_minute), speaking.complete))

    def _pause_after(self, clause: Clause, last: bool) -> int:
        """Frames: most at the end of a sentence, none where a long one was cut only to be spoken sooner."""
        pause = self._settings.slow_clause_pause if self._manner.slow else self._settings.clause_pause
        shown = clause.shown.rstrip(_CLOSING)
        if last or shown.endswith(_SENTENCE_ENDS):
            return round(pause / FRAME_SECONDS)
        return round(pause * _BREATH_SHARE / FRAME_SECONDS) if shown.endswith(_BREATHS) else 0

    def _next_unmade(self) -> tuple[Speaking, Clause] | None:
        for speaking in self._queue:
            for clause in speaking.clauses:
                if not clause.made:
                    return speaking, clause
        return None

    async def _make(self, speaking: Speaking, clause: Clause) -> None:
        framer, voice = Framer(), speaking.voice
        speech = clause.spoken or voice.speak(clause.shown)
        await self._room_ahead()
        try:
            if any(map(str.isalnum, speech)):
                async with aclosing(voice.synthesizer.speak(speech, self._manner)) as chunks:
                    async for chunk in chunks:
                        clause.frames.extend(framer.feed(chunk))
                        await self._room_ahead()
        except SynthesisFailed as error:
            clause.failed = True
            self._report(Failed(speaking.utterance, str(error)))
        if (rest := framer.flush()) is not None:
            clause.frames.append(rest)
        clause.made = True

    async def _room_ahead(self) -> None:
        while sum(len(clause.frames) for clause in self._queued()) >= _AHEAD:
            self._room.clear()
            await self._room.wait()

    def _stop_making(self, clause: Clause) -> None:
        if self._making and self._making[0] is clause:
            self._making[1].cancel()
