"""Does a model work? It is loaded and hears one question, as a worker of the hotline would."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from hotline.config import ROOT
from hotline.models import ModelError
from voicebot.recognition import ModelNotLoaded, load_audio, load_model
from voicebot.settings import RecognitionSettings

QUESTION = ROOT / "hotline" / "question.ogg"


@dataclass(frozen=True)
class Proof:
    spoken: str  # what was heard
    audio: float  # s
    took: float  # s


def prove(folder: Path, settings: RecognitionSettings) -> Proof:
    """Raises ModelError."""
    try:
        model = load_model(settings.model_copy(update={"model": str(folder)}))
    except ModelNotLoaded as error:
        raise ModelError(str(error)) from error
    audio, began = load_audio(QUESTION), time.perf_counter()
    heard = model.transcribe(audio)
    return Proof(heard.spoken, heard.seconds, time.perf_counter() - began)
