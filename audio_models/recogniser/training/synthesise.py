"""Sentences spoken by espeak-ng, as a speech set: one tar and its manifest.

python -m audio_models.recogniser.training.synthesise sentences.txt out/synthetic.tsv --voices train
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.synthetic import ACCENTS, HELD_OUT_VARIANTS, Reading, write_set

TRAINING_VARIANTS = [
    "m1", "m2", "m3", "m4", "m5", "m6", "m8", "f1", "f2", "f3", "f4", "Alex", "Andrea", "Annie", "linda", "steph",
    "edward", "iven2", "max", "Michael", "rob", "grandpa", "grandma", "anika", "belinda", "boris", "david", "john",
    "caleb", "Lee", "Mike", "pablo", "paul", "robert", "travis", "zac", "antonio", "klatt2", "Nguyen",
]  # fmt: skip


def readings(sentences: list[str], variants: list[str], choice: random.Random) -> Iterator[Reading]:
    for sentence in sentences:
        speed = max(105, min(215, round(choice.gauss(155, 22))))
        yield Reading(
            sentence, f"{choice.choice(['vi', *ACCENTS])}+{choice.choice(variants)}", speed, choice.randint(25, 75)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path, help="one sentence a line")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--voices", choices=["train", "held-out"], default="train")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    variants = TRAINING_VARIANTS if args.voices == "train" else HELD_OUT_VARIANTS
    sentences = args.sentences.read_text("utf-8").splitlines()
    write_set(list(readings(sentences, variants, random.Random(args.seed))), args.manifest)


if __name__ == "__main__":
    main()
