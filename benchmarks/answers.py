"""Answers to one kind of question in voices that no training program uses: numbers, codes, dates, wards.

Whole answers are judged: a dossier code with one wrong digit is a wrong code.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

from benchmarks.synthetic import ACCENTS, HELD_OUT_VARIANTS, Reading
from language.vi import read_number
from services.places import WARDS
from voicebot.audio import Samples
from voicebot.expectation import Expectation
from voicebot.recognition.spoken import spoken_form

DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def _digits(random_: random.Random, count: int) -> str:
    return " ".join(random_.choice(DIGITS) for _ in range(count))


def _number(random_: random.Random) -> str:
    return _digits(random_, random_.choice([10, 10, 12, 4]))


def _code(random_: random.Random) -> str:
    return f"hát {_digits(random_, 2)} gạch ngang {_digits(random_, 6)} gạch ngang {_digits(random_, 4)}"


def _date(random_: random.Random) -> str:
    day, month, year = random_.randint(1, 28), random_.randint(1, 12), random_.randint(1935, 2025)
    spoken_day = f"mùng {read_number(day)}" if day <= 10 else f"ngày {read_number(day)}"
    return f"{spoken_day} tháng {read_number(month)} năm {read_number(year)}"


def _ward(random_: random.Random) -> str:
    return spoken_form(random_.choice(WARDS))


ANSWERS: dict[Expectation, Callable[[random.Random], str]] = {
    Expectation.DIGITS: _number,
    Expectation.CODE: _code,
    Expectation.DATE: _date,
    Expectation.ADDRESS: _ward,
}


def spoken_answers(kind: Expectation, count: int, seed: int = 1) -> Iterator[tuple[str, Samples]]:
    """Spoken form and samples at 16 kHz; every voice in turn. Wards: each once before any comes again."""
    random_ = random.Random(seed)
    voices = itertools.cycle(f"{accent}+{variant}" for variant in HELD_OUT_VARIANTS for accent in ACCENTS)
    wards = [spoken_form(ward) for ward in WARDS]
    random_.shuffle(wards)
    named = itertools.cycle(wards)
    for voice in itertools.islice(voices, count):
        text = next(named) if kind is Expectation.ADDRESS else ANSWERS[kind](random_)
        yield text, Reading(text, voice, random_.choice([130, 145, 160, 175]), random_.randint(35, 65)).speak()
