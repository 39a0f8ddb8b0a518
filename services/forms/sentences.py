"""Several values in one sentence: "cháu tên là … sinh ngày … ở phường …"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from language.vi import fold, normalise, syllables
from services.forms.definitions import Form, Slot
from services.forms.kinds import KINDS

_AROUND_NAMES = {
    "sai", "roi", "chua", "dung", "la", "lai", "di", "cho", "giup", "nhe", "a", "bi", "cai", "muc", "phan", "nham",
    "cua", "toi", "bac", "em", "chau",
}  # fmt: skip
LONGEST_LABEL = 7  # words
_UNLABELLED = {"long_text", "bool"}  # a story holds words of anything, a yes belongs to what was asked


@dataclass(frozen=True)
class Segment:
    """Words that belong to `slot`; None for what comes before the first label."""

    slot: str | None
    words: str
    also: tuple[str, ...] = ()  # slots that share the label, if the words are no value of `slot`


def segments(form: Form, text: str, asked: str | None, slots: Iterable[str]) -> list[Segment]:
    """Splits a sentence at the labels of `slots`. A label that several slots share goes to the one asked for, then to
    the first in the form."""
    words = normalise(text).split()
    keys = [fold(word.strip(",.;")) for word in words] if text.isascii() else [word.strip(",.;") for word in words]
    labels = _labels(form, asked, tuple(slots), folded=text.isascii())
    found: list[tuple[list[str], int, int]] = [([], 0, 0)]
    at = 0
    while at < len(keys):
        length = _label_at(keys, at, labels)
        if length:
            named = labels[tuple(keys[at : at + length])]
            whole = KINDS[form.slots[named[0]].kind].whole_segment
            found.append((named, at, at if whole else at + length))
        at += max(length, 1)
    ends = [start for _, start, _ in found[1:]] + [len(words)]
    pieces = [
        Segment(named[0] if named else None, " ".join(words[first:end]), tuple(named[1:]))
        for (named, _, first), end in zip(found, ends, strict=True)
    ]
    return [piece for piece in pieces if piece.words.strip(" ,.;")]


@dataclass(frozen=True)
class Named:
    slot: str
    alone: bool  # nothing else was said


def called(form: Form, text: str, slots: Iterable[str]) -> Named | None:
    """Which of `slots` the words name ("sửa ngày sinh"): by the longest name, the first where several have it."""
    said = f" {' '.join(syllables(normalise(text)))} "
    names: dict[str, str] = {}
    for slot in slots:
        for name in (form.wordings[slot].title, *form.wordings[slot].called):
            words = f" {' '.join(syllables(fold(name) if said.isascii() else normalise(name)))} "
            if words in said:
                names.setdefault(words, slot)
    if not names:
        return None
    longest = max(names, key=len)
    rest = said.replace(longest, " ", 1).split()
    return Named(names[longest], {fold(word) for word in rest} <= _AROUND_NAMES)


def _label_at(keys: list[str], at: int, labels: Mapping[tuple[str, ...], list[str]]) -> int:
    """Words of the label that begins here; a longer one that begins within it goes before ("bố cháu tên là …")."""
    longest = _longest_at(keys, at, labels, LONGEST_LABEL)
    inner = (n for n in range(1, longest) if _longest_at(keys, at + n, labels, LONGEST_LABEL) > longest)
    return _longest_at(keys, at, labels, next(inner, longest))


def _longest_at(keys: list[str], at: int, labels: Mapping[tuple[str, ...], list[str]], most: int) -> int:
    return next((n for n in range(min(most, len(keys) - at), 0, -1) if tuple(keys[at : at + n]) in labels), 0)


def _labels(form: Form, asked: str | None, slots: tuple[str, ...], folded: bool) -> dict[tuple[str, ...], list[str]]:
    """Label, as words, to slots. Longer words for an option are their own label ("con trai")."""
    labels: dict[tuple[str, ...], list[str]] = {}
    order = sorted(slots, key=lambda name: name != asked)
    for name in order:
        if form.slots[name].kind not in _UNLABELLED:
            for phrase in (*form.wordings[name].labels, *_telling_options(form, form.slots[name])):
                key = fold(phrase) if folded else normalise(phrase)
                named = labels.setdefault(tuple(key.split()), [])
                if name not in named:
                    named.append(name)
    return labels


def _telling_options(form: Form, slot: Slot) -> list[str]:
    heard = [phrase for option in form.wordings[slot.slot].options.values() for phrase in option.heard]
    return [phrase for phrase in heard if " " in phrase]
