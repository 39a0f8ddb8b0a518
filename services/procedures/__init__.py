"""The knowledge base of procedures: load it, search it, and what to say about a procedure."""

from services.procedures.answers import Answer, Aspect
from services.procedures.book import ProcedureBook
from services.procedures.load import BUNDLED, KnowledgeError, Loaded, load
from services.procedures.record import Paper, Procedure
from services.procedures.search import ACCEPT, MARGIN, Hit

__all__ = [
    "ACCEPT",
    "BUNDLED",
    "MARGIN",
    "Answer",
    "Aspect",
    "Hit",
    "KnowledgeError",
    "Loaded",
    "Paper",
    "Procedure",
    "ProcedureBook",
    "load",
]
