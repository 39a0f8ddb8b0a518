"""What has to be known of a caller before the papers and steps of a procedure can be told, and which case changes what.

A question stands in the record. It is worth asking only when its answer changes the papers, the steps or the procedure:
clarifications.json says which do, and how. Records that list their papers by case ask for the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.procedures.record import Procedure

BY_CASE = ""  # key of the question that a record's own cases ask

Chosen = Mapping[str, int | None]  # question → option, None when the caller does not know


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Part):
    """Papers and steps are named by how they begin; what an option names, the others of its question do not need."""

    name: str  # as a caller may be told it
    said: tuple[str, ...] = ()  # words that tell it, also unasked
    answers: bool | None = None  # to a yes-or-no question
    papers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    instead: str | None = None  # code of the procedure that is done in this case
    instead_name: str = ""  # … and its name, for as long as it is not in the book


class Question(_Part):
    text: str  # BY_CASE, or as the record asks it
    options: tuple[Option, ...]

    @property
    def yes_no(self) -> bool:
        return all(option.answers is not None for option in self.options)


@cache
def _table() -> dict[str, tuple[Question, ...]]:
    text = Path(__file__).with_name("clarifications.json").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, tuple[Question, ...]]).validate_json(text)


def questions(procedure: Procedure) -> tuple[Question, ...]:
    """Those whose answer changes something, as long as the record still asks them."""
    known = tuple(each for each in _table().get(procedure.code, ()) if each.text in procedure.questions)
    titles = [case.title for case in procedure.cases if case.title]
    if len(titles) < 2:
        return known
    return (*known, Question(text=BY_CASE, options=tuple(Option(name=title) for title in titles)))


def chosen_option(question: Question, chosen: Chosen) -> Option | None:
    """None while it is open, and when the caller does not know."""
    index = chosen.get(question.text)
    return question.options[index] if index is not None and index < len(question.options) else None


def needed(text: str, kind: str, procedure: Procedure, chosen: Chosen) -> bool | None:
    """Whether the paper or step (`kind`: "papers", "steps") that reads `text` is needed by what the caller has said.

    None when nothing that was said decides on it.
    """
    for question in questions(procedure):
        naming = [option for option in question.options if text.startswith(getattr(option, kind) or ("\0",))]
        option = chosen_option(question, chosen)
        if naming and option:
            return option in naming
    return None
