"""Text in its spoken form to speech, clause by clause."""

from __future__ import annotations

from pathlib import Path

from voicebot.settings import SynthesisSettings
from voicebot.synthesis.cache import CachedSynthesizer
from voicebot.synthesis.coqui import CoquiSynthesizer
from voicebot.synthesis.espeak import EspeakSynthesizer
from voicebot.synthesis.fallback import FallbackSynthesizer
from voicebot.synthesis.synthesizer import USUAL, Manner, SynthesisFailed, Synthesizer

__all__ = [
    "USUAL",
    "CachedSynthesizer",
    "CoquiSynthesizer",
    "EspeakSynthesizer",
    "FallbackSynthesizer",
    "Manner",
    "SynthesisFailed",
    "Synthesizer",
    "make_synthesizer",
]

_CACHE_BYTES = 512 << 20  # 4.6 hours of speech


def make_synthesizer(settings: SynthesisSettings, cache_dir: Path) -> Synthesizer:
    """The voice that is configured, with a cache in front. Raises SynthesisFailed when its model is missing."""
    if settings.engine == "espeak":
        return CachedSynthesizer(EspeakSynthesizer(settings), cache_dir, _key(settings), _CACHE_BYTES)
    voice = CachedSynthesizer(CoquiSynthesizer(settings), cache_dir, _key(settings), _CACHE_BYTES)
    return FallbackSynthesizer(voice, EspeakSynthesizer(settings.model_copy(update={"voice": "vi"})))


def _key(settings: SynthesisSettings) -> str:
    """Everything that changes how a clause sounds; a model that was trained further is another voice."""
    key = settings.model_dump_json(exclude={"clause_pause", "slow_clause_pause"})
    if settings.model is None:
        return key
    files = sorted(path.stat() for path in settings.model.glob("*.pth"))
    return key + "".join(f" {status.st_size} {status.st_mtime_ns}" for status in files)
