"""Whether words make a whole answer; the same for every language."""

from __future__ import annotations

from enum import Enum


class Completeness(Enum):
    """Do the words so far make a whole answer?"""

    COMPLETE = "complete"
    UNSURE = "unsure"
    INCOMPLETE = "incomplete"


COMPLETE, UNSURE, INCOMPLETE = Completeness.COMPLETE, Completeness.UNSURE, Completeness.INCOMPLETE
