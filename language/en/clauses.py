"""A shown text cut into pieces that are synthesised one by one."""

from __future__ import annotations

import re

FIRST_PIECE = 7  # words; short, so that speech starts early
PIECE = 16
_DOTTED = {"No.", "Mr.", "Mrs.", "Ms.", "Dr.", "St.", "e.g.", "i.e.", "a.m.", "p.m."}


def clauses(text: str) -> list[str]:
    """Pieces of about 16 words, the first one shorter; " ".join gives the text back. Cut at ends of sentences, then at
    commas; a long stretch without any is left whole. An empty text has no pieces."""
    pieces: list[str] = []
    waiting: list[str] = []
    for word in text.split():
        waiting.append(word)
        limit = PIECE if pieces else FIRST_PIECE
        ends = bool(re.search(r"[.?!…][\"')\]”]*$", word)) and word not in _DOTTED
        if ends or (len(waiting) >= limit / 2 and re.search(r"[,;:]$", word)):
            pieces.append(" ".join(waiting))
            waiting = []
    return [*pieces, " ".join(waiting)] if waiting else pieces
