"""What is kept out of training: to choose weights and calibrate confidence (development), and to be judged by.

The public evaluation set shares no speaker with training; that no sentence of it slips in by way of synthetic speech
or the language model's text is checked by fingerprint (`evaluation.sha`, see `fingerprint`).
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from benchmarks.speech_sets import read_manifest
from benchmarks.synthetic import HELD_OUT_VARIANTS
from voicebot.recognition.spoken import spoken_form

EVALUATION = Path(__file__).with_name("evaluation.sha")
DEVELOPMENT_CLIPS = 30  # of one speaker


class Said(Protocol):
    @property
    def speaker(self) -> str: ...
    @property
    def text(self) -> str: ...


def is_held_out(speaker: str) -> bool:
    """Held-out synthetic voices and one real speaker in twelve."""
    _, synthetic, variant = speaker.partition("+")
    return variant in HELD_OUT_VARIANTS if synthetic else zlib.crc32(speaker.encode()) % 12 == 0


Clip = TypeVar("Clip", bound=Said)


def development(clips: Iterable[Clip]) -> list[Clip]:
    """The held-out speakers' clips, at most DEVELOPMENT_CLIPS of each."""
    taken: Counter[str] = Counter()
    chosen = []
    for clip in clips:
        if is_held_out(clip.speaker) and taken[clip.speaker] < DEVELOPMENT_CLIPS:
            taken[clip.speaker] += 1
            chosen.append(clip)
    return chosen


def fingerprint(text: str) -> str:
    """Of a speaker's name or of a sentence in spoken form."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def evaluated() -> frozenset[str]:
    """Fingerprints of the speakers and sentences that only judge."""
    return frozenset(EVALUATION.read_text("ascii").split())


def main() -> None:
    """Prints the fingerprints of evaluation sets: `python -m …held_out cv/eval.tsv questions.tsv > evaluation.sha`."""
    clips = [clip for manifest in sys.argv[1:] for clip in read_manifest(Path(manifest))]
    real = {clip.speaker for clip in clips if "+" not in clip.speaker}
    print("\n".join(sorted({fingerprint(said) for said in real | {spoken_form(clip.text) for clip in clips}})))


if __name__ == "__main__":
    main()
