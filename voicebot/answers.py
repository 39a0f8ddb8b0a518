"""What the dialogue has given for the turn, what the caller has heard of it, and how long that took."""

from __future__ import annotations

import math
from dataclasses import replace

from language import Language
from voicebot.dialogue import Say
from voicebot.utterance import Utterance

ECHO = 0.8  # share of the heard syllables that our own sentence holds, in order
ECHO_LASTS = 0.8  # s after our last word in which an echo has been heard out, the silence that starts decoding included


class Answers:
    def __init__(self) -> None:
        self.turn = 0
        self.repeats = 0  # in a row
        self.began = 0.0  # when the current utterance became audible
        self.decoded_at = 0.0
        self.silent_since = 0.0  # infinite while we speak
        self._asked_at = self._committed_at = 0.0
        self._replied_at: float | None = None
        self._measured = True
        self._held: list[Say] = []
        self._heard: list[Utterance] = []  # of the last answer
        self._speaking = ""

    def open(self, turn: int, asked_at: float, now: float) -> None:
        """A turn of the caller, which ended at `asked_at`, goes to the dialogue."""
        self.turn, self._asked_at, self._committed_at = turn, asked_at, now
        self._replied_at, self._measured = None, False

    @property
    def held(self) -> bool:
        """Something waits until it may be spoken."""
        return bool(self._held)

    def hold(self, say: Say, now: float) -> None:
        if self._replied_at is None:
            self._replied_at = now
        self._held.append(say)

    def release(self, turn: int) -> list[Say]:
        """What may be spoken now."""
        held, self._held = self._held, []
        return held if turn == self.turn else []

    def drop(self) -> None:
        self._held.clear()

    def started(self, utterance: Utterance, now: float) -> dict[str, float] | None:
        """The caller begins to hear it. For the first answer to a turn: milliseconds from its end to each stage."""
        self.began, self._speaking, self.silent_since = now, utterance.text, math.inf
        if utterance.turn == 0:
            return None
        if not self._heard or self._heard[0].turn != utterance.turn:
            self._heard, self.repeats = [], 0
        if all(heard.id != utterance.id for heard in self._heard):
            self._heard.append(utterance)
        if self._measured or utterance.turn != self.turn or self._replied_at is None:
            return None
        self._measured = True
        stages = {
            "decoded": self.decoded_at, "committed": self._committed_at, "replied": self._replied_at, "audible": now,
        }  # fmt: skip
        return {name: round(1000 * (at - self._asked_at), 1) for name, at in stages.items() if at >= self._asked_at}

    def again(self) -> list[Utterance]:
        """The last answer, to be said once more."""
        self.repeats += 1
        return [replace(utterance, interruptible=True) for utterance in self._heard]

    def echoes(self, spoken: str, end: float, words: Language) -> bool:
        """Whether these words, heard until `end`, are our own, coming back through the caller's loudspeaker.

        Callers answer in the words of the question: what goes on after it is no echo.
        """
        if end > self.silent_since + ECHO_LASTS:
            return False
        heard, ours = words.fold(spoken).split(), words.fold(words.speak(self._speaking)).split()
        if len(heard) < 3 or not ours:
            return False
        at = found = 0
        for word in heard:
            if word in ours[at:]:
                at, found = ours.index(word, at) + 1, found + 1
        return found >= ECHO * len(heard)
