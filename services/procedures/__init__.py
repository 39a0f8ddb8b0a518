"""The knowledge base of procedures: load it, search it, and what to say about a procedure."""

from services.procedures.answers import Answer, Aspect
from services.procedures.book import ProcedureBook
from services.procedures.choices import Choice, is_clear, plausible, tell_apart
from services.procedures.load import BUNDLED, KnowledgeError, Loaded, load
from services.procedures.record import Level, Paper, Procedure, Trust
from services.procedures.search import ACCEPT, MARGIN, Hit

__all__ = [
    "ACCEPT",
    "BUNDLED",
    "MARGIN",
    "Answer",
    "Aspect",
    "Choice",
    "Hit",
    "KnowledgeError",
    "Level",
    "Loaded",
    "Paper",
    "Procedure",
    "ProcedureBook",
    "Trust",
    "is_clear",
    "load",
    "plausible",
    "tell_apart",
]
