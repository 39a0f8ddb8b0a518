"""The prefix beam search on log probabilities made by hand. Units: 1 a, 2 b, 3 c; words 2 "ab", 3 "a", 4 "cb"."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voicebot.recognition.beam import Decoder, Trie, Weights
from voicebot.recognition.ngram import Mixture, TrigramModel

AB, A, CB = 2, 3, 4
WEIGHTS = Weights(language_model=1.0, word=0.0, units=3)


@pytest.fixture
def model(tmp_path: Path) -> TrigramModel:
    words = np.zeros((0, 3), np.uint16)
    probability = np.log([1e-9, 0.25, 0.25, 0.25, 0.25])
    np.savez(
        tmp_path / "lm.npz",
        unigram=probability, backoff=np.zeros(5), bigram_words=np.array([[AB, CB]]), bigram=np.log([0.9]),
        bigram_backoff_words=words[:, :2], bigram_backoff=np.zeros(0), trigram_words=words, trigram=np.zeros(0),
    )  # fmt: skip
    return TrigramModel(tmp_path / "lm.npz")


@pytest.fixture
def decoder(model: TrigramModel) -> Decoder:
    return Decoder(Trie({AB: [1, 2], A: [1], CB: [3, 2]}), model, WEIGHTS)


class Only:
    """The language model of callers who say one word."""

    def __init__(self, word: int) -> None:
        self._word = word

    def unigram(self, word: int) -> float:
        return 0.0 if word == self._word else float(np.log(1e-6))

    def score(self, before: int, last: int, word: int) -> float:
        return self.unigram(word)


def frames(*rows: dict[int, float]) -> np.ndarray:
    """One row a frame: unit to probability; the rest is spread over the others."""
    made = []
    for row in rows:
        rest = (1 - sum(row.values())) / (4 - len(row))
        made.append([row.get(unit, max(rest, 1e-8)) for unit in range(4)])
    return np.log(np.array(made, np.float32))


def test_nothing_but_blanks_gives_the_empty_sequence(decoder):
    assert decoder.decode(frames(*[{0: 0.99999}] * 5))[0][0] == []


def test_no_frames_give_the_empty_sequence(decoder):
    assert decoder.decode(np.zeros((0, 4), np.float32)) == [([], 0.0)]


def test_a_unit_over_several_frames_counts_once(decoder):
    assert decoder.decode(frames({1: 0.9}, {1: 0.9}, {2: 0.9}, {2: 0.9}))[0][0] == [AB]


def test_a_unit_twice_needs_a_blank_between(decoder):
    assert decoder.decode(frames({1: 0.9}, {0: 0.9}, {1: 0.9}))[0][0] == [A, A]


def test_only_words_of_the_lexicon_come_out(decoder):
    words, _ = decoder.decode(frames({3: 0.8}, {3: 0.7, 2: 0.2}, {0: 0.9}))[0]
    assert words in ([], [CB])


def test_the_language_model_decides_between_sounds_as_likely(decoder):
    unclear = frames({1: 0.97}, {2: 0.97}, {1: 0.48, 3: 0.5}, {2: 0.97})
    assert decoder.decode(unclear)[0][0] == [AB, CB]
    assert {tuple(words) for words, _ in decoder.decode(unclear)} >= {(AB, CB), (AB, AB)}


def test_words_that_were_asked_for_win_over_sounds_slightly_likelier(model):
    unclear = frames({1: 0.4, 3: 0.55}, {2: 0.97})
    trie = Trie({AB: [1, 2], A: [1], CB: [3, 2]})
    assert Decoder(trie, model, WEIGHTS).decode(unclear)[0][0] == [CB]
    expected = Mixture(model, Only(AB), 0.9)
    assert Decoder(trie, expected, WEIGHTS).decode(unclear)[0][0] == [AB]


def test_what_was_not_asked_for_is_still_heard_when_it_is_clear(model):
    decoder = Decoder(Trie({AB: [1, 2], A: [1], CB: [3, 2]}), Mixture(model, Only(AB), 0.9), WEIGHTS)
    assert decoder.decode(frames({3: 0.97}, {2: 0.97}))[0][0] == [CB]


def test_a_mixture_adds_probabilities(model):
    mixture = Mixture(model, Only(A), 0.25)
    assert mixture.score(0, AB, CB) == pytest.approx(np.log(0.75 * 0.9 + 0.25 * 1e-6), abs=1e-3)
    assert mixture.unigram(A) == pytest.approx(np.log(0.75 * 0.25 + 0.25), abs=1e-3)


def test_hypotheses_are_distinct_and_best_first(decoder):
    found = decoder.decode(frames({1: 0.5, 3: 0.4}, {2: 0.6, 0: 0.3}, {0: 0.9}))
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert len({tuple(words) for words, _ in found}) == len(found)


def test_what_was_seen_together_is_likelier_than_backing_off(model):
    assert model.score(0, AB, CB) == pytest.approx(np.log(0.9), abs=1e-3)
    assert model.score(0, A, CB) == pytest.approx(np.log(0.25), abs=1e-3)
