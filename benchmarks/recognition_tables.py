"""The results of the recognition benchmark, as rows, tables and the figures of a model card. Rates are shares."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import jiwer
import numpy as np
from rich.table import Table

from benchmarks.word_errors import Heard, Interval, calibration_error, word_error_rate
from language.vi import sound_key

SMALLEST_GROUP = 3  # speakers
MARKS = "<!-- figures -->", "<!-- /figures -->"


@dataclass(frozen=True)
class Row:
    """A set, or a group of its speakers, in one condition."""

    set: str
    condition: str
    clips: int
    speakers: int
    wer: Interval
    cer: float
    exact: float  # share of clips without an error
    empty: float  # share of clips in which nothing was heard
    calibration: float  # expected calibration error of confidence
    rtf: float  # decoding time per second of audio, one thread


@dataclass(frozen=True)
class Comparison:
    set: str
    condition: str
    model: str
    against: str
    difference: Interval  # errors a word that `model` makes more than `against`


@dataclass(frozen=True)
class AnswerRow:
    """Whole answers without an error."""

    answer: str
    condition: str
    count: int
    expected: float  # when the dialogue has said what it expects
    alike: float  # … or words that some dialect does not tell apart from them
    open: float  # when it has not


@dataclass(frozen=True)
class SoundRow:
    sound: str
    stretches: int  # of five seconds
    with_words: int


@dataclass(frozen=True)
class Judgement:
    question: str
    set: str
    count: int
    measure: str
    value: float


Result = Row | Comparison | AnswerRow | SoundRow | Judgement


def row(name: str, condition: str, heard: Sequence[Heard]) -> Row:
    return Row(
        set=name,
        condition=condition,
        clips=len(heard),
        speakers=len({h.speaker for h in heard}),
        wer=word_error_rate(heard),
        cer=float(jiwer.cer([h.reference for h in heard], [h.spoken for h in heard])),
        exact=float(np.mean([h.reference == h.spoken for h in heard])),
        empty=float(np.mean([not h.spoken for h in heard])),
        calibration=calibration_error(heard),
        rtf=sum(h.decode_ms for h in heard) / 1000 / sum(h.seconds for h in heard),
    )


def groups(name: str, condition: str, heard: Sequence[Heard]) -> Iterator[Row]:
    """Of gender and age where known, if there are at least SMALLEST_GROUP speakers."""
    for group in sorted({h.group for h in heard if h.group}):
        part = [h for h in heard if h.group == group]
        if len({h.speaker for h in part}) >= SMALLEST_GROUP:
            yield row(f"{name}: {group}", condition, part)


def answer_row(kind: str, condition: str, texts: list[str], told: list[str], untold: list[str]) -> AnswerRow:
    def right(wanted: Iterable[str], heard: Iterable[str]) -> float:
        return float(np.mean([a == b for a, b in zip(wanted, heard, strict=True)]))

    alike = right(map(sound_key, texts), map(sound_key, told))
    return AnswerRow(kind, condition, len(texts), right(texts, told), alike, right(texts, untold))


def tables(results: Iterable[Result]) -> Iterator[Table]:
    for kind, rows in itertools.groupby(sorted(results, key=lambda r: _ORDER.index(type(r))), key=type):
        made = Table(*(_heading(field.name) for field in fields(kind)))
        for result in rows:
            made.add_row(*_cells(result))
        yield made


def markdown(results: Iterable[Result]) -> str:
    blocks = []
    for table in tables(results):
        columns = [[str(column.header), *(str(cell) for cell in column.cells)] for column in table.columns]
        lines = [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
        lines.insert(1, f"|{'---|' * len(columns)}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def write_card(file: Path, results: Iterable[Result]) -> None:
    """Replaces what stands between MARKS. Raises ValueError when the file has none, OSError."""
    text = file.read_text("utf-8")
    pattern = re.compile(f"{re.escape(MARKS[0])}.*?{re.escape(MARKS[1])}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{file}: no {MARKS[0]} … {MARKS[1]} to put the tables between")
    figures = f"{MARKS[0]}\n\n{markdown(results)}\n\n{MARKS[1]}"
    file.write_text(pattern.sub(lambda _: figures, text), "utf-8")


_ORDER: list[type] = [Row, Comparison, AnswerRow, SoundRow, Judgement]
_SHARES = {"cer", "exact", "empty", "expected", "alike", "open"}


def _heading(name: str) -> str:
    percent = " %" if name in _SHARES or name in ("wer", "difference") else ""
    words = {"wer": "WER", "cer": "CER", "rtf": "RTF"}.get(name, name.replace("_", " "))
    return f"{words}{percent}"


def _cells(result: Result) -> Iterator[str]:
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, Interval):
            yield value.percent()
        elif isinstance(value, float):
            yield f"{100 * value:.1f}" if field.name in _SHARES else f"{value:.3f}"
        else:
            yield str(value)
