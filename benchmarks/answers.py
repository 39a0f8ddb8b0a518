"""Answers to one kind of question in voices that no training program uses: yes or no, numbers, codes, dates, names,
wards.

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
YES_NO = [
    "đúng rồi", "vâng ạ", "dạ đúng", "có", "được rồi", "đồng ý", "chính xác", "không", "không phải", "chưa có",
    "sai rồi", "dạ không",
]  # fmt: skip
SURNAMES = ["nguyễn", "trần", "lê", "phạm", "hoàng", "vũ", "đặng", "bùi", "đỗ", "ngô", "dương", "đinh"]
MIDDLES = ["văn", "thị", "đức", "minh", "thanh", "ngọc", "xuân", "thu", "quang", "hồng"]
GIVEN = [
    "an", "bình", "chi", "dũng", "giang", "hạnh", "hòa", "khoa", "lan", "long", "mai", "nam", "nga", "phúc", "quân",
    "sơn", "tâm", "thảo", "tuấn", "yến",
]  # fmt: skip


def _digits(choice: random.Random, count: int) -> str:
    return " ".join(choice.choice(DIGITS) for _ in range(count))


def _yes_no(choice: random.Random) -> str:
    return choice.choice(YES_NO)


def _number(choice: random.Random) -> str:
    return _digits(choice, choice.choice([10, 10, 12, 4]))


def _code(choice: random.Random) -> str:
    return f"hát {_digits(choice, 2)} gạch ngang {_digits(choice, 6)} gạch ngang {_digits(choice, 4)}"


def _date(choice: random.Random) -> str:
    day, month, year = choice.randint(1, 28), choice.randint(1, 12), choice.randint(1935, 2025)
    spoken_day = f"mùng {read_number(day)}" if day <= 10 else f"ngày {read_number(day)}"
    return f"{spoken_day} tháng {read_number(month)} năm {read_number(year)}"


def _name(choice: random.Random) -> str:
    return " ".join(choice.choice(part) for part in (SURNAMES, MIDDLES, GIVEN))


def _endless(make: Callable[[random.Random], str]) -> Callable[[random.Random], Iterator[str]]:
    return lambda choice: (make(choice) for _ in itertools.count())


def _wards(choice: random.Random) -> Iterator[str]:
    """Each once before any comes again."""
    return itertools.cycle(choice.sample([spoken_form(ward) for ward in WARDS], len(WARDS)))


ANSWERS: dict[Expectation, Callable[[random.Random], Iterator[str]]] = {
    Expectation.YES_NO: _endless(_yes_no),
    Expectation.DIGITS: _endless(_number),
    Expectation.CODE: _endless(_code),
    Expectation.DATE: _endless(_date),
    Expectation.NAME: _endless(_name),
    Expectation.ADDRESS: _wards,
}


def spoken_answers(kind: Expectation, count: int, seed: int = 1) -> Iterator[tuple[str, Samples]]:
    """Spoken form and samples at 16 kHz; every voice in turn."""
    texts, choice = ANSWERS[kind](random.Random(seed)), random.Random(seed)
    voices = itertools.cycle(f"{accent}+{variant}" for variant in HELD_OUT_VARIANTS for accent in ACCENTS)
    for voice, text in itertools.islice(zip(voices, texts, strict=False), count):
        yield text, Reading(text, voice, choice.choice([130, 145, 160, 175]), choice.randint(35, 65)).speak()
