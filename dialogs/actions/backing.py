"""The services behind the dialogue, opened once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic_settings import BaseSettings, SettingsConfigDict

from dialogs.actions.prompts import Prompts
from services.callbacks import Callbacks
from services.database import Database
from services.dossiers import Dossiers, open_dossiers
from services.duty import Duty
from services.forms.consents import Consents
from services.forms.register import CitizenRegister, HttpCitizenRegister
from services.forms.store import FormStore
from services.messages import Outbox
from services.procedures import ProcedureBook
from services.queue import Queue, QueueSettings
from services.settings import (
    DatabaseSettings,
    DossierSettings,
    DutySettings,
    MessageSettings,
    RegisterSettings,
    ResumeSettings,
    SurveySettings,
)
from services.survey import Survey
from services.tickets import Tickets
from services.unfinished import UnfinishedCalls
from voicebot.settings import RecordingSettings


class BackingSettings(BaseSettings):
    """From the environment: VOICEBOT__DATABASE__URL, VOICEBOT__DUTY__AGENT, …"""

    model_config = SettingsConfigDict(env_prefix="VOICEBOT__", env_nested_delimiter="__", extra="ignore", frozen=True)

    database: DatabaseSettings = DatabaseSettings()
    duty: DutySettings = DutySettings()
    recording: RecordingSettings = RecordingSettings()
    messages: MessageSettings = MessageSettings()
    survey: SurveySettings = SurveySettings()
    resume: ResumeSettings = ResumeSettings()
    dossiers: DossierSettings = DossierSettings()
    citizen_register: RegisterSettings = RegisterSettings()
    queue: QueueSettings = QueueSettings()


@dataclass(frozen=True)
class FormServices:
    store: FormStore
    consents: Consents
    register: CitizenRegister | None = None  # None: callers are asked everything


@dataclass(frozen=True)
class Backing:
    procedures: ProcedureBook
    tickets: Tickets
    duty: Duty
    prompts: Prompts
    records: bool  # calls are recorded
    outbox: Outbox
    survey: Survey
    asks_survey: bool
    callbacks: Callbacks
    unfinished: UnfinishedCalls
    dossiers: Dossiers
    forms: FormServices
    queue: Queue


@cache
def backing() -> Backing:
    """Raises a validation error when the environment makes no sense."""
    settings = BackingSettings()
    database, duty = Database(settings.database.url), Duty(settings.duty)
    register = HttpCitizenRegister(settings.citizen_register) if settings.citizen_register.url else None
    outbox = Outbox(database, settings.messages)
    return Backing(
        ProcedureBook(database),
        Tickets(database),
        duty,
        Prompts(),
        settings.recording.enabled,
        outbox=outbox,
        survey=Survey(database),
        asks_survey=settings.survey.enabled,
        callbacks=Callbacks(database, duty),
        unfinished=UnfinishedCalls(database, settings.resume),
        dossiers=open_dossiers(settings.dossiers, database, settings.duty.holidays),
        forms=FormServices(FormStore(database), Consents(database), register),
        queue=Queue(database, settings.queue),
    )
