"""Estimating a trigram model of syllables from several kinds of text.

Each kind gets a model of its own (interpolated Kneser-Ney, one discount an order), the kinds are mixed linearly with
the weights that suit held-out text best, and the mixture is written as one backed-off model, without the n-grams that
hardly change it (Stolcke's relative entropy). Source: Chen & Goodman 1998, Stolcke 1998.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicebot.recognition.ngram import END, START

ORDER = 3
Ngram = tuple[int, ...]
Line = list[int]  # word numbers, with START and END


def lines_of(texts: Iterable[str], numbers: Mapping[str, int]) -> list[Line]:
    """A word outside the lexicon cuts a text in two; the cut is no end of a sentence."""
    lines: list[Line] = []
    for text in texts:
        line = [START]
        for word in text.split():
            if number := numbers.get(word):
                line.append(number)
            else:
                lines.append(line)
                line = []
        lines.append([*line, END])
    return [line for line in lines if len(line) > 1]


class KneserNey:
    """P(word | up to two words before), of one kind of text."""

    def __init__(self, lines: Sequence[Line], words: int) -> None:
        counts: list[Counter[Ngram]] = [Counter() for _ in range(ORDER + 1)]
        for line in lines:
            for end in range(len(line)):
                for order in range(1, min(ORDER, end + 1) + 1):
                    counts[order][tuple(line[end - order + 1 : end + 1])] += 1
        for order in range(ORDER - 1, 0, -1):  # lower orders count in how many places an n-gram follows
            kinds = Counter(ngram[1:] for ngram in counts[order + 1])
            counts[order] = Counter({n: kinds.get(n, times) for n, times in counts[order].items() if n[-1] != START})
        self._words = words
        self._tables = [self._table(counts[order]) for order in range(1, ORDER + 1)]

    @staticmethod
    def _table(counts: Counter[Ngram]) -> tuple[dict[Ngram, float], dict[Ngram, float]]:
        """Discounted shares of the n-grams, and what each history leaves to the shorter one."""
        once, twice = (sum(1 for times in counts.values() if times == n) for n in (1, 2))
        discount = once / (once + 2 * twice) if once else 0.5
        totals: Counter[Ngram] = Counter()
        kinds: Counter[Ngram] = Counter()
        for ngram, times in counts.items():
            totals[ngram[:-1]] += times
            kinds[ngram[:-1]] += 1
        shares = {n: max(times - discount, 0.0) / totals[n[:-1]] for n, times in counts.items()}
        return shares, {history: discount * kinds[history] / total for history, total in totals.items()}

    def probability(self, ngram: Ngram) -> float:
        value = 0.0 if ngram[-1] == START else 1.0 / (self._words - 1)
        for order in range(1, len(ngram) + 1):
            part = ngram[-order:]
            shares, left = self._tables[order - 1]
            rest = left.get(part[:-1])
            if rest is not None:
                value = shares.get(part, 0.0) + rest * value
        return value

    def seen(self, order: int) -> set[Ngram]:
        return set(self._tables[order - 1][0])


def mixture_weights(kinds: Sequence[KneserNey], held_out: Sequence[Line], rounds: int = 30) -> list[float]:
    """The mixture under which the held-out lines are likeliest, by expectation maximisation."""
    given = np.array([[kind.probability(n) for kind in kinds] for n in _ngrams(held_out)])
    weights = np.full(len(kinds), 1 / len(kinds))
    for _ in range(rounds):
        shares = given * weights
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return [float(weight) for weight in weights]


def _ngrams(lines: Iterable[Line]) -> list[Ngram]:
    return [tuple(line[max(0, end - ORDER + 1) : end + 1]) for line in lines for end in range(1, len(line))]


@dataclass(frozen=True)
class BackedOff:
    """`probability` of the n-grams kept; `backoff` of every history of one or two words that has some."""

    probability: dict[Ngram, float]
    backoff: dict[Ngram, float]

    def of(self, ngram: Ngram) -> float:
        found = self.probability.get(ngram)
        if found is not None:
            return found
        return self.backoff.get(ngram[:-1], 1.0) * self.of(ngram[1:])

    def perplexity(self, lines: Iterable[Line]) -> float:
        logs = [math.log(self.of(ngram)) for ngram in _ngrams(lines)]
        return math.exp(-sum(logs) / max(1, len(logs)))


def mix(kinds: Sequence[KneserNey], weights: Sequence[float], words: int, threshold: float) -> BackedOff:
    """One model; n-grams whose loss costs less than `threshold` (nats, of the whole) are dropped."""

    def blend(ngram: Ngram) -> float:
        return sum(weight * kind.probability(ngram) for weight, kind in zip(weights, kinds, strict=True))

    probability: dict[Ngram, float] = {(word,): blend((word,)) for word in range(words) if word != START}
    model = BackedOff(probability, {})
    for order in range(2, ORDER + 1):
        grown: dict[Ngram, list[Ngram]] = defaultdict(list)
        for ngram in sorted(set().union(*(kind.seen(order) for kind in kinds))):
            grown[ngram[:-1]].append(ngram)
        for history, ngrams in grown.items():
            often = _likelihood(history, model)
            for ngram in ngrams:
                value, shorter = blend(ngram), model.of(ngram[1:])
                if order == 2 or abs(often * value * math.log(value / shorter)) > threshold:
                    probability[ngram] = value
        kept = defaultdict[Ngram, list[Ngram]](list)
        for ngram in (n for n in probability if len(n) == order):
            kept[ngram[:-1]].append(ngram)
        for history, ngrams in kept.items():
            left = 1 - sum(probability[n] for n in ngrams)
            below = 1 - sum(model.of(n[1:]) for n in ngrams)
            model.backoff[history] = max(left, 1e-6) / max(below, 1e-6)
    return model


def _likelihood(history: Ngram, model: BackedOff) -> float:
    """How often the history occurs, per word of text; the start of a sentence once in ten words."""
    value = 1.0
    for end in range(len(history)):
        value *= 0.1 if history[end] == START else model.of(history[: end + 1])
    return value


def save(file: Path, model: BackedOff, words: int) -> None:
    """As `voicebot.recognition.ngram` reads it."""
    floor = 1e-9
    arrays: dict[str, np.ndarray] = {
        "unigram": np.log([model.probability.get((word,), floor) for word in range(words)]).astype(np.float16),
        "backoff": np.log([model.backoff.get((word,), 1.0) for word in range(words)]).astype(np.float16),
    }
    tables = {"bigram": (2, model.probability), "trigram": (3, model.probability), "bigram_backoff": (2, model.backoff)}
    for name, (order, values) in tables.items():
        ngrams = sorted(ngram for ngram in values if len(ngram) == order)
        arrays[f"{name}_words"] = np.array(ngrams, np.uint16).reshape(-1, order)
        arrays[name] = np.log([values[ngram] for ngram in ngrams]).astype(np.float16)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
