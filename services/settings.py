"""Settings of the services; composed into one file by `hotline.config`."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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


class Settings(BaseModel):
    """A section of config.yml: typed, closed, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Settings):
    url: str = "sqlite:///var/hotline.db"  # or postgresql+psycopg://user:password@host/name


class DutySettings(Settings):
    """When operators take calls over, and where they are reached."""

    agent: str | None = Field(None, pattern=r"^sips?:\S+$")  # SIP URI of the operators; None: nobody, ever
    hours: Annotated[str, AfterValidator(_check_hours)] = "07:30-17:30"
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[date, ...] = ()
    timezone: Annotated[str, AfterValidator(_check_timezone)] = "Asia/Ho_Chi_Minh"


class FormSettings(Settings):
    """Forms that callers fill by voice."""

    keep_days: int = Field(30, ge=1)  # forms that were begun and not finished are erased after this


class RegisterSettings(Settings):
    """The citizen register that forms are prefilled from, after an identity check and with consent."""

    url: str | None = Field(None, pattern=r"^https?://\S+$")  # None: there is none, callers are asked everything
    token: str = ""
    timeout: float = Field(2.0, gt=0, le=30)  # s; a turn of the dialogue is given up after 3
