"""Tickets: what a call leaves for a person to do (a complaint, a call back, a hand-over nobody could take)."""

from __future__ import annotations

from services.tickets.report import (
    Category,
    Consent,
    Kind,
    Priority,
    Report,
    find_category,
    keepable,
    tells_of_danger,
    tells_of_loss,
    tells_secrets,
)
from services.tickets.store import ChangeKind, Ticket, TicketChange, Tickets, TicketState

__all__ = [
    "Category",
    "ChangeKind",
    "Consent",
    "Kind",
    "Priority",
    "Report",
    "Ticket",
    "TicketChange",
    "TicketState",
    "Tickets",
    "find_category",
    "keepable",
    "tells_of_danger",
    "tells_of_loss",
    "tells_secrets",
]
