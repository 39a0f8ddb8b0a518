"""Dossiers: what became of an application; looked up by its code after an identity check."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.database import Database
from services.dossiers.checks import ATTEMPTS, Check, DossierLookUp, Outcome
from services.dossiers.load import DossierFileError, Imported, Result, count, load
from services.dossiers.record import LONGEST, SHORTEST_END, Dossier, DossierSource, DossiersUnavailable, Status
from services.dossiers.reminders import DUE, DossierReminders, Reminded
from services.dossiers.store import DossierStore, State
from services.settings import DossierSettings
from services.working_days import WorkingDays

__all__ = [
    "ATTEMPTS",
    "DUE",
    "LONGEST",
    "SHORTEST_END",
    "Check",
    "Dossier",
    "DossierFileError",
    "DossierLookUp",
    "DossierReminders",
    "DossierSource",
    "DossierStore",
    "Dossiers",
    "DossiersUnavailable",
    "Imported",
    "Outcome",
    "Reminded",
    "Result",
    "State",
    "Status",
    "count",
    "load",
    "open_dossiers",
]


@dataclass(frozen=True)
class Dossiers:
    """What a call needs of dossiers."""

    look_up: DossierLookUp
    reminders: DossierReminders
    working_days: WorkingDays


def open_dossiers(settings: DossierSettings, database: Database, holidays: Collection[date] = ()) -> Dossiers:
    """Those of the city's system where one is configured, else those that were imported."""
    source: DossierSource = DossierStore(database)
    if settings.url:
        from services.dossiers.remote import RemoteDossiers

        source = RemoteDossiers(settings.url, settings.token, settings.timeout)
    days = WorkingDays(holidays)
    return Dossiers(DossierLookUp(database, source), DossierReminders(database, source, days), days)
