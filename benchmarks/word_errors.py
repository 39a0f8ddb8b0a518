"""Counting what was misheard, and how sure the counts are: intervals by drawing the speakers anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import jiwer
import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
BINS = 10


@dataclass(frozen=True)
class Heard:
    """One clip in one condition, in spoken form."""

    clip: str
    speaker: str
    group: str  # gender and age of the speaker where known, else empty
    reference: str
    spoken: str
    confidence: float
    seconds: float  # of audio
    decode_ms: float

    @property
    def words(self) -> int:
        return len(self.reference.split())


@dataclass(frozen=True)
class Interval:
    """An estimate with the bounds that hold 95 % of the resamples."""

    value: float
    low: float
    high: float

    def percent(self) -> str:
        return f"{100 * self.value:.1f} ({100 * self.low:.1f} to {100 * self.high:.1f})"


def errors_of(heard: Heard) -> int:
    counted = jiwer.process_words(heard.reference, heard.spoken)
    return counted.substitutions + counted.deletions + counted.insertions


def word_error_rate(heard: Sequence[Heard]) -> Interval:
    return _ratio([(h.speaker, errors_of(h), h.words) for h in heard])


def difference(first: Sequence[Heard], second: Sequence[Heard]) -> Interval:
    """How many more errors a word the first makes than the second on the same clips."""
    if [h.clip for h in first] != [h.clip for h in second]:
        raise ValueError("a paired comparison needs the same clips in the same order")
    return _ratio([(a.speaker, errors_of(a) - errors_of(b), a.words) for a, b in zip(first, second, strict=True)])


def _ratio(counted: Sequence[tuple[str, int, int]]) -> Interval:
    by_speaker: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
    for speaker, errors, words in counted:
        by_speaker[speaker] = by_speaker[speaker] + (errors, words)
    totals = np.array(list(by_speaker.values()))
    drawn = np.random.default_rng(0).integers(len(totals), size=(RESAMPLES, len(totals)))
    sums = totals[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    errors, words = totals.sum(axis=0)
    return Interval(float(errors / words), float(low), float(high))


def calibration_error(heard: Sequence[Heard]) -> float:
    """Expected calibration error: how far confidence is from the share of words that are right, mean over clips in
    BINS bins of like confidence."""
    sure = np.array([h.confidence for h in heard])
    right = np.array([max(0.0, 1 - errors_of(h) / max(1, h.words)) for h in heard])
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    return float(sum(gaps) / len(heard))
