"""Dossiers: what became of an application; looked up by its code after an identity check."""

from __future__ import annotations

from services.database import Database
from services.dossiers.checks import ATTEMPTS, Check, DossierLookUp, Outcome
from services.dossiers.load import DossierFileError, Imported, Result, count, load
from services.dossiers.record import SHORTEST_END, Dossier, DossierSource, DossiersUnavailable, Status
from services.dossiers.reminders import DUE, DossierReminders, Reminded
from services.dossiers.store import DossierStore, State
from services.settings import DossierSettings

__all__ = [
    "ATTEMPTS",
    "DUE",
    "SHORTEST_END",
    "Check",
    "Dossier",
    "DossierFileError",
    "DossierLookUp",
    "DossierReminders",
    "DossierSource",
    "DossierStore",
    "DossiersUnavailable",
    "Imported",
    "Outcome",
    "Reminded",
    "Result",
    "State",
    "Status",
    "count",
    "load",
    "source",
]


def source(settings: DossierSettings, database: Database) -> DossierSource:
    """The city's system where one is configured, else what was imported."""
    if settings.url is None:
        return DossierStore(database)
    from services.dossiers.remote import RemoteDossiers

    return RemoteDossiers(settings.url, settings.token, settings.timeout)
