"""A caller, a recogniser, a dialogue and a player by script, for the tests of turn-taking."""

from __future__ import annotations

from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.audio import FRAME_SECONDS
from voicebot.expectation import Expectation
from voicebot.recognition.recognizer import Transcript
from voicebot.settings import TurnSettings
from voicebot.turns import TurnTaking


def transcript(words: str) -> Transcript:
    return Transcript(words, words, 0.9, (), 1.0, 30.0)


class Script:
    """Steps the machine along a clock of its own and keeps every action with the time at which it came."""

    def __init__(self, settings: TurnSettings | None = None, opened: bool = True) -> None:
        self.settings = settings or TurnSettings()
        self.turns = TurnTaking(self.settings)
        self.now = 0.0
        self.log: list[tuple[float, do.Action]] = []
        if opened:  # the greeting is over and the bot listens
            self.take(on.Opened())
            self.answer(Expectation.OPEN)
            self.log.clear()

    def take(self, event: on.TurnEvent) -> list[do.Action]:
        actions = self.turns.step(event, self.now)
        self.log += [(self.now, action) for action in actions]
        return actions

    def voice(self, seconds: float, probability: float = 0.95) -> Script:
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.now += FRAME_SECONDS
            self.take(on.Voice(probability))
        return self

    def silence(self, seconds: float) -> Script:
        return self.voice(seconds, 0.02)

    def hears(self, words: str, closed: bool | None = None, after: float = 0.04, **more: bool) -> Script:
        """The recogniser answers the decode that was asked for last."""
        self.silence(after)
        self.take(on.Decoded(self.last(do.Decode).decode, transcript(words), closed, **more))
        return self

    def says(self, words: str, closed: bool | None = True, seconds: float = 0.8, **more: bool) -> Script:
        """The caller speaks, falls silent, and the recogniser has heard it."""
        return self.voice(seconds).silence(0.2).hears(words, closed, **more)

    def answer(self, expects: Expectation = Expectation.OPEN, seconds: float = 1.0, listen: bool = True) -> Script:
        """The dialogue answers the open turn and the player speaks it (to its end, unless not `listen`)."""
        turn = self.turn
        self.take(on.Replied(turn, expects))
        self.take(on.ReplyEnded(turn, spoke=True))
        self.start_speaking()
        return self.silence(seconds).finish_speaking() if listen else self

    def start_speaking(self, interruptible: bool = True, answer: bool = True) -> Script:
        self.take(on.SpeakingStarted(answer, interruptible))
        return self

    def finish_speaking(self) -> Script:
        self.take(on.SpeakingFinished())
        return self

    @property
    def turn(self) -> int:
        turns = [action.turn for _, action in self.log if isinstance(action, do.Commit | do.Send)]
        return turns[-1] if turns else 1

    def all(self, *kinds: type[do.Action]) -> list[do.Action]:
        return [action for _, action in self.log if isinstance(action, kinds)]

    def last(self, kind: type) -> do.Action:
        return self.all(kind)[-1]

    def at(self, kind: type) -> float:
        """When an action of this kind came last."""
        return [now for now, action in self.log if isinstance(action, kind)][-1]


def speaking(expects: Expectation = Expectation.OPEN) -> Script:
    """The bot is in the middle of an answer."""
    script = Script()
    script.says("làm khai sinh cần gì").silence(0.5)
    return script.answer(expects, listen=False)


def last_decode(script: Script) -> int:
    decode = script.last(do.Decode)
    assert isinstance(decode, do.Decode)
    return decode.decode
