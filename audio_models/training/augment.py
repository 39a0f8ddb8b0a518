"""Random acoustic conditions for training: rooms, noise, levels, telephone lines."""

from __future__ import annotations

import random

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from benchmarks.conditions import coloured_noise, mix
from voicebot.audio import A_LAW, MU_LAW, RATE, TELEPHONE_RATE, Samples, resample

_LINE = butter(2, [200, 3500], "bandpass", fs=TELEPHONE_RATE, output="sos")


class Augmenter:
    """Gives each recording one random condition. `others` are what babble is made of."""

    def __init__(self, others: list[Samples], seed: int = 1) -> None:
        self._others = others
        self._random = np.random.default_rng(seed)

    def __call__(self, samples: Samples) -> Samples:
        if random.random() < 0.15:
            samples = self._room(samples)
        if random.random() < 0.4:
            noise = self._babble(len(samples)) if random.random() < 0.3 else self._coloured(len(samples))
            samples = mix(samples, noise, random.uniform(5, 30))
        peak = 32767 * 10 ** (-random.uniform(1, 26) / 20)
        samples = (samples * (peak / (np.abs(samples.astype(np.float32)).max() + 1))).astype(np.int16)
        return self._telephone(samples) if random.random() < 0.5 else samples

    def _coloured(self, length: int) -> np.ndarray:
        return coloured_noise(length, random.uniform(0, 2), self._random)

    def _babble(self, length: int) -> np.ndarray:
        voices = sum(np.resize(voice, length).astype(np.float32) for voice in random.sample(self._others, 4))
        return np.asarray(voices / (np.std(voices) + 1e-6), np.float32)

    def _room(self, samples: Samples) -> Samples:
        length = int(random.uniform(0.05, 0.3) * RATE)
        tail = (
            self._random.standard_normal(length)
            * np.exp(-6.9 * np.arange(length) / length)
            * random.uniform(0.02, 0.12)
        )
        tail[0] = 1.0
        wet = fftconvolve(samples.astype(np.float32), tail.astype(np.float32))[: len(samples)]
        return np.clip(wet, -32768, 32767).astype(np.int16)

    def _telephone(self, samples: Samples) -> Samples:
        law = random.choice([A_LAW, A_LAW, MU_LAW])
        narrow = resample(samples, RATE, TELEPHONE_RATE)
        if random.random() < 0.6:
            narrow = np.clip(sosfilt(_LINE, narrow), -32768, 32767).astype(np.int16)
        return resample(law.decode(law.encode(narrow)), TELEPHONE_RATE, RATE)
