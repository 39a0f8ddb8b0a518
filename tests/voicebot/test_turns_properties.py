"""Turn-taking in random worlds: recogniser and dialogue are quick, slow, broken or silent; the caller does anything."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.voicebot.turn_script import Script, transcript
from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.audio import FRAME_SECONDS
from voicebot.expectation import Expectation

NEVER = None
LONGEST_SILENCE = 4.0


@dataclass(frozen=True)
class Move:
    """What the caller does, and how the world behaves while they do it."""

    speech: float  # s
    pause: float
    words: str
    closed: bool | None
    backchannel: bool
    command: bool
    key: str | None
    decode: float | None  # s until the recogniser answers; NEVER: it does not
    decode_fails: bool
    reply: float | None
    reply_fails: bool
    expects: Expectation
    answer: float  # s that our answer lasts
    wait: bool
    end: bool


moves = st.builds(
    Move,
    speech=st.floats(0, 3),
    pause=st.floats(0, 12),
    words=st.sampled_from(["", "dạ", "làm khai sinh", "cần giấy tờ gì"]),
    closed=st.sampled_from([True, False, None]),
    backchannel=st.booleans(),
    command=st.booleans(),
    key=st.sampled_from([None, None, None, "0", "*", "#", "9", "5", "1"]),
    decode=st.sampled_from([0.02, 0.1, 0.6, NEVER]),
    decode_fails=st.booleans(),
    reply=st.sampled_from([0.02, 0.3, 1.5, 2.9, NEVER]),
    reply_fails=st.booleans(),
    expects=st.sampled_from(list(Expectation)),
    answer=st.floats(0.1, 4),
    wait=st.booleans(),
    end=st.booleans(),
)


class World:
    def __init__(self) -> None:
        self.script = Script(opened=False)
        self.move = Move(0, 0, "", None, False, False, None, 0.02, False, 0.1, False, Expectation.OPEN, 1, False, False)
        self.due: list[tuple[float, int, Callable[[], None]]] = []
        self.order = count()
        self.queue: list[tuple[bool, float]] = []  # what the player has to say: an answer or not, s
        self.speaking = False
        self.speech_number = 0
        self.hung_up = False
        self.committed: list[int] = []
        self.spoken_turns: list[int] = []
        self.owed_since: float | None = None  # the caller said something that deserves our voice

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.due, (self.script.now + seconds, next(self.order), what))

    def take(self, event: on.TurnEvent) -> None:
        for action in self.script.take(event):
            self.perform(action)

    def perform(self, action: do.Action) -> None:
        move = self.move
        match action:
            case do.Decode(decode):
                if move.decode is not NEVER:
                    done = on.Decoded(decode, transcript(move.words), move.closed, move.backchannel, move.command)
                    event = on.DecodeFailed(decode) if move.decode_fails else done
                    self.after(move.decode, lambda: self.take(event))
            case do.Commit(turn, heard):
                assert heard.spoken, "an empty transcript is no turn"
                self.open(turn)
            case do.Send(turn):
                self.open(turn)
            case do.Speak(turn):
                assert turn == self.committed[-1], "an answer to an old turn"
                self.spoken_turns.append(turn)
                self.say(True, move.answer)
            case do.Prompt() | do.HandOver() | do.Repeat():
                self.say(False, 1.0)
            case do.StopSpeaking():
                assert self.speaking, "there is nothing to stop"
                self.fall_silent()
            case do.HangUp():
                assert not self.hung_up, "one hangs up once"
                assert not self.speaking, "not into our own words"
                self.hung_up = True

    def open(self, turn: int) -> None:
        assert turn == (self.committed[-1] if self.committed else 0) + 1, "turns count up without a gap"
        self.committed.append(turn)
        move = self.move
        if move.reply is NEVER:
            return
        if move.reply_fails:
            self.after(move.reply, lambda: self.take(on.ReplyFailed(turn)))
            return
        self.after(move.reply, lambda: self.reply(turn, move))

    def reply(self, turn: int, move: Move) -> None:
        if turn != self.committed[-1]:
            return  # given up: its stream is closed
        if move.wait:
            self.take(on.AskedToWait())
        if move.end:
            self.take(on.AskedToEnd())
        self.take(on.Replied(turn, move.expects))
        self.take(on.ReplyEnded(turn, spoke=True))

    def say(self, answer: bool, seconds: float) -> None:
        self.queue.append((answer, seconds))
        if not self.speaking:
            number = self.speech_number
            self.after(0.04, lambda: self.start() if number == self.speech_number else None)

    def start(self) -> None:
        if self.speaking or not self.queue or self.hung_up:
            return
        answer, seconds = self.queue.pop(0)
        self.speaking, self.owed_since = True, None
        self.speech_number += 1
        number = self.speech_number
        self.after(seconds, lambda: self.finish() if number == self.speech_number else None)
        self.take(on.SpeakingStarted(answer, interruptible=True))

    def finish(self) -> None:
        self.speaking = False
        if self.queue:
            self.start()
        else:
            self.take(on.SpeakingFinished())

    def fall_silent(self) -> None:
        self.queue.clear()
        self.speaking = False
        self.speech_number += 1
        self.after(0, lambda: self.take(on.SpeakingFinished()) if not self.speaking else None)

    def frame(self, voiced: bool) -> None:
        self.script.now += FRAME_SECONDS
        while self.due and self.due[0][0] <= self.script.now:
            heapq.heappop(self.due)[2]()
        self.take(on.Voice(0.95 if voiced else 0.02))
        if voiced:
            self.owed_since = None

    def play(self, move: Move) -> None:
        self.move = move
        if move.key:
            self.take(on.Keyed(move.key))
        for _ in range(round(move.speech / FRAME_SECONDS)):
            self.frame(True)
        if move.speech >= 0.5 and move.words and not move.backchannel and not self.speaking:
            self.owed_since = self.script.now
        for _ in range(round(move.pause / FRAME_SECONDS)):
            self.frame(False)
            if self.hung_up:
                return
            waited = self.script.now - (self.owed_since or self.script.now)
            assert waited <= LONGEST_SILENCE, f"silent for {waited:.1f} s after the caller's end"


@given(st.lists(moves, max_size=8))
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_no_world_breaks_the_rules(script: list[Move]) -> None:
    world = World()
    world.take(on.Opened())
    for move in script:
        if world.hung_up:
            break
        world.play(move)
    turns = [a.turn for _, a in world.script.log if isinstance(a, do.Commit)]
    assert turns == sorted(set(turns)), "no committed turn is given twice"


@given(st.lists(moves, max_size=6))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_call_ends_by_itself_when_the_caller_has_gone(script: list[Move]) -> None:
    world = World()
    world.take(on.Opened())
    for move in script:
        if world.hung_up:
            return
        world.play(move)
    alone = Move(0, 1, "", None, False, False, None, 0.02, False, 0.1, False, Expectation.OPEN, 1, False, False)
    world.move = alone
    for _ in range(round(200 / FRAME_SECONDS)):
        world.frame(False)
        if world.hung_up:
            return
    raise AssertionError("the call is still up after 200 s of silence")
