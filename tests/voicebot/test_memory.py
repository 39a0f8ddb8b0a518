"""The last seconds of what came in, by time."""

from __future__ import annotations

import numpy as np
import pytest

from voicebot.audio import FRAME_SAMPLES, FRAME_SECONDS
from voicebot.memory import AudioMemory


def filled(seconds: float, frames: int) -> AudioMemory:
    """The n-th frame holds n and arrives at n times 20 ms."""
    memory = AudioMemory(seconds)
    for number in range(frames):
        memory.append(np.full(FRAME_SAMPLES, number, np.int16), number * FRAME_SECONDS)
    return memory


def numbers(memory: AudioMemory, start: float, end: float) -> list[int]:
    samples = memory.between(start, end)
    assert samples.dtype == np.int16
    assert len(samples) % FRAME_SAMPLES == 0
    return [int(frame[0]) for frame in samples.reshape(-1, FRAME_SAMPLES)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0.039, 0.101, [2, 3, 4, 5]),
        (0.041, 0.079, [3]),
        (-5.0, 0.021, [0, 1]),
        (0.159, 9.0, [8, 9]),
        (0.041, 0.059, []),
        (5.0, 9.0, []),
        (0.1, 0.05, []),
    ],
)
def test_frames_between_two_times(start: float, end: float, expected: list[int]) -> None:
    assert numbers(filled(1.0, 10), start, end) == expected


def test_only_the_newest_are_kept() -> None:
    assert numbers(filled(0.1, 100), 0.0, 9.0) == [95, 96, 97, 98, 99]


def test_frames_that_came_in_a_burst_stay_in_order() -> None:
    memory = AudioMemory(1.0)
    for number in range(3):
        memory.append(np.full(FRAME_SAMPLES, number, np.int16), 5.0)
    assert numbers(memory, 5.0, 5.0) == [0, 1, 2]
