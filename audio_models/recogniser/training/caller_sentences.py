"""Sentences as callers say them, drawn from a grammar, the procedures and the places.

python -m audio_models.recogniser.training.caller_sentences --count 7500 --drills 1200 > var/recogniser/sentences.txt
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audio_models.recogniser.training.syllables import legal_syllables
from language.vi import read_number
from services.places import PROVINCES, WARDS
from services.procedures import BUNDLED
from voicebot.recognition.spoken import spoken_form

GRAMMAR = Path(__file__).with_suffix(".txt")
DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
WRITTEN_FIELDS = [
    "ten_thu_tuc", "ten_noi", "ket_qua_noi", "noi_nop", "kenh_truc_tuyen", "thoi_han_noi", "phi_noi",
    "yeu_cau_dieu_kien_noi", "thanh_phan_ho_so", "trinh_tu_ngan", "cau_hoi_lam_ro", "tra_loi_noi_mau",
]  # fmt: skip
_KIND_OF_PLACE = re.compile(r"^(Phường|Xã|Đặc khu|Thành phố|Tỉnh) ")


def spell(number: int, choice: random.Random) -> str:
    """As a cardinal, in one of the ways that callers say it."""
    words = read_number(number)
    for usual, other in (("linh", "lẻ"), ("nghìn", "ngàn"), ("mươi bốn", "mươi tư"), ("bảy", "bẩy")):
        if choice.random() < 0.3:
            words = words.replace(usual, other)
    return words


def read_grammar(file: Path) -> dict[str, list[str]]:
    rules: dict[str, list[str]] = {}
    alternatives: list[str] = []
    for line in file.read_text("utf-8").splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            alternatives = rules.setdefault(header[1], [])
        elif line and not line.startswith("#"):
            weight, text = re.fullmatch(r"(?:(\d+)\* )?(.*)", line).groups()  # type: ignore[union-attr]
            alternatives += [text] * int(weight or 1)
    return rules


class Caller:
    def __init__(
        self,
        procedures: list[dict[str, Any]],
        names: list[str],
        wards: Sequence[str],
        provinces: Sequence[str],
        seed: int = 1,
    ) -> None:
        """`names` are what procedures are called besides what their records say."""
        self._random = random.Random(seed)
        self._rules = read_grammar(GRAMMAR)
        self._syllables = sorted(legal_syllables())
        names += [name for p in procedures for name in [p["ten_noi"], *p["tu_khoa_goi_khac"]]]
        self._rules["procedure"] = [spoken_form(name) for name in names]
        self._rules["answer"] = [line for procedure in procedures for line in written_lines(procedure)]
        for kind, places in (("ward", wards), ("province", provinces)):
            self._rules[kind] = [spoken_form(_KIND_OF_PLACE.sub("", name)) for name in places]

    def say(self, symbol: str = "utterance") -> str:
        text = self._random.choice(self._rules[symbol])
        text = re.sub(r"\(([^()]*)\)", lambda part: part[1] if self._random.random() < 0.6 else "", text)
        return " ".join(re.sub(r"\{([^{}]*)\}", lambda slot: self._fill(*slot[1].split()), text).split())

    def drill(self) -> str:
        """Legal syllables at random, so that rare rhymes are heard too; nothing that makes sense."""
        return " ".join(self._random.choice(self._syllables) for _ in range(self._random.randint(3, 6)))

    def _fill(self, symbol: str, *numbers: str) -> str:
        if symbol == "digits":
            return " ".join(self._random.choice(DIGITS) for _ in range(int(numbers[0])))
        if symbol == "number":
            return spell(self._random.randint(int(numbers[0]), int(numbers[1])), self._random)
        if symbol == "year":
            return self._year(self._random.randint(1930, 2027))
        return self.say(symbol)

    def _year(self, year: int) -> str:
        digit_by_digit = " ".join(DIGITS[int(digit)] for digit in str(year))
        short = " ".join(DIGITS[int(digit)] for digit in f"{year % 100:02d}")
        return self._random.choice([spell(year, self._random), digit_by_digit, short])


def written_lines(procedure: dict[str, Any]) -> list[str]:
    """What is written about a procedure, cut at punctuation; lines with digits are left out."""
    texts: list[str] = []
    for field in WRITTEN_FIELDS:
        parts = procedure[field] if isinstance(procedure[field], list) else [procedure[field]]
        texts += [part.get("ten", "") if isinstance(part, dict) else str(part) for part in parts]
    lines = {spoken_form(line) for text in texts for line in re.split(r"[.;:,?()\n/]", text)}
    return sorted(line for line in lines if 2 <= len(line.split()) <= 25 and not re.search(r"\d", line))


def bundled_caller(seed: int = 1) -> Caller:
    """The caller who knows the procedures and places that come with the hotline."""
    procedures = json.loads(BUNDLED.read_text("utf-8"))["procedures"]
    synonyms = json.loads(BUNDLED.with_name("search").joinpath("synonyms.json").read_text("utf-8"))["names"]
    return Caller(procedures, list(itertools.chain(*synonyms.values())), WARDS, PROVINCES, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--drills", type=int, default=0, help="lines of random syllables, for training the encoder")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    caller = bundled_caller(args.seed)
    sys.stdout.writelines(f"{caller.say()}\n" for _ in range(args.count))
    sys.stdout.writelines(f"{caller.drill()}\n" for _ in range(args.drills))


if __name__ == "__main__":
    main()
