from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.working_days import WorkingDays, statutory

DAYS = WorkingDays()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 2), True),
        (date(2026, 3, 7), False),  # Saturday
        (date(2026, 2, 16), False),  # the last day of the old lunar year
        (date(2026, 2, 19), False),  # the third of the new one
        (date(2026, 2, 20), True),
        (date(2025, 4, 7), False),  # the tenth of the third lunar month
        (date(2026, 9, 2), False),
    ],
)
def test_working_days(day: date, works: bool) -> None:
    assert (day in DAYS) is works


def test_further_days_off_are_configured() -> None:
    assert date(2026, 2, 20) not in WorkingDays([date(2026, 2, 20)])


def test_a_limit_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert DAYS.on_or_after(date(2026, 3, 7)) == date(2026, 3, 9)
    assert DAYS.on_or_after(date(2026, 4, 30)) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("due", "today", "late"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), 0),
        (date(2026, 3, 6), date(2026, 3, 8), 0),  # Friday, and it is Sunday
        (date(2026, 3, 6), date(2026, 3, 9), 1),
        (date(2026, 3, 7), date(2026, 3, 9), 0),  # due on a Saturday: Monday is in time
        (date(2026, 3, 2), date(2026, 3, 10), 6),
        (date(2026, 3, 20), date(2026, 3, 2), 0),
    ],
)
def test_late(due: date, today: date, late: int) -> None:
    assert DAYS.late(due, today) == late


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-40, 40), st.integers(0, 40))
def test_lateness_only_grows(due: date, after: int, more: int) -> None:
    today = due + timedelta(days=after)
    assert 0 <= DAYS.late(due, today) <= DAYS.late(due, today + timedelta(days=more))


def test_every_year_has_its_holidays() -> None:
    for year in range(2024, 2040):
        assert len(statutory(year)) in (8, 9)  # the tenth of the third lunar month may be the 30th of April
