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
        hours = self.hours(now)
        return self._settings.agent if hours and hours[0] <= now < hours[1] else None

    def hours(self, day: datetime) -> tuple[datetime, datetime] | None:
        """When officers begin and stop on the day of this moment (aware), None on days off. Raises ValueError."""
        if day.tzinfo is None:
            raise ValueError("hours of duty need a time with a time zone")
        local = day.astimezone(self._zone)
        weekday = get_args(Weekday)[local.weekday()]
        if weekday not in self._settings.days or local.date() in self._settings.holidays:
            return None
        opening, closing = (datetime.combine(local, at, self._zone) for at in (self._opening, self._closing))
        return opening, closing
