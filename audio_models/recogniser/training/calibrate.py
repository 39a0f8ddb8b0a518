"""Chooses the decoder's weights on held-out speech, and what its confidence is worth.

    python -m audio_models.recogniser.training.calibrate audio_models/recogniser cv/train.tsv synthetic_dev.tsv

Of each set only the held-out speakers are used (see `held_out`), each clip clean, by telephone or in noise. The weight
of the models of answers is chosen on numbers, codes and wards in held-out voices. Rewrites the model's decoding.json.
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

from audio_models.recogniser.training.held_out import development
from benchmarks.answers import ANSWERS, spoken_answers
from benchmarks.conditions import CONDITIONS, coloured_noise, telephone
from benchmarks.speech_sets import audio_of, read_manifest
from voicebot.audio import RATE, Samples
from voicebot.expectation import Expectation
from voicebot.recognition.beam import Decoder
from voicebot.recognition.ctc import CtcEngine, Decoding, features_of
from voicebot.recognition.heads import LogProbs, States
from voicebot.recognition.ngram import Mixture, TrigramModel
from voicebot.recognition.spoken import spoken_form

CLIPS_PER_SET = 150
LANGUAGE_MODEL = (0.6, 0.75, 0.9, 1.05)
WORD = (2.0, 3.0, 4.0, 5.0)
EXPECTED = (0.5, 0.9)  # more would hear a few answers better and drown what was not expected, word by word
ANSWERS_TRIED = 40  # of each kind
REJECT = (0.15, 0.3)  # where noise may push the limit; when less than this is right, the words help nobody
ATTENTION = (0.0, 0.1, 0.2, 0.4)  # how much the attention decoder's opinion counts beside the search's score
PAYS = 0.005  # share of words: asking it takes time, so a smaller gain is not worth it
Said = tuple[list[States], LogProbs, str]  # what the encoder gave, what its head made of it, reference


def sample(manifest: Path, engine: CtcEngine) -> list[Said]:
    clips = development(read_manifest(manifest))
    chosen = random.Random(1).sample(clips, min(CLIPS_PER_SET, len(clips)))
    conditions = itertools.cycle(CONDITIONS.values())
    return [_said(engine, next(conditions)(samples), spoken_form(clip.text)) for clip, samples in audio_of(chosen)]


def _said(engine: CtcEngine, samples: Samples, text: str) -> Said:
    states = engine.states(samples)
    return states, engine.log_probs(states), text


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


def choose_weights(engine: CtcEngine, model: TrigramModel, sets: list[list[Said]]) -> tuple[Decoder, dict[str, float]]:
    """The decoder with the fewest errors, mean over the sets; and what was tried."""
    tried: dict[tuple[float, float], float] = {}
    for language_model, word in itertools.product(LANGUAGE_MODEL, WORD):
        weights = replace(engine.decoding.weights, language_model=language_model, word=word)
        decoder = Decoder(engine.trie, model, weights)
        tried[language_model, word] = float(np.mean([_errors(engine, decoder, said) for said in sets]))
    language_model, word = min(tried, key=lambda pair: tried[pair])
    weights = replace(engine.decoding.weights, language_model=language_model, word=word)
    return Decoder(engine.trie, model, weights), {str(pair): round(rate, 4) for pair, rate in tried.items()}


def _errors(engine: CtcEngine, decoder: Decoder, said: list[Said]) -> float:
    heard = [engine.text(decoder.decode(log_probs, best=1)[0][0]) for _, log_probs, _ in said]
    return float(jiwer.wer([text for *_, text in said], heard))


def choose_attention(engine: CtcEngine, decoder: Decoder, sets: list[list[Said]]) -> tuple[float, dict[float, float]]:
    """How much the attention decoder should say about what the search has found; and what was tried."""
    tried = dict.fromkeys(ATTENTION, 0.0)
    for said in sets:
        found = [decoder.decode(log_probs) for _, log_probs, _ in said]
        for weight in ATTENTION:
            pairs = zip(said, found, strict=True)
            heard = [engine.text(engine.rescored(states, guesses, weight)[0][0]) for (states, *_), guesses in pairs]
            tried[weight] += float(jiwer.wer([text for *_, text in said], heard)) / len(sets)
    return min(tried, key=lambda weight: tried[weight] + (PAYS if weight else 0.0)), tried


def choose_expected(
    engine: CtcEngine, model: TrigramModel, decoder: Decoder, directory: Path
) -> dict[Expectation, float]:
    """How much each model of answers should count: the share with the most answers heard without an error."""
    chosen = {}
    for kind in ANSWERS:
        special = TrigramModel(directory / "expected" / f"{kind}.npz")
        answers = [
            (engine.log_probs(engine.states(condition(samples))), text)
            for text, samples in spoken_answers(kind, ANSWERS_TRIED, seed=7)
            for condition in (telephone, CONDITIONS["telephone, noise 10 dB"])
        ]
        exact = {}
        for share in EXPECTED:
            mixed = Decoder(engine.trie, Mixture(model, special, share), decoder.weights)
            exact[share] = sum(engine.text(mixed.decode(lp, best=1)[0][0]) == text for lp, text in answers)
        chosen[kind] = max(exact, key=lambda share: exact[share])
        print(kind, len(answers), exact)
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    args = parser.parse_args()
    engine, file = CtcEngine(args.model), args.model / "decoding.json"
    general = TrigramModel(args.model / "lm.npz")
    sets = [sample(manifest, engine) for manifest in args.sets]
    decoder, tried = choose_weights(engine, general, sets)
    attention, with_attention = choose_attention(engine, decoder, sets)
    expected = choose_expected(engine, general, decoder, args.model)
    features, right = [], []
    for states, log_probs, text in itertools.chain(*sets):
        found = engine.rescored(states, decoder.decode(log_probs), attention)
        features.append(features_of(log_probs, found))
        right.append(max(0.0, 1 - jiwer.wer(text, engine.text(found[0][0]))))
    coefficients = fit_logistic(np.array(features), np.array(right))
    made_up = [
        1 / (1 + np.exp(-np.dot(features_of(log_probs, found), coefficients)))
        for states, log_probs, _ in (_said(engine, samples, "") for samples in noises())
        if (found := engine.rescored(states, decoder.decode(log_probs), attention))[0][0]
    ]
    sure = 1 / (1 + np.exp(-np.array(features) @ coefficients))
    reject = float(np.clip(max(made_up, default=0.0) + 0.02, *REJECT))
    confidence = tuple(round(float(c), 4) for c in coefficients)
    chosen = Decoding(decoder.weights, confidence, round(reject, 3), expected, attention)
    file.write_text(json.dumps(asdict(chosen), ensure_ascii=False, indent=2) + "\n", "utf-8")
    report = {
        "errors": tried,
        "errors_with_attention": {str(weight): round(rate, 4) for weight, rate in with_attention.items()},
        "noises_with_words": [round(float(confidence), 3) for confidence in made_up],
        "speech_rejected": round(float(np.mean(sure < reject)), 4),
        "correlation": round(float(np.corrcoef(sure, right)[0, 1]), 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
