"""Dossier codes and other codes of letters and digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .digits import digits_said, parse_digits, read_digits
from .letters import fold, letter_said, spell
from .number_words import after_repair, words_of

DOSSIER = re.compile(r"(?:\d{3}\.[0-9A-Z]{2}\.\d{2}\.)?[GH]\d{2}(?:\.\d+)*-\d{6}-\d{4,}")
# The same with separators left unsaid, or said as something else.
_LOOSE = re.compile(
    r"(?:(\d{3})[.-]*([0-9A-Z]{2})[.-]*(\d{2})[.-]*)?([GH])[.-]*(\d{2})((?:\.\d+)*)[.-]*(\d{6})[.-]*(\d{4,})"
)
_SEPARATORS = {
    "chấm": ".",
    "phẩy": ".",
    "gạch": "-",
    "trừ": "-",
    "xuyệt": "/",
    "xẹt": "/",
    ".": ".",
    "-": "-",
    "–": "-",
}
_SEPARATOR_NAMES = {".": "chấm", "-": "gạch ngang", "/": "gạch chéo", "_": "gạch dưới"}
_PLAIN_LETTERS = "abcdđefghijklmnopqrstuvwxyz"
_SILENT = {"ngang", "ngắn", "nối", ",", "rồi", "ờ", "à", "ừm", "chữ", "số"}


def symbols(words: list[str], at: int) -> tuple[str, int]:
    """Letters, digits and separators said one after the other from `at` on, and where they end."""
    run, end = "", at
    while at < len(words):
        word = words[at]
        if word == "gạch" and words[at + 1 : at + 2] == ["chéo"]:
            run, at = run + "/", at + 2
        elif word in _SEPARATORS:
            run, at = run + _SEPARATORS[word], at + 1
        elif run and word in _SILENT:
            at += 1
            continue
        elif group := digits_said(words, at):
            run, at = run + group[0], group[1]
        elif letter := letter_said(words, at):
            run, at = run + letter[0], letter[1]
        elif len(word) == 1 and word in _PLAIN_LETTERS:
            run, at = run + fold(word).upper(), at + 1
        else:
            break
        end = at
    return run, end


def parse_dossier_code(text: str) -> str | None:
    """The dossier code in what was said or written, in its official form; None when there is none.

    Letters come by name ("hát hai sáu"), separators may be left out or be said ("chấm", "gạch ngang"). After a
    self-repair ("… không ba một bảy, à quên, một tám") the correction counts, of as many last digits as it has.
    """
    before, after = after_repair(text)
    corrected = _code_in(after)
    if corrected or not before:
        return corrected
    code = _code_in(before)
    return replace_end(code, parse_digits(after)) if code else None


def replace_end(code: str, digits: str) -> str:
    """The code with `digits` for its last ones; the code as it is when they are more than its date and number have."""
    symbols = list(code)
    after_letter = [at for at, symbol in enumerate(code) if symbol.isdigit() and "-" in code[:at]]
    if len(digits) > len(after_letter):
        return code
    for at, digit in zip(reversed(after_letter), reversed(digits), strict=False):
        symbols[at] = digit
    return "".join(symbols)


def parse_code_start(text: str) -> str:
    """Letters and digits of a code that was begun ("hát hai sáu gạch hai bốn" is H2624); "" when none was."""
    runs = (re.sub(r"[^0-9A-Z]", "", run) for run in _runs(words_of(text)))
    return next((found.group() for run in runs if (found := re.search(r"(?:\d{3}[0-9A-Z]{2}\d{2})?[GH]\d.*", run))), "")


def _runs(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        run, end = symbols(words, at)
        if run:
            yield run
        at = max(end, at + 1)


def _code_in(text: str) -> str | None:
    return written_code(text) or next(filter(None, map(code_of_run, _runs(words_of(text)))), None)


def written_code(text: str) -> str | None:
    """The dossier code that stands in a written text."""
    written = re.search(rf"(?<![\w.]){DOSSIER.pattern}(?!\w)", re.sub(r"\s*([.-])\s*", r"\1", text.upper()))
    return written.group() if written else None


def code_of_run(run: str) -> str | None:
    """The dossier code in letters, digits and perhaps separators that were said one after the other."""
    found = _LOOSE.search(run)
    if not found:
        return None
    prefix = f"{found[1]}.{found[2]}.{found[3]}." if found[1] else ""
    return f"{prefix}{found[4]}{found[5]}{found[6]}-{found[7]}-{found[8]}"


def read_code(code: str) -> str:
    """A code digit by digit, letters by their names, a pause at every separator."""
    said: list[str] = []
    for part in re.findall(r"[0-9]+|[^\W\d_]+|[.\-/_]", code):
        if part in _SEPARATOR_NAMES:
            said.append(f", {_SEPARATOR_NAMES[part]}" + (", " if part == "-" else " "))
        else:
            said.append((read_digits(part) if part.isdigit() else spell(part)) + " ")
    return re.sub(r"\s+,", ",", " ".join("".join(said).split())).strip(", ")
