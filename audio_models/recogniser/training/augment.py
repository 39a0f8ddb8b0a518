"""Random acoustic conditions for training: rooms, microphones, noise, levels, telephone lines with lost packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import butter, fftconvolve, sosfilt

from benchmarks.conditions import coloured_noise, mix
from voicebot.audio import A_LAW, FRAME_SAMPLES, MU_LAW, RATE, TELEPHONE_RATE, Samples, resample

_LINE = butter(2, [200, 3500], "bandpass", fs=TELEPHONE_RATE, output="sos")
_BANDS = np.geomspace(80, RATE / 2, 7)  # Hz, where the response of a microphone is drawn
Voices = Callable[[], Samples]


@dataclass(frozen=True)
class Chances:
    room: float = 0.12
    microphone: float = 0.25
    noise: float = 0.33
    telephone: float = 0.4
    lost_packets: float = 0.2  # of telephone lines


class Augmenter:
    """Gives each recording one random condition. `voice` gives what babble is made of."""

    def __init__(self, voice: Voices, random: np.random.Generator, chances: Chances | None = None) -> None:
        self._voice, self._random, self._chances = voice, random, chances or Chances()

    def __call__(self, samples: Samples) -> Samples:
        draw, chances = self._random.random, self._chances
        if draw() < chances.room:
            samples = self._room(samples)
        if draw() < chances.microphone:
            samples = self._microphone(samples)
        if draw() < chances.noise:
            samples = mix(samples, self.noise(len(samples)), self._random.uniform(4, 30))
        peak = 32767 * 10 ** (-self._random.uniform(1, 26) / 20)
        samples = (samples * (peak / (np.abs(samples.astype(np.float32)).max() + 1))).astype(np.int16)
        return self._telephone(samples) if draw() < chances.telephone else samples

    def noise(self, length: int) -> NDArray[np.float32]:
        """Of unit power: hiss or rumble, people talking, or tones as of hum and music."""
        kind = self._random.random()
        if kind < 0.55:
            return coloured_noise(length, self._random.uniform(0, 2), self._random)
        sound = self._babble(length) if kind < 0.85 else self._tones(length)
        return np.asarray(sound / (np.std(sound) + 1e-6), np.float32)

    def _babble(self, length: int) -> NDArray[np.float32]:
        voices = [np.resize(self._voice(), length).astype(np.float32) for _ in range(self._random.integers(3, 7))]
        return np.asarray(sum(voice / (np.std(voice) + 1) for voice in voices), np.float32)

    def _tones(self, length: int) -> NDArray[np.float32]:
        """Chords that change a few times a second, with a few overtones."""
        time, sound, at = np.arange(length) / RATE, np.zeros(length, np.float32), 0
        while at < length:
            end = at + int(self._random.uniform(0.15, 1.0) * RATE)
            for pitch in self._random.uniform(60, 800, self._random.integers(1, 4)):
                for overtone in range(1, 5):
                    sound[at:end] += np.sin(2 * np.pi * pitch * overtone * time[at:end]) / overtone
            at = end
        return sound

    def _room(self, samples: Samples) -> Samples:
        """An exponential tail of 0.05 to 0.6 s behind the direct sound."""
        length = int(self._random.uniform(0.05, 0.6) * RATE)
        decay = np.exp(-6.9 * np.arange(length) / length) * self._random.uniform(0.02, 0.12)
        tail = self._random.standard_normal(length) * decay
        tail[0] = 1.0
        wet = fftconvolve(samples.astype(np.float32), tail.astype(np.float32))[: len(samples)]
        return _limited(wet)

    def _microphone(self, samples: Samples) -> Samples:
        size = fft.next_fast_len(len(samples), real=True)
        spectrum = fft.rfft(samples.astype(np.float32), size)
        hertz = np.linspace(1, RATE / 2, len(spectrum))
        gains = np.interp(np.log(hertz), np.log(_BANDS), self._random.uniform(-8, 4, len(_BANDS)))
        heard = fft.irfft(spectrum * (10 ** (gains / 20)).astype(np.float32), size)[: len(samples)]
        return _limited(heard)

    def _telephone(self, samples: Samples) -> Samples:
        law = MU_LAW if self._random.random() < 1 / 3 else A_LAW
        narrow = resample(samples, RATE, TELEPHONE_RATE)
        if self._random.random() < 0.6:
            narrow = _limited(sosfilt(_LINE, narrow))
        heard = resample(law.decode(law.encode(narrow)), TELEPHONE_RATE, RATE)
        return self._lose_packets(heard) if self._random.random() < self._chances.lost_packets else heard

    def _lose_packets(self, samples: Samples) -> Samples:
        """Up to one in twelve frames of 20 ms is silent, or the one before it again, as receivers conceal it."""
        samples, share, repeat = samples.copy(), self._random.uniform(0.01, 0.08), self._random.random() < 0.5
        for frame in np.flatnonzero(self._random.random(len(samples) // FRAME_SAMPLES) < share):
            at = int(frame) * FRAME_SAMPLES
            before = samples[at - FRAME_SAMPLES : at] if repeat and at else 0
            samples[at : at + FRAME_SAMPLES] = before
        return samples


def _limited(sound: NDArray[np.floating]) -> Samples:
    samples: Samples = np.clip(sound, -32768, 32767).astype(np.int16)
    return samples
