"""The examples that intents are learned from, and those kept apart to measure them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.understanding import TEMPLATES
from language import vi

DIALOGS = Path(__file__).parents[2] / "dialogs"
FROM_THE_MACHINE = {"chao_hoi", "im_lang"}  # sent as intents, never as words
FREQUENT = {
    *("hoi_thu_tuc", "hoi_ho_so", "hoi_phi", "hoi_thoi_han", "hoi_noi_nop", "hoi_huong_dan", "hoi_dieu_kien"),
    *("hoi_muc_huong", "hoi_ket_qua", "hoi_truc_tuyen"),
}
# What a procedure is called, one example of each kind.
NAMES = ("khai sinh", "kết hôn", "căn cước", "tạm trú", "sổ đỏ", "bằng lái", "hộ nghèo", "liệt sĩ", "hộ chiếu")


def examples(path: Path) -> Iterator[tuple[str, str]]:
    """Intent and text."""
    for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            assert line.startswith("- "), (path.name, line)
            yield block["intent"], line[2:]


TRAINING = [example for path in sorted((DIALOGS / "data" / "nlu").glob("*.yml")) for example in examples(path)]
HELD_OUT = list(examples(DIALOGS / "tests" / "nlu_heldout.yml"))
DEVELOPMENT = list(examples(DIALOGS / "tests" / "nlu_development.yml"))


def folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", vi.fold(text)))


def intents_of_the_domain() -> set[str]:
    domain = yaml.safe_load((DIALOGS / "domain" / "intents.yml").read_text(encoding="utf-8"))
    return {intent if isinstance(intent, str) else next(iter(intent)) for intent in domain["intents"]}


def test_every_intent_of_the_domain_is_taught_and_measured() -> None:
    wanted = intents_of_the_domain() - FROM_THE_MACHINE - {"nlu_fallback"}
    assert {intent for intent, _ in TRAINING} == wanted
    assert {intent for intent, _ in HELD_OUT} == wanted


def test_enough_examples() -> None:
    counts = Counter(intent for intent, _ in TRAINING)
    assert not {intent: n for intent, n in counts.items() if n < (80 if intent in FREQUENT else 25)}
    assert len(HELD_OUT) >= 300


def test_held_out_examples_are_not_taught() -> None:
    assert not {folded(text) for _, text in TRAINING} & {folded(text) for _, text in (*HELD_OUT, *DEVELOPMENT)}
    assert not {folded(text) for _, text in DEVELOPMENT} & {folded(text) for _, text in HELD_OUT}


def test_the_benchmark_asks_in_wordings_that_are_not_taught() -> None:
    taught = [folded(text) for _, text in TRAINING]
    for template, _ in TEMPLATES:
        parts = [folded(part) for part in template.split("{}") if part.strip()]
        assert not [text for text in taught if all(part in text for part in parts)], template


def test_no_words_teach_two_intents() -> None:
    taught: dict[str, set[str]] = {}
    for intent, text in TRAINING:
        taught.setdefault(folded(text), set()).add(intent)
    assert not {text: intents for text, intents in taught.items() if len(intents) > 1}


def test_no_example_is_given_twice() -> None:
    assert not {text: n for (_, text), n in Counter(TRAINING).items() if n > 1}


def test_text_is_nfc_and_without_markup() -> None:
    for intent, text in (*TRAINING, *HELD_OUT, *DEVELOPMENT):
        assert unicodedata.is_normalized("NFC", text), text
        assert text == text.strip(), text
        assert not re.search(r"[\[\]{}()]", text), (intent, text)


def test_names_of_procedures_do_not_tell_the_intent() -> None:
    for name in NAMES:
        intents = {intent for intent, text in TRAINING if vi.fold(name) in vi.fold(text)}
        assert len(intents & FREQUENT) >= 8, (name, intents)


def test_speech_without_diacritics_is_taught() -> None:
    for intent in FREQUENT:
        texts = [text for found, text in TRAINING if found == intent]
        plain = [text for text in texts if text == vi.fold(text)]
        assert len(plain) >= len(texts) // 20, intent
