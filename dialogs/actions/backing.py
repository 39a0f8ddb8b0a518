"""The services behind the dialogue, opened once per process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from pydantic_settings import BaseSettings, SettingsConfigDict

from dialogs.actions.prompts import Prompts
from services.database import Database
from services.duty import Duty
from services.forms.consents import Consents
from services.forms.register import CitizenRegister, HttpCitizenRegister
from services.forms.store import FormStore
from services.procedures import ProcedureBook
from services.settings import DatabaseSettings, DutySettings, RegisterSettings
from services.tickets import Tickets
from voicebot.settings import RecordingSettings


class BackingSettings(BaseSettings):
    """From the environment: VOICEBOT__DATABASE__URL, VOICEBOT__DUTY__AGENT, …"""

    model_config = SettingsConfigDict(env_prefix="VOICEBOT__", env_nested_delimiter="__", extra="ignore", frozen=True)

    database: DatabaseSettings = DatabaseSettings()
    duty: DutySettings = DutySettings()
    recording: RecordingSettings = RecordingSettings()
    citizen_register: RegisterSettings = RegisterSettings()


class Outbox(Protocol):
    """Messages to callers; the same `key` twice is one message."""

    def put(self, channel: str, to: str, text: str, key: str, now: datetime) -> None:
        """Raises DatabaseError."""


@dataclass(frozen=True)
class FormServices:
    store: FormStore
    consents: Consents
    register: CitizenRegister | None = None  # None: callers are asked everything
    outbox: Outbox | None = None  # None: no message is offered


@dataclass(frozen=True)
class Backing:
    procedures: ProcedureBook
    tickets: Tickets
    duty: Duty
    prompts: Prompts
    forms: FormServices
    records: bool = True  # calls are recorded


@cache
def backing() -> Backing:
    """Raises a validation error when the environment makes no sense."""
    settings = BackingSettings()
    database = Database(settings.database.url)
    register = HttpCitizenRegister(settings.citizen_register) if settings.citizen_register.url else None
    return Backing(
        ProcedureBook(database),
        Tickets(database),
        Duty(settings.duty),
        Prompts(),
        FormServices(FormStore(database), Consents(database), register),
        settings.recording.enabled,
    )
