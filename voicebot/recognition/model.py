"""Recognition within one process: a model's directory or name becomes something that turns audio into words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from voicebot.audio import RATE, Samples
from voicebot.expectation import Expectation
from voicebot.recognition.recognizer import Hypothesis, Transcript
from voicebot.settings import RecognitionSettings

PROJECT = Path(__file__).parents[2]
MODELS = PROJECT / "audio_models"
Write = Callable[[str], str]


class ModelNotLoaded(Exception):
    """The model named in the settings cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class Guess:
    spoken: str  # lower case, NFC, never empty
    confidence: float  # 0 to 1


@dataclass(frozen=True)
class Heard:
    guesses: list[Guess] = field(default_factory=list)  # best first; none when there was no speech
    turn_over: float | None = None  # see Transcript
    language: str | None = None


class Engine(Protocol):
    def hear(self, audio: Samples, expects: Expectation) -> Heard:
        """What was heard in `audio` (n,) at 16 kHz."""


@dataclass(frozen=True)
class Model:
    """An engine whose guesses become transcripts. Not for the event loop: a call computes until it is done."""

    engine: Engine
    write: Write = str  # spoken form to written form

    def transcribe(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Transcript:
        began = time.perf_counter()
        heard = self.engine.hear(audio, expects)
        return transcript_of(heard, len(audio) / RATE, 1000 * (time.perf_counter() - began), self.write)


def transcript_of(heard: Heard, seconds: float, decode_ms: float, write: Write) -> Transcript:
    answers = heard.turn_over, heard.language
    if not heard.guesses:
        return Transcript("", "", 0.0, (), seconds, decode_ms, *answers)
    best, *others = [Hypothesis(guess.spoken, write(guess.spoken), guess.confidence) for guess in heard.guesses]
    return Transcript(best.spoken, best.text, best.confidence, tuple(others), seconds, decode_ms, *answers)


def load_model(settings: RecognitionSettings, write: Write = str) -> Model:
    """A directory that holds heads.npz is for `CtcEngine`; any other, or a hub's name, for `WhisperEngine`.

    Raises ModelNotLoaded.
    """
    place = find_model(settings.model)
    try:
        if (place / "heads.npz").exists():
            from voicebot.recognition.ctc import CtcEngine

            return Model(CtcEngine(place, settings.compute_type), write)
        from voicebot.recognition.whisper import WhisperEngine

        return Model(WhisperEngine(str(place) if place.exists() else settings.model, settings.compute_type), write)
    except ModelNotLoaded:
        raise
    except Exception as error:  # whatever a bad model breaks, the operator gets one sentence
        raise ModelNotLoaded(f"recognition model {settings.model}: {_cause(error)}") from error


def find_model(name: str) -> Path:
    """As given, from the project's directory, or among its models. Raises ModelNotLoaded for a path to nowhere."""
    for place in (Path(name), PROJECT / name, MODELS / name):
        if place.is_dir():
            return place
    if name.startswith((".", "/", "~")) or name.count("/") > 1 or ("/" in name and (PROJECT / name).parent.is_dir()):
        raise ModelNotLoaded(f"recognition model {name}: no such directory (seen from {Path.cwd()} and {PROJECT})")
    return Path(name)


def _cause(error: Exception) -> str:
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return first_line if len(first_line) < 300 else f"{first_line[:300]}…"
