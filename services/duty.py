"""Who takes a call over now."""

from __future__ import annotations

from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from services.settings import DutySettings, Weekday, parse_hours


class Duty:
    def __init__(self, settings: DutySettings) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)
        self._opening, self._closing = parse_hours(settings.hours)

    def on_duty(self, now: datetime) -> str | None:
        """SIP URI of the operators at `now` (aware), None outside hours. Raises ValueError when `now` is naive."""
        if now.tzinfo is None:
            raise ValueError("on_duty needs a time with a time zone")
        local = now.astimezone(self._zone)
        weekday = get_args(Weekday)[local.weekday()]
        if weekday not in self._settings.days or local.date() in self._settings.holidays:
            return None
        return self._settings.agent if self._opening <= local.time() < self._closing else None
