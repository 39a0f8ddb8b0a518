"""Speech that is not Vietnamese, for the language head: English, and ten other languages together.

    python -m audio_models.recogniser.training.foreign var/recogniser

Makes en.tsv and other.tsv with espeak-ng's voices. Nothing else that is free of terms was at hand, so what the head
knows of real foreign speakers comes from the pretrained encoder alone.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from audio_models.recogniser.training.synthesise import TRAINING_VARIANTS
from benchmarks.synthetic import HELD_OUT_VARIANTS, Reading, write_set

TEXTS = Path(__file__).with_name("foreign_phrases")
VOICES = {"en": ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029", "en-us-nyc"]}
CLIPS = {"en": 900, "other": 700}


def phrases(language: str) -> list[str]:
    return (TEXTS / f"{language}.txt").read_text("utf-8").splitlines()


def sentence(language: str, choice: random.Random) -> str:
    """One or two phrases, now and then with a number that the voice reads in its own language."""
    said = choice.sample(phrases(language), choice.choice([1, 1, 2]))
    if choice.random() < 0.35:
        said.insert(choice.randrange(len(said) + 1), str(choice.randrange(10 ** choice.randint(1, 6))))
    return ", ".join(said)


def readings(language: str, count: int, variants: list[str], choice: random.Random) -> Iterator[Reading]:
    others = sorted(file.stem for file in TEXTS.glob("*.txt") if file.stem not in VOICES)
    for _ in range(count):
        spoken = language if language in VOICES else choice.choice(others)
        voice = f"{choice.choice(VOICES.get(spoken, [spoken]))}+{choice.choice(variants)}"
        speed, pitch = round(choice.gauss(160, 22)), choice.randint(25, 75)
        yield Reading(sentence(spoken, choice), voice, speed, pitch, verbatim=True)


def make_sets(out: Path, voices: str, counts: Mapping[str, int]) -> None:
    """LANGUAGE.tsv for each language in `counts`; `voices` are those of training or held out of it."""
    variants = TRAINING_VARIANTS if voices == "train" else HELD_OUT_VARIANTS
    for language, count in counts.items():
        write_set(list(readings(language, count, variants, random.Random(voices))), out / f"{language}.tsv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", choices=["train", "held-out"], default="train")
    args = parser.parse_args()
    make_sets(args.out, args.voices, CLIPS)


if __name__ == "__main__":
    main()
