"""The services behind the dialogue, opened once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic_settings import BaseSettings, SettingsConfigDict

from dialogs.actions.prompts import Prompts
from services.database import Database
from services.duty import Duty
from services.procedures import ProcedureBook
from services.queue import Queue, QueueSettings
from services.settings import DatabaseSettings, DutySettings
from services.tickets import Tickets
from voicebot.settings import RecordingSettings


class BackingSettings(BaseSettings):
    """From the environment: VOICEBOT__DATABASE__URL, VOICEBOT__DUTY__AGENT, …"""

    model_config = SettingsConfigDict(env_prefix="VOICEBOT__", env_nested_delimiter="__", extra="ignore", frozen=True)

    database: DatabaseSettings = DatabaseSettings()
    duty: DutySettings = DutySettings()
    recording: RecordingSettings = RecordingSettings()
    queue: QueueSettings = QueueSettings()


@dataclass(frozen=True)
class Backing:
    procedures: ProcedureBook
    tickets: Tickets
    duty: Duty
    prompts: Prompts
    records: bool  # calls are recorded
    queue: Queue


@cache
def backing() -> Backing:
    """Raises a validation error when the environment makes no sense."""
    settings = BackingSettings()
    database = Database(settings.database.url)
    return Backing(
        ProcedureBook(database),
        Tickets(database),
        Duty(settings.duty),
        Prompts(),
        settings.recording.enabled,
        Queue(database, settings.queue),
    )
