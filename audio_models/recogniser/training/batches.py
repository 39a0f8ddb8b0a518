"""What the recogniser hears in training: recordings drawn fairly, changed at random, in batches of like length.

Padding goes in front, as quiet noise, so that no mask is needed and every clip ends a moment after its last word: the
turn head has to judge by how the words end, not by how long the silence is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from audio_models.recogniser.training.align import Alignment
from audio_models.recogniser.training.augment import Augmenter
from audio_models.recogniser.training.corpus import Corpus, Recording
from audio_models.recogniser.training.model import LANGUAGES
from audio_models.recogniser.training.syllables import text_units
from voicebot.audio import RATE, Samples
from voicebot.recognition.heads import FRAME

UNKNOWN = -1  # a label that nothing is learnt from


@dataclass(frozen=True)
class Plan:
    batch_seconds: float = 60.0
    shortest: float = 0.4  # s, of a recording
    longest: float = 11.0
    speaker_seconds: float = 1500.0  # of one speaker in one draw, so that a few don't make the model theirs
    cut: float = 0.2  # share of the sentences broken off in the middle
    noise: float = 0.04  # share of clips without speech
    fit: float = -2.5  # recordings whose text fits worse (see `align`) are left out


@dataclass(frozen=True)
class Source:
    """A corpus with how much of it is drawn, in recordings for each one of the first source, and its language."""

    corpus: Corpus
    alignments: dict[str, Alignment]
    share: float = 1.0
    language: str = "vi"


@dataclass
class Batch:
    features: Tensor  # (clips, mels, 2 * frames)
    texts: list[str]  # what was said, in spoken form; empty where there is nothing to learn
    targets: Tensor  # units of all clips in a row, 1 and up
    sizes: Tensor  # (clips,) how many of them each clip has
    has_text: Tensor  # (clips,) False where what was said is not to be learnt
    turn_over: Tensor  # (clips,) 1, 0 or UNKNOWN
    language: Tensor  # (clips,) index in LANGUAGES
    seconds: float


@dataclass(frozen=True)
class _Item:
    source: int
    recording: Recording | None  # None: no speech
    length: int  # samples, before padding
    speed: float
    words: int | None  # cut after so many; None: all


class BatchStream(IterableDataset[Batch]):
    """Endless. `seed` decides everything; each worker process draws its own."""

    def __init__(self, sources: Sequence[Source], units: list[str], extract: FeatureExtractor, plan: Plan, seed: int):
        self._sources, self._extract, self._plan, self._seed = sources, extract, plan, seed
        self._ids = {unit: number for number, unit in enumerate(units, 1)}

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        random = np.random.default_rng([self._seed, worker.id if worker else 0])
        augment = Augmenter(lambda: self._any_voice(random), random)
        while True:
            batches = self._grouped(self._draw(random), random)
            random.shuffle(batches)
            for items in batches:
                yield self._make(items, augment, random)

    def _draw(self, random: np.random.Generator) -> list[_Item]:
        """One pass over the first source, less what its speakers have too much of, and a share of the others."""
        items: list[_Item] = []
        for number, source in enumerate(self._sources):
            wanted = int(source.share * len(items)) if number else len(source.corpus.recordings)
            items += self._draw_from(number, wanted, random)
        items += [
            _Item(0, None, int(random.uniform(0.8, 6) * RATE), 1.0, None)
            for _ in range(int(len(items) * self._plan.noise))
        ]
        return items

    def _draw_from(self, number: int, wanted: int, random: np.random.Generator) -> list[_Item]:
        source, plan = self._sources[number], self._plan
        spent: Counter[str] = Counter()
        items: list[_Item] = []
        for at in random.permutation(len(source.corpus.recordings)):
            recording = source.corpus.recordings[at]
            seconds = recording.length / RATE
            alignment = source.alignments.get(recording.name)
            unfit = alignment is not None and alignment.fit < plan.fit
            if unfit or spent[recording.speaker] > plan.speaker_seconds or not plan.shortest < seconds < plan.longest:
                continue
            spent[recording.speaker] += int(seconds)
            items.append(self._item(number, recording, alignment, random))
            if len(items) == wanted:
                break
        return items

    def _item(
        self, number: int, recording: Recording, alignment: Alignment | None, random: np.random.Generator
    ) -> _Item:
        speed = float(random.choice([0.9, 1.0, 1.0, 1.1]))
        words, length = None, recording.length
        if alignment is not None and len(alignment.ends) > 3 and random.random() < self._plan.cut:
            words = int(random.integers(2, len(alignment.ends)))
            length = min(length, int(alignment.ends[words - 1]))
        return _Item(number, recording, int((length + random.uniform(0.15, 0.7) * RATE) / speed), speed, words)

    def _grouped(self, items: list[_Item], random: np.random.Generator) -> list[list[_Item]]:
        """Neighbours in length share a batch."""
        batches: list[list[_Item]] = [[]]
        for item in sorted(items, key=lambda item: item.length * random.uniform(0.97, 1.03)):
            longest = max([item.length, *(other.length for other in batches[-1])])
            if batches[-1] and longest * (len(batches[-1]) + 1) > self._plan.batch_seconds * RATE:
                batches.append([])
            batches[-1].append(item)
        return batches

    def _make(self, items: list[_Item], augment: Augmenter, random: np.random.Generator) -> Batch:
        total = -(-max(item.length for item in items) // FRAME) * FRAME
        features = [self._features(self._heard(item, total, augment, random), random) for item in items]
        texts = [self._text(item) for item in items]
        targets = [[self._ids[unit] for unit in text_units(text) if unit in self._ids] for text in texts]
        languages = [self._sources[item.source].language if item.recording else "other" for item in items]
        aligned = [item.recording is not None and bool(self._sources[item.source].alignments) for item in items]
        return Batch(
            features=torch.from_numpy(np.stack(features)),
            texts=texts,
            targets=torch.tensor([unit for target in targets for unit in target], dtype=torch.long),
            sizes=torch.tensor([len(target) for target in targets]),
            has_text=torch.tensor([
                item.recording is None or bool(target) for item, target in zip(items, targets, strict=True)
            ]),
            turn_over=torch.tensor([
                float(item.words is None) if known else UNKNOWN for item, known in zip(items, aligned, strict=True)
            ]),
            language=torch.tensor([LANGUAGES.index(name) for name in languages]),
            seconds=len(items) * total / RATE,
        )  # fmt: skip

    def _text(self, item: _Item) -> str:
        if item.recording is None or self._sources[item.source].language != "vi":
            return ""
        return " ".join(item.recording.text.split()[: item.words])

    def _heard(self, item: _Item, total: int, augment: Augmenter, random: np.random.Generator) -> Samples:
        """(total,) the recording, faster or slower, between quiet noise; how long the silence behind it is says
        nothing about whether it was cut."""
        heard = random.standard_normal(total).astype(np.float32) * 10 ** random.uniform(-0.5, 1.5)
        if item.recording is None:
            heard += augment.noise(total) * 10 ** random.uniform(0, 3.5)
            return augment(np.clip(heard, -32768, 32767).astype(np.int16))
        speech = self._sources[item.source].corpus.samples(item.recording).astype(np.float32)
        if item.words is not None:
            speech = _faded(speech[: self._sources[item.source].alignments[item.recording.name].ends[item.words - 1]])
        if item.speed != 1.0:
            speech = np.interp(np.arange(0, len(speech) - 1, item.speed), np.arange(len(speech)), speech)
        tail = min(int(random.uniform(0.1, 0.6) * RATE), max(0, total - len(speech)))
        lead = total - len(speech) - tail
        heard[max(0, lead) : total - tail] += speech[max(0, -lead) :]
        return augment(np.clip(heard, -32768, 32767).astype(np.int16))

    def _features(self, samples: Samples, random: np.random.Generator) -> NDArray[np.float32]:
        features = self._extract(samples.astype(np.float32) / 32768, padding=0).astype(np.float32)
        return spec_augment(features, random)

    def _any_voice(self, random: np.random.Generator) -> Samples:
        corpus = self._sources[int(random.integers(len(self._sources)))].corpus
        return corpus.samples(corpus.recordings[int(random.integers(len(corpus.recordings)))])


def _faded(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the click of a cut."""
    length = min(len(speech), RATE // 40)
    speech = speech.copy()
    speech[len(speech) - length :] *= np.linspace(1, 0, length, dtype=np.float32)
    return speech


def spec_augment(features: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """(mels, frames) with a band and a few moments, up to 120 ms each, replaced by the mean."""
    mels, frames = features.shape
    mean = features.mean()
    width = int(random.integers(0, mels // 6))
    at = int(random.integers(0, mels - width))
    features[at : at + width] = mean
    for _ in range(1 + frames // 200):
        width = int(random.integers(0, 13))
        at = int(random.integers(0, max(1, frames - width)))
        features[:, at : at + width] = mean
    return features
