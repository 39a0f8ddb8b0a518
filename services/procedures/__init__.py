"""The knowledge base of procedures: load it, search it, and what to say about a procedure."""

from services.procedures.answers import Answer, Aspect
from services.procedures.book import ProcedureBook
from services.procedures.legal import LegalDocument, LegalKind
from services.procedures.load import BUNDLED, KnowledgeError, load
from services.procedures.record import Case, Channel, Level, Method, Origin, Paper, Procedure, Trust
from services.procedures.search import ACCEPT, MARGIN, Choice, Choices, Hit, is_clear, plausible, tell_apart
from services.procedures.versions import Stored, Version, versions

__all__ = [
    "ACCEPT",
    "BUNDLED",
    "MARGIN",
    "Answer",
    "Aspect",
    "Case",
    "Channel",
    "Choice",
    "Choices",
    "Hit",
    "KnowledgeError",
    "LegalDocument",
    "LegalKind",
    "Level",
    "Method",
    "Origin",
    "Paper",
    "Procedure",
    "ProcedureBook",
    "Stored",
    "Trust",
    "Version",
    "is_clear",
    "load",
    "plausible",
    "tell_apart",
    "versions",
]
