"""Settings of the services; composed into one file by `hotline.config`."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def parse_hours(text: str) -> tuple[time, time]:
    """ "07:30-17:30" as opening and closing time. Raises ValueError."""
    try:
        opening, closing = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"hours must look like 07:30-17:30, not {text!r}") from None
    if opening >= closing:
        raise ValueError(f"hours must open before they close, not {text!r}")
    return opening, closing


def _check_hours(text: str) -> str:
    parse_hours(text)
    return text


def _check_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"no time zone is called {name!r}") from None
    return name


Hours = Annotated[str, AfterValidator(_check_hours)]
Timezone = Annotated[str, AfterValidator(_check_timezone)]


class Settings(BaseModel):
    """A section of config.yml: typed, closed, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Settings):
    url: str = "sqlite:///var/hotline.db"  # or postgresql+psycopg://user:password@host/name


class DutySettings(Settings):
    """When operators take calls over, and where they are reached."""

    agent: str | None = Field(None, pattern=r"^sips?:\S+$")  # SIP URI of the operators; None: nobody, ever
    hours: Hours = "07:30-17:30"
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[date, ...] = ()
    timezone: Timezone = "Asia/Ho_Chi_Minh"


class DossierSettings(Settings):
    """The city's own system of dossiers (docs/dossiers-api.md)."""

    url: str | None = Field(None, pattern=r"^https?://\S+$")  # None: dossiers that were imported
    token: str = ""
    timeout: float = Field(2.0, gt=0, le=2.5)  # s; a caller must hear something before the turn is given up


class SmsSettings(Settings):
    """A gateway for text messages by HTTP, see docs/messages.md."""

    url: str | None = Field(None, pattern=r"^https?://\S+$")  # None: not connected
    token: SecretStr = SecretStr("")
    sender: str = "19001009"  # what telephones show


_ZALO_PARAMETERS = ("noi_dung_1", "noi_dung_2", "noi_dung_3", "noi_dung_4")


class ZaloTemplateSettings(Settings):
    """Zalo notifications to telephone numbers by the account of the section `zalo`, see docs/messages.md."""

    template: str | None = None  # its number, approved by Zalo; None: not connected
    parameters: tuple[str, ...] = Field(_ZALO_PARAMETERS, min_length=1)  # of the template
    parameter_length: int = Field(200, ge=30)  # characters that Zalo allows each


class EmailSettings(Settings):
    host: str | None = None  # SMTP server; None: not connected
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field("tong-dai@localhost", pattern=r"@")


class MessageSettings(Settings):
    """How messages to callers go out; with no gateway they stay in the outbox until they are too old."""

    sms: SmsSettings = SmsSettings()
    zalo: ZaloTemplateSettings = ZaloTemplateSettings()
    email: EmailSettings = EmailSettings()
    attempts: int = Field(8, ge=1, le=50)  # a minute after the first, then always twice as long, at most an hour
    keep_hours: int = Field(72, ge=1)  # a message that could not be sent for so long is not sent any more
    keep_days: int = Field(30, ge=1)  # what was sent, or will not be, is erased after this

    @property
    def connected(self) -> frozenset[str]:
        """Channels that have a gateway."""
        named = {"sms": self.sms.url, "zalo": self.zalo.template, "email": self.email.host}
        return frozenset(channel for channel, gateway in named.items() if gateway)


class SurveySettings(Settings):
    enabled: bool = True  # False: callers are not asked at the end of a call
    keep_days: int = Field(730, ge=1)  # comments are erased after this; the marks stay


class ResumeSettings(Settings):
    """A task that a lost line broke off is offered again when the same number calls back."""

    minutes: int = Field(20, ge=0)  # 0: never
    key: SecretStr = SecretStr("")  # callers' numbers are stored only as a hash with it; empty: one of our own


class ZaloAccountSettings(Settings):
    """The city's Zalo Official Account (OA); an empty `app_id`: there is none."""

    app_id: str = ""
    app_secret: SecretStr = SecretStr("")  # of the application: what new access tokens are asked for with
    oa_secret: SecretStr = SecretStr("")  # of the OA, for webhooks: what Zalo signs its events with
    refresh_token: SecretStr = SecretStr("")  # the first one; each use gives the next, kept in `data`
    api: str = "https://openapi.zalo.me"
    business: str = "https://business.openapi.zalo.me"  # notifications to telephone numbers
    oauth: str = "https://oauth.zaloapp.com"
    timeout: float = Field(5.0, gt=0)  # s for a request to Zalo

    @property
    def missing(self) -> list[str]:
        """What must be set besides `app_id`, and is not."""
        secrets = ("app_secret", "oa_secret", "refresh_token") if self.app_id else ()
        return [name for name in secrets if not getattr(self, name).get_secret_value()]


class FormSettings(Settings):
    """Forms that callers fill by voice."""

    keep_days: int = Field(30, ge=1)  # forms that were begun and not finished are erased after this


class RegisterSettings(Settings):
    """The citizen register that forms are prefilled from, after an identity check and with consent."""

    url: str | None = Field(None, pattern=r"^https?://\S+$")  # None: there is none, callers are asked everything
    token: str = ""
    timeout: float = Field(2.0, gt=0, le=30)  # s; a turn of the dialogue is given up after 3
