"""Chooses the decoder's weights on held-out speech, and what its confidence is worth.

    python -m audio_models.training.calibrate audio_models/recogniser cv/train.tsv synthetic_dev.tsv

Of each set only the held-out speakers are used (see `is_held_out`), each clip clean, by telephone and in noise.
Rewrites `weights`, `confidence` and `reject` in the model's decoding.json.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import jiwer
import numpy as np
from numpy.typing import NDArray

from audio_models.training.held_out import is_held_out
from benchmarks.conditions import CONDITIONS, coloured_noise
from benchmarks.speech_sets import audio_of, read_manifest
from voicebot.audio import RATE, Samples
from voicebot.recognition.ctc import CtcEngine, Decoding, LogProbs, features_of, windows
from voicebot.recognition.spoken import spoken_form

CLIPS_PER_SET = 120
LANGUAGE_MODEL = (0.6, 0.75, 0.9)
WORD = (2.0, 3.0, 4.0)
REJECT = (0.15, 0.3)  # where noise may push the limit; when less than this is right, the words help nobody
Said = tuple[LogProbs, str]  # what the encoder gave, reference


def sample(manifest: Path, engine: CtcEngine) -> list[Said]:
    clips = [clip for clip in read_manifest(manifest) if is_held_out(clip.speaker)]
    chosen = random.Random(1).sample(clips, min(CLIPS_PER_SET, len(clips)))
    conditions = itertools.cycle(CONDITIONS.values())
    return [
        (_log_probs(engine, next(conditions)(samples)), spoken_form(clip.text)) for clip, samples in audio_of(chosen)
    ]


def _log_probs(engine: CtcEngine, audio: Samples) -> LogProbs:
    return np.concatenate([engine.log_probs(part) for part in windows(audio)])


def noises() -> Iterator[Samples]:
    """Sounds without words: hiss, hum, tones and chords of several levels."""
    random_ = np.random.default_rng(1)
    time = np.arange(2 * RATE) / RATE
    for level in (30, 300, 3000):
        for slope in (0, 0.5, 1, 1.5, 2):
            yield (level * coloured_noise(len(time), slope, random_)).astype(np.int16)
        for pitch in (50, 220, 440, 1000):
            chord = sum(np.sin(2 * np.pi * pitch * step * time) for step in (1, 1.25, 1.5))
            yield (level * np.sin(2 * np.pi * pitch * time)).astype(np.int16)
            yield np.clip(level * chord, -32768, 32767).astype(np.int16)


def fit_logistic(features: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients of least cross-entropy, by Newton's method with a little shrinkage; targets from 0 to 1."""
    coefficients = np.zeros(features.shape[1])
    for _ in range(30):
        predicted = 1 / (1 + np.exp(-features @ coefficients))
        slope = features.T @ (predicted - targets) + 0.01 * coefficients
        curve = (features.T * (predicted * (1 - predicted))) @ features + 0.01 * np.eye(len(coefficients))
        coefficients -= np.linalg.solve(curve, slope)
    return coefficients


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    args = parser.parse_args()
    engine, file = CtcEngine(args.model), args.model / "decoding.json"
    sets = [sample(manifest, engine) for manifest in args.sets]
    before = Decoding.read(file).weights

    def errors(language_model: float, word: float) -> float:
        decoder = engine.decoder.with_weights(replace(before, language_model=language_model, word=word))
        return float(np.mean([
            jiwer.wer([text for _, text in said], [engine.text(decoder.decode(lp, best=1)[0][0]) for lp, _ in said])
            for said in sets
        ]))  # fmt: skip

    tried = {pair: errors(*pair) for pair in itertools.product(LANGUAGE_MODEL, WORD)}
    language_model, word = min(tried, key=lambda pair: tried[pair])
    weights = replace(before, language_model=language_model, word=word)
    decoder = engine.decoder.with_weights(weights)
    features, right = [], []
    for log_probs, text in itertools.chain(*sets):
        found = decoder.decode(log_probs)
        features.append(features_of(log_probs, found))
        right.append(max(0.0, 1 - jiwer.wer(text, engine.text(found[0][0]))))
    coefficients = fit_logistic(np.array(features), np.array(right))
    made_up = [
        1 / (1 + np.exp(-np.dot(features_of(lp, found), coefficients)))
        for lp in (_log_probs(engine, noise) for noise in noises())
        if (found := decoder.decode(lp))[0][0]
    ]
    sure = 1 / (1 + np.exp(-np.array(features) @ coefficients))
    reject = float(np.clip(max(made_up, default=0.0) + 0.02, *REJECT))
    stored = json.loads(file.read_text("utf-8"))
    stored |= {
        "weights": asdict(weights),
        "confidence": [round(c, 4) for c in coefficients],
        "reject": round(reject, 3),
    }
    file.write_text(json.dumps(stored, ensure_ascii=False, indent=2) + "\n", "utf-8")
    report = {
        "errors": {str(pair): round(rate, 4) for pair, rate in tried.items()},
        "noises_with_words": [round(float(confidence), 3) for confidence in made_up],
        "speech_rejected": round(float(np.mean(sure < reject)), 4),
        "correlation": round(float(np.corrcoef(sure, right)[0, 1]), 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
