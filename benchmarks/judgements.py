"""Has the speaker finished, and in which language: how often the recogniser's two small answers are right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from audio_models.recogniser.training.align import align
from audio_models.recogniser.training.foreign import CLIPS, make_sets
from audio_models.recogniser.training.syllables import sound_units
from benchmarks.conditions import telephone
from benchmarks.recognition_tables import Judgement
from benchmarks.speech_sets import Clip, audio_of, read_manifest
from benchmarks.synthetic import questions, readings
from services.procedures import BUNDLED
from voicebot.audio import RATE, Samples
from voicebot.recognition.ctc import CtcEngine
from voicebot.recognition.spoken import spoken_form

SILENCE = (0.16, 0.3)  # s behind the last word: when decoding starts
SHORTEST = 2.0  # s, for the language
FIT = -2.5  # worse, and the ends of words are guesses
FEWEST_WORDS = 4


def judge_turns(engine: CtcEngine, name: str, clips: Sequence[tuple[Clip, Samples]]) -> Judgement:
    """Whole recordings against the same broken off after a word, with equal silence behind, by telephone."""
    random = np.random.default_rng(5)
    numbers = {unit: number for number, unit in enumerate(engine.heads.units, 1)}
    whole, broken = list[float](), list[float]()
    for clip, samples in clips:
        syllables = [[numbers[u] for u in sound_units(s) if u in numbers] for s in spoken_form(clip.text).split()]
        alignment = align(engine.log_probs(engine.states(samples)), syllables) if all(syllables) and syllables else None
        if alignment is None or alignment.fit < FIT or len(alignment.ends) < FEWEST_WORDS:
            continue
        cut = int(alignment.ends[int(random.integers(1, len(alignment.ends) - 1))])
        for end, scores in ((int(alignment.ends[-1]), whole), (cut, broken)):
            score = engine.turn_over(telephone(with_silence(samples[:end], random)))
            if score is not None:
                scores.append(score)
    area = area_under_curve(whole, broken) if whole else float("nan")
    return Judgement("is the turn over", name, len(whole) + len(broken), "area under the curve", area)


def with_silence(samples: Samples, random: np.random.Generator) -> Samples:
    """As at the moment of decoding: a little quiet noise behind, no click."""
    speech = samples.astype(np.float32)
    fade = min(len(speech), RATE // 40)
    speech[len(speech) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    tail = random.standard_normal(int(random.uniform(*SILENCE) * RATE)) * 3
    return np.concatenate([speech, tail]).astype(np.int16)


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often one of the positives scores above one of the negatives; a draw counts half."""
    above = np.array(positive)[:, None] > np.array(negative)[None, :]
    equal = np.array(positive)[:, None] == np.array(negative)[None, :]
    return float((above + 0.5 * equal).mean())


def judge_language(engine: CtcEngine) -> Judgement:
    """Vietnamese, English or neither, of at least SHORTEST seconds by telephone, in voices that were not trained on;
    not clear counts as wrong."""
    right = list[bool]()
    with TemporaryDirectory() as made:
        make_sets(Path(made), "held-out", dict.fromkeys(CLIPS, 60))
        spoken = [(name, s) for name in CLIPS for _, s in audio_of(read_manifest(Path(made) / f"{name}.tsv"))]
    spoken += [("vi", reading.speak()) for reading in readings(questions(BUNDLED)[::2])]
    for language, samples in spoken:
        if len(samples) >= SHORTEST * RATE:
            right.append(engine.language(telephone(samples)) == language)
    return Judgement("which language", "synthetic voices", len(right), "share right", float(np.mean(right)))
