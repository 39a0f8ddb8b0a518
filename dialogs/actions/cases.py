"""Which case of a procedure a caller tells, asked for it or not."""

from __future__ import annotations

from dialogs.actions import hearing
from language.vi.letters import fold, syllables
from services.procedures.clarify import BY_CASE, Question

Chosen = dict[str, int | None]


def told(questions: tuple[Question, ...], text: str) -> Chosen:
    """What the words tell about each question, whether it was asked or not."""
    found = {question.text: _said(question, text) for question in questions if question.text != BY_CASE}
    return {key: option for key, option in found.items() if option is not None}


def reply(question: Question, text: str, yes: bool | None, choice: str = "") -> int | None:
    """The option that was chosen of this question; `yes` is what the intent says, `choice` a key."""
    names = [option.name for option in question.options]
    index = _said(question, text)
    if index is not None:
        return index
    if question.yes_no:
        answer = {"1": True, "2": False}.get(choice or text.strip(), yes)
        answer = _already(text) if answer is None else answer
        return next((at for at, each in enumerate(question.options) if each.answers is answer), None)
    index = hearing.position(choice or text, len(names))
    return hearing.by_name(text, names) if index is None else index


def _already(text: str) -> bool | None:
    """ "đăng ký rồi", "chưa", "có đấy"."""
    answer = hearing.yes_no(text)
    if answer is None and "rồi" in syllables(text) and "chưa" not in syllables(text):
        return True
    return answer


def _said(question: Question, text: str) -> int | None:
    """The option whose longest phrase was said, unless two were said alike."""
    said = f" {' '.join(syllables(text))} "
    lengths = []
    for option in question.options:
        phrases = [fold(phrase) for phrase in option.said] if said.isascii() else option.said
        lengths.append(max((len(phrase) for phrase in phrases if f" {phrase} " in said), default=0))
    best = max(lengths, default=0)
    return lengths.index(best) if best and lengths.count(best) == 1 else None
