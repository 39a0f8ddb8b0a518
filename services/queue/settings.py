"""When the wards' service points are open, and how many people they receive."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from services.places import WARDS
from services.settings import Hours, Settings, Timezone, Weekday


def _check_wards(capacities: dict[str, int]) -> dict[str, int]:
    for ward in capacities:
        if ward not in WARDS:
            raise ValueError(f"no ward of Hanoi is called {ward!r}; expected a name such as {WARDS[0]!r}")
    return capacities


class QueueSettings(Settings):
    morning: Hours = "08:00-11:30"
    afternoon: Hours = "13:30-17:00"
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    mornings_only: tuple[Weekday, ...] = ()  # ("sat",) where Saturday mornings are worked
    holidays: tuple[date, ...] = ()
    timezone: Timezone = "Asia/Ho_Chi_Minh"
    days_ahead: int = Field(6, ge=0, le=60)  # after today
    slot_minutes: int = Field(30, ge=5, le=240)
    capacity: int = Field(6, ge=0)  # people in a slot at one service point
    capacities: Annotated[dict[str, Annotated[int, Field(ge=0)]], AfterValidator(_check_wards)] = {}  # noqa: RUF012
    per_phone: int = Field(3, ge=1)  # numbers that one telephone may hold
