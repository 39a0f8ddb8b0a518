"""Acoustic conditions in which recognition is measured and trained."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from voicebot.audio import A_LAW, RATE, TELEPHONE_RATE, Samples, resample

Condition = Callable[[Samples], Samples]


def telephone(samples: Samples) -> Samples:
    """Through 8 kHz and G.711 A-law, back to 16 kHz."""
    narrow = resample(samples, RATE, TELEPHONE_RATE)
    return resample(A_LAW.decode(A_LAW.encode(narrow)), TELEPHONE_RATE, RATE)


def coloured_noise(samples: int, slope: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Noise of unit power whose spectrum falls as 1/f^slope (0 white, 1 pink, 2 brown)."""
    spectrum = np.fft.rfft(random.standard_normal(samples))
    spectrum /= np.maximum(np.arange(len(spectrum)), 10) ** (slope / 2)
    noise = np.fft.irfft(spectrum, samples)
    unit: NDArray[np.float32] = (noise / (noise.std() + 1e-12)).astype(np.float32)
    return unit


def mix(samples: Samples, noise: NDArray[np.float32], snr_db: float) -> Samples:
    """Speech with noise of unit power, (n,) each, `snr_db` below the mean power of the speech; clipped, not wrapped."""
    speech = samples.astype(np.float32)
    power = np.sqrt(np.mean(np.square(speech))) * 10 ** (-snr_db / 20)
    mixed: Samples = np.clip(speech + noise * power, -32768, 32767).astype(np.int16)
    return mixed


def noisy(samples: Samples) -> Samples:
    """With pink noise 10 dB below the speech, drawn from the clip itself: every model hears the same."""
    random = np.random.default_rng(crc32(samples.tobytes()))
    return mix(samples, coloured_noise(len(samples), 1.0, random), snr_db=10)


CONDITIONS: dict[str, Condition] = {
    "clean": lambda samples: samples,
    "telephone": telephone,
    "noise 10 dB": noisy,
    "telephone, noise 10 dB": lambda samples: telephone(noisy(samples)),
}
