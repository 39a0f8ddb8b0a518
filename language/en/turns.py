"""What English words say about the turn: is it whole, is it a mere "uh-huh", does it call for a stop?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from language.completeness import COMPLETE, INCOMPLETE, UNSURE, Completeness

from .codes import parse_dossier_code
from .dates import parse_date, parse_date_part
from .digits import parse_digits, parse_identity, parse_phone

_ANY_DAY = date(2025, 6, 15)
_FILLERS = re.compile(r"\b(?:um+|uh+|er+m?|hmm+|you know|i mean|like,|well,)\b[\s,]*", re.IGNORECASE)
_BACKCHANNELS = {
    "uh huh", "mm", "mhm", "mm hmm", "ok", "okay", "right", "i see", "yeah", "yes", "yep", "ah", "oh", "sure",
}  # fmt: skip
_COMMANDS = (
    "stop", "wait", "hold on", "one moment", "just a moment", "say that again", "repeat", "pardon", "sorry", "slower",
    "slow down", "speak up", "louder", "a person", "an operator", "an officer", "a human", "agent", "real person", "no",
    "that's wrong", "go back", "thank you", "thanks", "goodbye", "bye", "cancel", "don't record", "do not record",
)  # fmt: skip
_YES_NO = {
    "yes", "yeah", "yep", "yes please", "sure", "ok", "okay", "correct", "right", "that's right", "i agree", "no",
    "nope", "no thanks", "no thank you", "not yet", "wrong", "that's wrong",
}  # fmt: skip
_UNFINISHED = {
    "the", "a", "an", "and", "or", "but", "of", "to", "for", "with", "at", "in", "on", "from", "my", "is", "are",
    "what", "how", "where", "when", "which", "if", "because", "i", "about", "i'd", "i'm", "number", "by",
}  # fmt: skip
_WANTING = {"need", "want", "like", "have", "do", "get"}  # "what do I need" is whole, "I need" is not
_QUESTION = re.compile(r"^(?:what|how|where|when|which|who|why|can|could|do|does|is|are|may|should|will|would)\b")
_POLITE_END = re.compile(r"\b(?:please|thanks|thank you)$")


def _plain(spoken: str) -> str:
    return " ".join(re.findall(r"[^\W_]+(?:'[a-z]+)?", spoken.lower()))


def strip_fillers(text: str) -> str:
    """The text without "um", "uh", "you know"."""
    return " ".join(_FILLERS.sub("", text).split()).strip(" ,")


def is_backchannel(spoken: str) -> bool:
    """Only "uh-huh", "okay" and the like, which never interrupt."""
    return _plain(spoken) in _BACKCHANNELS


def is_command(spoken: str) -> bool:
    """Words that stop the bot at once, however short."""
    said = _plain(strip_fillers(spoken))
    return len(said.split()) <= 8 and any(f" {phrase} " in f" {said} " for phrase in _COMMANDS)


def completeness(spoken: str, expects: str = "open") -> Completeness:
    """As `language.vi.completeness`."""
    judge = _JUDGES.get(expects)
    if judge is None:
        raise ValueError(f"unknown expectation {expects!r}; expected one of {', '.join(_JUDGES)}")
    said = _plain(strip_fillers(spoken))
    return judge(said) if said else INCOMPLETE


def _open(said: str) -> Completeness:
    words = said.split()
    asks = _QUESTION.match(said) and len(words) > 3
    if words[-1] in _UNFINISHED or (words[-1] in _WANTING and not asks):
        return INCOMPLETE
    if is_command(said) or _POLITE_END.search(said) or asks:
        return COMPLETE
    return UNSURE


def _yes_no(said: str) -> Completeness:
    return COMPLETE if said in _YES_NO else _open(said)


def _choice(said: str) -> Completeness:
    chosen = re.fullmatch(r"(?:the |number |option )?(?:first|second|third|last|one|two|three|[1-3])(?: one)?", said)
    return COMPLETE if chosen else _yes_no(said)


def _digits(said: str) -> Completeness:
    digits = parse_digits(said)
    if not digits:
        return _open(said)
    if parse_phone(said) or parse_identity(said):
        return COMPLETE
    return UNSURE if len(digits) in (4, 9) else INCOMPLETE


def _code(said: str) -> Completeness:
    if parse_dossier_code(said):
        return COMPLETE
    return INCOMPLETE if parse_digits(said) else _open(said)


def _date(said: str) -> Completeness:
    part = parse_date_part(said, _ANY_DAY)
    if part is None:
        return COMPLETE if parse_date(said, _ANY_DAY) else _open(said)
    return COMPLETE if part.complete else UNSURE


_JUDGES: dict[str, Callable[[str], Completeness]] = {
    "open": _open, "yes_no": _yes_no, "choice": _choice, "digits": _digits, "code": _code, "date": _date,
    "name": _open, "address": _open, "nothing": _open,
}  # fmt: skip
