"""Settings of the voicebot's parts; composed into one file by `hotline.config`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """A section of config.yml: typed, closed, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecognitionSettings(Settings):
    model: str = "audio_models/recogniser"  # a directory, or a name that faster-whisper knows how to fetch
    workers: int = Field(2, ge=1, le=64)
    compute_type: str = "int8"
    timeout: float = Field(5.0, gt=0)  # s


class SynthesisSettings(Settings):
    engine: Literal["espeak", "coqui"] = "espeak"
    voice: str = "vi"  # espeak-ng voice, e.g. vi-vn-x-south+f3
    model: Path | None = None  # VITS directory for coqui
    words_per_minute: int = Field(150, ge=80, le=300)
    slow_words_per_minute: int = Field(120, ge=80, le=300)
    gain_db: float = Field(-6.0, ge=-30, le=0)
    clause_pause: float = Field(0.4, ge=0, le=2)  # s between sentences
    slow_clause_pause: float = Field(0.6, ge=0, le=2)


class LanguageSettings(Settings):
    """Another language than Vietnamese: without `recognition` it is spoken, and understood only in writing."""

    recognition: RecognitionSettings | None = None
    synthesis: SynthesisSettings


class TurnSettings(Settings):
    """Seconds. The defaults come from notes on elderly callers; `patience` of slow mode multiplies the waits."""

    speech_start: float = 0.1  # of speech before it counts
    speculate: float = 0.16  # of silence before decoding starts
    end_complete: float = 0.5  # of silence after an answer that is complete
    end_unsure: float = 1.6
    end_incomplete: float = 1.8
    end_yes_no: float = 0.45
    end_digits: float = 2.0  # digits, codes, dates and addresses that are not complete
    barge_in: float = 0.4  # of speech
    no_input: float = 8.0
    no_input_again: float = 10.0
    wait: float = 60.0  # "đợi tí"
    longest_utterance: float = 30.0
    filler: float = 2.0  # after the caller's end without an answer: a word of patience
    apology: float = 3.5  # ditto: give this turn up
    patience: float = 1.4  # factor in slow mode


class DialogueSettings(Settings):
    url: str = "ws://127.0.0.1:5005/webhooks/voice/ws"
    token: str = ""
    timeout: float = Field(3.0, gt=0)


class JournalSettings(Settings):
    stream: str = "calls"
    longest: int = Field(100_000, ge=1000)  # events kept in the stream


class RecordingSettings(Settings):
    enabled: bool = True
