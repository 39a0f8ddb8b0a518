"""Working days of the city's offices: Monday to Friday, without public holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

from language.vi import lunar_to_solar

_DAY = timedelta(days=1)
_FIXED = ((1, 1), (30, 4), (1, 5), (2, 9))


class WorkingDays:
    """`holidays` are days off that the law leaves to the government each year: the further days of Tết, the day beside
    2 September, days moved to or from a weekend.
    """

    def __init__(self, holidays: Collection[date] = ()) -> None:
        self._holidays = frozenset(holidays)

    def __contains__(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._holidays and day not in statutory(day.year)

    def on_or_after(self, day: date) -> date:
        """When a time limit that ends on `day` really ends (Civil Code 91/2015/QH13, Article 148.5)."""
        while day not in self:
            day += _DAY
        return day

    def late(self, due: date, today: date) -> int:
        """Working days that have begun since a time limit ended; 0 while it has not."""
        end = self.on_or_after(due)
        return sum(end + n * _DAY in self for n in range(1, (today - end).days + 1))


@cache
def statutory(year: int) -> frozenset[date]:
    """Days off in every year (Labour Code 45/2019/QH14, Article 112): the last day of the old lunar year to the third
    of the new one, the tenth of the third lunar month, and those of the solar calendar.
    """
    days = {date(year, month, day) for day, month in _FIXED}
    if new_year := lunar_to_solar(1, 1, year):
        days |= {new_year + n * _DAY for n in range(-1, 3)}
    if ancestors := lunar_to_solar(10, 3, year):
        days.add(ancestors)
    return frozenset(days)
