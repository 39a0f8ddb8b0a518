"""From what a caller says to the procedures that may be meant, and how to tell those apart."""

from services.procedures.search.choices import Choice, Choices, is_clear, plausible, tell_apart
from services.procedures.search.index import ACCEPT, MARGIN, Hit, Index

__all__ = ["ACCEPT", "MARGIN", "Choice", "Choices", "Hit", "Index", "is_clear", "plausible", "tell_apart"]
