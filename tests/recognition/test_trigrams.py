"""Estimating language models: probabilities add up, pruning changes little, what is written is what is read."""

from __future__ import annotations

import itertools
import math

import pytest

from audio_models.recogniser.training.trigrams import KneserNey, lines_of, mix, mixture_weights, save
from voicebot.recognition.ngram import END, FIRST_WORD, START, TrigramModel

WORDS = ["cho", "tôi", "hỏi", "đăng", "ký", "khai", "sinh", "kết", "hôn"]
NUMBERS = {word: number for number, word in enumerate(WORDS, FIRST_WORD)}
SIZE = len(WORDS) + FIRST_WORD
ASKED = ["cho tôi hỏi đăng ký khai sinh", "cho tôi hỏi đăng ký kết hôn", "tôi hỏi khai sinh", "đăng ký khai sinh"] * 3
OTHER = ["kết hôn", "hỏi kết hôn", "tôi kết hôn", "khai sinh tôi"]


@pytest.fixture(scope="module")
def asked() -> KneserNey:
    return KneserNey(lines_of(ASKED, NUMBERS), SIZE)


def histories() -> list[tuple[int, ...]]:
    words = range(START, SIZE)
    return [(), *((word,) for word in words if word != END), *itertools.product(words, range(FIRST_WORD, SIZE))]


def test_probabilities_of_what_may_follow_add_up_to_one(asked):
    for history in histories():
        total = sum(asked.probability((*history, word)) for word in range(SIZE))
        assert total == pytest.approx(1.0, abs=1e-9), history


@pytest.mark.parametrize("threshold", [0.0, 1e-3])
def test_a_backed_off_mixture_adds_up_to_one_too(asked, threshold):
    other = KneserNey(lines_of(OTHER, NUMBERS), SIZE)
    model = mix([asked, other], [0.7, 0.3], SIZE, threshold)
    for history in histories():
        total = sum(model.of((*history, word)) for word in range(SIZE) if word != START)
        assert total == pytest.approx(1.0, abs=1e-6), history


def test_what_was_said_is_likelier_than_what_was_not(asked):
    khai, sinh, hon = NUMBERS["khai"], NUMBERS["sinh"], NUMBERS["hôn"]
    assert asked.probability((khai, sinh)) > 10 * asked.probability((khai, hon))


def test_the_mixture_follows_the_text_it_is_meant_for(asked):
    other = KneserNey(lines_of(OTHER, NUMBERS), SIZE)
    for_asked = mixture_weights([asked, other], lines_of(["cho tôi hỏi đăng ký khai sinh"], NUMBERS))
    for_other = mixture_weights([asked, other], lines_of(["tôi kết hôn"], NUMBERS))
    assert for_asked[0] > 0.8
    assert for_other[1] > 0.5
    assert sum(for_asked) == pytest.approx(1.0)


def test_pruning_drops_n_grams_and_hardly_any_certainty(asked):
    lines = lines_of(ASKED, NUMBERS)
    full, pruned = (mix([asked], [1.0], SIZE, threshold) for threshold in (0.0, 2e-3))
    assert len(pruned.probability) < len(full.probability)
    assert full.perplexity(lines) <= pruned.perplexity(lines) < 1.15 * full.perplexity(lines)


def test_a_word_outside_the_lexicon_cuts_a_line(asked):
    lines = lines_of(["tôi xyz hỏi"], NUMBERS)
    assert lines == [[START, NUMBERS["tôi"]], [NUMBERS["hỏi"], END]]


def test_what_is_written_is_what_the_decoder_reads(asked, tmp_path):
    model = mix([asked], [1.0], SIZE, 0.0)
    save(tmp_path / "lm.npz", model, SIZE)
    read = TrigramModel(tmp_path / "lm.npz")
    for before, last, word in itertools.product(range(FIRST_WORD, SIZE), range(FIRST_WORD, SIZE), range(1, SIZE)):
        assert read.score(before, last, word) == pytest.approx(math.log(model.of((before, last, word))), abs=0.02)
