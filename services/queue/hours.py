"""When the service points give out numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from language.vi import Session
from services.queue.settings import QueueSettings
from services.settings import Weekday, parse_hours


@dataclass(frozen=True, order=True)
class Slot:
    """Some minutes in which a service point receives a fixed number of people; times in its own zone."""

    start: datetime
    end: datetime

    @property
    def session(self) -> Session:
        return session_of(self.start)


def session_of(moment: datetime) -> Session:
    return Session.MORNING if moment.hour < 12 else Session.AFTERNOON


class Calendar:
    """Days and slots; every `now` is aware."""

    def __init__(self, settings: QueueSettings) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)

    def today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    def last_day(self, now: datetime) -> date:
        """The last one that numbers are given out for."""
        return self.today(now) + timedelta(days=self._settings.days_ahead)

    def zoned(self, moment: datetime) -> datetime:
        """A moment without a zone is one by the clock of the service points."""
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)

    def is_open(self, day: date) -> bool:
        return bool(self._hours(day))

    def offered(self, now: datetime) -> list[Slot]:
        """All slots that begin after `now`, soonest first, until the last day."""
        days = range(self._settings.days_ahead + 1)
        slots = (slot for ahead in days for slot in self._slots(self.today(now) + timedelta(days=ahead)))
        return [slot for slot in slots if slot.start > now]

    def _slots(self, day: date) -> Iterator[Slot]:
        length = timedelta(minutes=self._settings.slot_minutes)
        for hours in self._hours(day):
            opening, closing = (datetime.combine(day, moment, self._zone) for moment in parse_hours(hours))
            while opening + length <= closing:
                yield Slot(opening, opening + length)
                opening += length

    def _hours(self, day: date) -> tuple[str, ...]:
        settings = self._settings
        if day in settings.holidays:
            return ()
        weekday = get_args(Weekday)[day.weekday()]
        if weekday in settings.days:
            return settings.morning, settings.afternoon
        return (settings.morning,) if weekday in settings.mornings_only else ()
