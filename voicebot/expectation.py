"""What the dialogue expects the caller to say next; sent with every reply."""

from __future__ import annotations

from enum import StrEnum


class Expectation(StrEnum):
    OPEN = "open"
    YES_NO = "yes_no"
    CHOICE = "choice"  # one of at most three things just named
    DIGITS = "digits"  # phone and identity numbers, codes of digits
    CODE = "code"  # a dossier code: digits and letters
    DATE = "date"
    NAME = "name"
    ADDRESS = "address"
    NOTHING = "nothing"  # the bot goes on, or the call ends
