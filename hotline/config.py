"""One typed configuration: `config.yml`, each key overridable by environment (`VOICEBOT__RECOGNITION__MODEL=…`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    YamlConfigSettingsSource,
)
from yaml import YAMLError

from services.queue import QueueSettings
from services.settings import (
    DatabaseSettings,
    DossierSettings,
    DutySettings,
    FormSettings,
    MessageSettings,
    RegisterSettings,
    ResumeSettings,
    SurveySettings,
    ZaloAccountSettings,
)
from telephony.settings import ChatSettings, SipSettings, WebSettings
from voicebot.settings import (
    DialogueSettings,
    JournalSettings,
    LanguageSettings,
    RecognitionSettings,
    RecordingSettings,
    Settings,
    SynthesisSettings,
    TurnSettings,
)

ROOT = Path(__file__).resolve().parent.parent
CONFIG_VARIABLE = "VOICEBOT_CONFIG"


class ConfigError(Exception):
    """The configuration cannot be used; the message names the key and what was expected."""


class RedisSettings(Settings):
    url: str | None = None  # None: an instance of our own on `port`, loopback only
    port: int = Field(6390, ge=1, le=65535)


class RasaSettings(Settings):
    """Ports of the dialogue server and its actions, loopback only."""

    port: int = Field(5005, ge=1, le=65535)
    actions_port: int = Field(5055, ge=1, le=65535)


class MetricsSettings(Settings):
    host: str = "127.0.0.1"
    port: int = Field(9100, ge=1, le=65535)


class Config(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="VOICEBOT__",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    data: Path = Path("var")  # what the hotline writes: database, recordings, logs, caches
    sip: SipSettings = SipSettings()
    web: WebSettings = WebSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    synthesis: SynthesisSettings = SynthesisSettings()
    languages: dict[str, LanguageSettings] = {}  # by code, besides Vietnamese
    turns: TurnSettings = TurnSettings()
    dialogue: DialogueSettings = DialogueSettings()
    rasa: RasaSettings = RasaSettings()
    redis: RedisSettings = RedisSettings()
    database: DatabaseSettings = DatabaseSettings()
    journal: JournalSettings = JournalSettings()
    recording: RecordingSettings = RecordingSettings()
    duty: DutySettings = DutySettings()
    citizen_register: RegisterSettings = RegisterSettings()
    forms: FormSettings = FormSettings()
    metrics: MetricsSettings = MetricsSettings()
    dossiers: DossierSettings = DossierSettings()
    messages: MessageSettings = MessageSettings()
    survey: SurveySettings = SurveySettings()
    resume: ResumeSettings = ResumeSettings()
    chat: ChatSettings = ChatSettings()
    zalo: ZaloAccountSettings = ZaloAccountSettings()
    queue: QueueSettings = QueueSettings()

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        return env_settings, YamlConfigSettingsSource(settings_cls, config_path())

    @property
    def redis_url(self) -> str:
        return self.redis.url or f"redis://127.0.0.1:{self.redis.port}/0"

    @property
    def dialogue_settings(self) -> DialogueSettings:
        """With the address of our own Rasa, unless another one is configured."""
        if self.dialogue.url != DialogueSettings().url:
            return self.dialogue
        url = f"ws://127.0.0.1:{self.rasa.port}/webhooks/voice/ws"
        return self.dialogue.model_copy(update={"url": url, "token": self.dialogue.token or self.stored_token})

    @property
    def token_file(self) -> Path:
        return self.data / "run" / "dialogue.token"

    @property
    def stored_token(self) -> str:
        """What the running hotline's parts know each other by; empty when none runs."""
        return self.token_file.read_text() if self.token_file.exists() else ""

    @property
    def zalo_tokens(self) -> Path:
        """One file for all that write for the account: a refresh token works once."""
        return self.data / "secrets" / "zalo.json"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"


def config_path() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE, ROOT / "config.yml"))


def load_config() -> Config:
    """The configuration of this process, with relative paths taken from the project's folder.

    Raises ConfigError, one line for each key that is wrong.
    """
    _check_environment()
    try:
        config = Config()
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(problem) for problem in error.errors())) from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{config_path()}: not YAML: {' '.join(str(error).split())}") from None
    except OSError as error:
        raise ConfigError(f"{config_path()}: {error.strerror}") from None
    except SettingsError as error:
        raise ConfigError(f"environment: {error}") from None
    except (TypeError, ValueError):
        raise ConfigError(f"{config_path()}: must hold sections by name, such as sip: and web:") from None
    if missing := config.zalo.missing:  # not by a validator, whose error would show the secrets that are set
        raise ConfigError(f"{config_path()}: zalo: with app_id, {' and '.join(missing)} must be set too")
    if config.messages.zalo.template and not config.zalo.app_id:
        raise ConfigError(f"{config_path()}: messages.zalo.template: needs an account, set zalo.app_id")
    synthesis = config.synthesis
    if synthesis.model:
        synthesis = synthesis.model_copy(update={"model": ROOT / synthesis.model})
    return config.model_copy(
        update={"data": ROOT / config.data, "database": _anchored(config.database), "synthesis": synthesis}
    )


def _check_environment() -> None:
    """pydantic passes over variables and files that it does not know; a slip there must not go unnoticed."""
    if CONFIG_VARIABLE in os.environ and not config_path().is_file():
        raise ConfigError(f"{CONFIG_VARIABLE}: there is no file {config_path()}")
    for name in os.environ:
        section = name.removeprefix("VOICEBOT__").split("__")[0].lower()
        if name.startswith("VOICEBOT__") and section not in Config.model_fields:
            raise ConfigError(f"environment: {name}: unknown key {section}; {_neighbours(())}")


def _anchored(database: DatabaseSettings) -> DatabaseSettings:
    prefix = "sqlite:///"
    if not database.url.startswith(prefix) or database.url.startswith(prefix + "/"):
        return database
    return database.model_copy(update={"url": f"{prefix}{ROOT / database.url.removeprefix(prefix)}"})


def _explain(problem: Any) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    variable = "VOICEBOT__" + "__".join(str(part) for part in problem["loc"]).upper()
    place = f"environment: {variable}" if variable in os.environ else f"{config_path()}: {path}"
    if problem["type"] == "extra_forbidden":
        return f"{place}: unknown key; {_neighbours(problem['loc'][:-1])}"
    return f"{place}: {problem['msg']} (found {problem['input']!r})"


def _neighbours(section: tuple[Any, ...]) -> str:
    model: Any = Config
    for name in section:
        model = model.model_fields[name].annotation
    return f"expected one of {', '.join(model.model_fields)}"
