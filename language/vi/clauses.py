"""A shown text cut into pieces that are synthesised one by one."""

from __future__ import annotations

import re

from .lexicon import DOTTED
from .speech import speak

FIRST_PIECE = 10  # syllables; short, so that speech starts early
PIECE = 20

_SENTENCE_END = re.compile(r"[.?!…]+[\"')\]”]*$")
_CLAUSE_END = re.compile(r"[,;:)\]]$")
_CONNECTIVES = {
    "và", "hoặc", "thì", "để", "nếu", "mà", "nhưng", "khi", "rồi", "hay", "trừ", "do", "vì", "cho", "của", "theo",
    "trong", "tại", "từ", "kể",
}  # fmt: skip


def _length(text: str) -> int:
    """Syllables when spoken; a number or an abbreviation has more than it shows."""
    return len(speak(text).split())


def _ends_sentence(word: str) -> bool:
    if not _SENTENCE_END.search(word):
        return False
    return not (word.endswith(".") and word.rstrip(".") in DOTTED)


def _kept_together(before: str, after: str) -> bool:
    """Numbers in groups, lists of numbers and "TP. Hà Nội" are not cut."""
    numbers = before.rstrip(".,;:)")[-1:].isdigit() and after.lstrip("(")[:1].isdigit()
    dotted = before.endswith(".") and before.rstrip(".") in DOTTED
    unit = before[-1:].isdigit() and not after[:1].isupper()
    return numbers or dotted or unit


def _cut(words: list[str], ends: re.Pattern[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for i, word in enumerate(words):
        parts[-1].append(word)
        following = words[i + 1] if i + 1 < len(words) else None
        if following and ends.search(word) and not _kept_together(word, following):
            parts.append([])
    return parts


def _sentences(words: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]] if words else []
    for i, word in enumerate(words):
        parts[-1].append(word)
        if i + 1 < len(words) and _ends_sentence(word):
            parts.append([])
    return parts


def _halves(words: list[str], limit: int, anywhere: bool = True) -> list[list[str]]:
    """An overlong clause cut before a connective near its middle, or else (`anywhere`) between any words."""
    if len(words) < 2 or _length(" ".join(words)) <= limit:
        return [words]
    places = [i for i in range(1, len(words)) if not _kept_together(words[i - 1], words[i])]
    inner = [i for i in places if len(words) / 5 <= i <= len(words) * 4 / 5 and words[i].lower() in _CONNECTIVES]
    choice = inner or (places if anywhere else [])
    if not choice:
        return [words]
    at = min(choice, key=lambda i: abs(i - len(words) / 2))
    return _halves(words[:at], limit, anywhere) + _halves(words[at:], limit, anywhere)


def clauses(text: str) -> list[str]:
    """Pieces of about 20 spoken syllables at most, the first one shorter; " ".join gives the text back.

    Cut at ends of sentences, then at commas, then before connectives; never inside a word, and so never inside a
    number, code or address. White space of the text counts as single spaces. An empty text has no pieces.
    """
    pieces: list[str] = []
    for sentence in _sentences(text.split()):
        waiting: list[str] = []
        for part in _parts(sentence, opening=not pieces):
            limit = PIECE if pieces else FIRST_PIECE
            if len(waiting) > 1 and _length(" ".join(waiting + part)) > limit:
                pieces.append(" ".join(waiting))
                waiting = []
            waiting = waiting + part
        pieces.append(" ".join(waiting))
    return pieces


def _parts(sentence: list[str], opening: bool) -> list[list[str]]:
    """Clauses, the overlong ones cut; the one that opens a text is cut earlier, but only before a connective."""
    parts: list[list[str]] = []
    for clause in _cut(sentence, _CLAUSE_END):
        early = opening and len(parts) < 2
        for piece in _halves(clause, FIRST_PIECE, anywhere=False) if early else [clause]:
            parts += _halves(piece, PIECE)
    return parts
