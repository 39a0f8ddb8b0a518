"""Dossier codes in English: letters by name, digits one by one."""

from __future__ import annotations

import re

from language.vi.codes import code_of_run, written_code

from .digits import digits_said, read_digits
from .number_words import words_of

_SEPARATORS = {"dot": ".", "point": ".", "period": ".", "dash": "-", "hyphen": "-", "minus": "-", ".": ".", "-": "-"}
_NAMES = {".": "dot", "-": "dash", "/": "slash", "_": "underscore"}
_SPOKEN_LETTERS = {
    "aitch": "H",
    "haitch": "H",
    "age": "H",
    "gee": "G",
    "jee": "G",
    "ji": "G",
    "hotel": "H",
    "golf": "G",
}


def parse_dossier_code(text: str) -> str | None:
    """The dossier code in what was said or written, in its official form; None when there is none."""
    if written := written_code(text):
        return written
    words, run, at = words_of(text), "", 0
    while at < len(words):
        word = words[at]
        if word in _SEPARATORS:
            run, at = run + _SEPARATORS[word], at + 1
        elif word in _SPOKEN_LETTERS or (len(word) == 1 and word.isalpha() and word != "o"):
            run, at = run + _SPOKEN_LETTERS.get(word, word.upper()), at + 1
        elif group := digits_said(words, at):
            run, at = run + group[0], group[1]
        else:
            run, at = run + ("" if word == "," else " "), at + 1
    return code_of_run(run)


def read_code(code: str) -> str:
    """A code digit by digit, letters as capitals, a pause at every separator."""
    said: list[str] = []
    for part in re.findall(r"[0-9]+|[^\W\d_]+|[.\-/_]", code):
        if part in _NAMES:
            said.append(f", {_NAMES[part]}, ")
        else:
            said.append(read_digits(part) if part.isdigit() else " ".join(part.upper()))
    return " ".join("".join(f" {part}" for part in said).replace(" ,", ",").split()).strip(", ")
