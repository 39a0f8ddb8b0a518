"""Sounds without speech, ten minutes of them: what a recogniser must not take for words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.conditions import coloured_noise, telephone
from voicebot.audio import RATE, Samples

SECONDS = 5.0  # of one stretch
MINUTES = 10.0
LEVELS = (100, 1000, 5000, 300, 3000)  # of int16; their number is no divisor of that of the kinds
Sound = NDArray[np.float64]
_SCALE = [220.0 * 2 ** (step / 12) for step in (0, 2, 4, 5, 7, 9, 11, 12)]


def other_sounds() -> Iterator[tuple[str, Samples]]:
    """Kind and samples at 16 kHz, through a telephone line."""
    random = np.random.default_rng(3)
    length = int(SECONDS * RATE)
    turns = zip(itertools.cycle(_KINDS.items()), itertools.cycle(LEVELS), strict=False)
    for (kind, make), level in itertools.islice(turns, int(60 * MINUTES / SECONDS)):
        sound = make(length, random) * level
        yield kind, telephone(np.clip(sound, -32768, 32767).astype(np.int16))


def _silence(length: int, random: np.random.Generator) -> Sound:
    return random.standard_normal(length) * 0.003


def _hiss(length: int, random: np.random.Generator) -> Sound:
    return coloured_noise(length, random.uniform(0, 2), random).astype(np.float64)


def _gusts(length: int, random: np.random.Generator) -> Sound:
    """Wind and traffic: noise whose loudness and colour come and go."""
    times = np.linspace(0, SECONDS, 12)
    loudness = np.interp(np.arange(length) / RATE, times, random.uniform(0.02, 1, len(times)) ** 2)
    return coloured_noise(length, random.uniform(0.8, 2), random) * loudness


def _knocks(length: int, random: np.random.Generator) -> Sound:
    """Doors, dishes, keys: short bursts that ring a little."""
    sound = np.zeros(length)
    for at in random.integers(0, length - RATE // 2, random.integers(3, 12)):
        decay = np.exp(-np.arange(RATE // 2) / (RATE * random.uniform(0.01, 0.08)))
        low = random.uniform(200, 2500)
        spectrum = np.fft.rfft(random.standard_normal(RATE // 2))
        spectrum[~((np.arange(len(spectrum)) * 2 > low) & (np.arange(len(spectrum)) < low))] = 0
        sound[at : at + RATE // 2] += np.fft.irfft(spectrum, RATE // 2) * decay * random.uniform(2, 12)
    return sound


def _music(length: int, random: np.random.Generator) -> Sound:
    """A melody of plucked notes over chords and a beat."""
    sound, beat = np.zeros(length + RATE), int(RATE * random.uniform(0.2, 0.5))
    for number, at in enumerate(range(0, length, beat)):
        notes = [random.choice(_SCALE) * 2, *(random.choice(_SCALE, 2) if number % 4 == 0 else ())]
        time = np.arange(RATE) / RATE
        for note in notes:
            tone = sum(np.sin(2 * np.pi * note * overtone * time) / overtone for overtone in range(1, 6))
            sound[at : at + RATE] += tone * np.exp(-4 * time) * 0.5
        sound[at : at + RATE // 20] += random.standard_normal(RATE // 20) * np.linspace(0.6, 0, RATE // 20)
    return sound[:length]


def _ringing(length: int, random: np.random.Generator) -> Sound:
    """The tones of a telephone network: a second on, some off."""
    time = np.arange(length) / RATE
    tone = np.sin(2 * np.pi * 425 * time) + np.sin(2 * np.pi * random.choice([400, 450, 480]) * time)
    sounding: NDArray[np.bool_] = (time + random.uniform(0, 3)) % random.uniform(0.7, 4) < random.uniform(0.3, 1)
    return np.where(sounding, tone, 0.0)


_KINDS: dict[str, Callable[[int, np.random.Generator], Sound]] = {
    "silence": _silence,
    "hiss": _hiss,
    "gusts": _gusts,
    "knocks": _knocks,
    "hold music": _music,
    "ringing": _ringing,
}
