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
