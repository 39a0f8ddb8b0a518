"""Written text as the words that a caller would say: the form in which transcripts are compared and counted."""

from __future__ import annotations

from language.vi import normalise, speak


def spoken_form(text: str) -> str:
    """Lower case, NFC, no punctuation; numbers and abbreviations in words, foreign words (online) as they are."""
    said = (speak(token) if token.isupper() or any(c.isdigit() for c in token) else token for token in text.split())
    return " ".join("".join(c if c.isalnum() else " " for c in normalise(" ".join(said))).split())
