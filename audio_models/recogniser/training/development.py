"""What a model in training gets wrong on held-out speakers: sounds without lexicon or language model."""

from __future__ import annotations

import jiwer
import numpy as np
import torch

from audio_models.recogniser.training.corpus import Corpus, Recording
from audio_models.recogniser.training.held_out import development
from audio_models.recogniser.training.model import Listener
from audio_models.recogniser.training.syllables import text_units
from benchmarks.conditions import telephone
from voicebot.audio import RATE

CLIPS = 120
SHORTEST = 0.4  # s


class Development:
    def __init__(self, corpus: Corpus, model: Listener) -> None:
        clips = [r for r in development(corpus.recordings) if r.length > SHORTEST * RATE and r.text]
        step = max(1, len(clips) // CLIPS)
        self._corpus, self._clips = corpus, clips[::step]
        self._extract = model.extractor()

    @torch.no_grad()
    def measure(self, model: Listener, device: torch.device) -> float:
        """Errors per sound unit, every other clip by telephone."""
        model.eval()
        heard = [self._units(model, clip, number % 2 == 1, device) for number, clip in enumerate(self._clips)]
        model.train()
        return float(jiwer.wer([" ".join(text_units(clip.text)) for clip in self._clips], heard))

    def _units(self, model: Listener, clip: Recording, by_telephone: bool, device: torch.device) -> str:
        samples = np.array(self._corpus.samples(clip))
        if by_telephone:
            samples = telephone(samples)
        features = self._extract(samples.astype(np.float32) / 32768)[None, :, :-1]
        states = model.encode(torch.from_numpy(features).float().to(device))
        path = torch.unique_consecutive(model.ctc(states)[0].argmax(-1)).tolist()
        return " ".join(model.units[unit - 1] for unit in path if unit)
