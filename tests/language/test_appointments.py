"""When a caller wants to come."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.vi import Session, When, fold, parse_day, parse_time, parse_when, read_number, speak, write

TODAY = date(2026, 11, 25)  # a Wednesday
MORNING, AFTERNOON = Session.MORNING, Session.AFTERNOON
WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


@pytest.mark.parametrize(
    ("said", "day", "session", "at"),
    [
        ("sáng mai", "11-26", MORNING, None),
        ("ngày kia", "11-27", None, None),
        ("chiều nay", "11-25", AFTERNOON, None),
        ("bữa mốt đi con", "11-27", None, None),
        ("sáng kia", "11-27", MORNING, None),
        ("thứ hai", "11-30", None, None),
        ("thứ tư", "11-25", None, None),
        ("thứ 6 nhé", "11-27", None, None),
        ("mùng ba tháng mười hai", "12-03", None, None),
        ("mùng 1", "12-01", None, None),
        ("ngày 30", "11-30", None, None),
        ("ngày 20", "12-20", None, None),  # this month's is over
        ("thứ ba ngày 1/12", "12-01", None, None),
        ("ba ngày nữa", "11-28", None, None),
        ("sáng thứ hai tuần sau tầm chín giờ rưỡi", "11-30", MORNING, "09:30"),
        ("thứ năm lúc năm giờ", "11-26", AFTERNOON, "17:00"),
        ("ngày 26 tháng 11 lúc 8 giờ", "11-26", MORNING, "08:00"),
        ("9h30 sáng mai", "11-26", MORNING, "09:30"),
        ("hai rưỡi chiều", None, AFTERNOON, "14:30"),
        ("mười giờ kém mười lăm", None, MORNING, "09:45"),
        ("một giờ rưỡi", None, AFTERNOON, "13:30"),
        ("14h", None, AFTERNOON, "14:00"),
        ("sáng mai à quên chiều kia", "11-27", AFTERNOON, None),
        ("không phải sáng, chiều cơ", None, AFTERNOON, None),
        ("sang thu hai 9 gio", "11-30", MORNING, "09:00"),
        ("chieu thu sau", "11-27", AFTERNOON, None),
        ("ngay mot", "11-27", None, None),
        ("tháng sau", None, None, None),
        ("ngày 31 tháng 2", None, None, None),
        ("ngày 1/1/2020", None, None, None),
        ("hôm qua", None, None, None),
        ("25 giờ", None, None, None),
        ("", None, None, None),
    ],
)
def test_when(said: str, day: str | None, session: Session | None, at: str | None) -> None:
    wanted = When(date.fromisoformat(f"2026-{day}") if day else None, session, time.fromisoformat(at) if at else None)
    assert parse_when(said, TODAY) == wanted
    assert parse_when(write(said), TODAY) == wanted


todays = st.dates(date(2025, 7, 1), date(2035, 12, 31))


@given(todays, st.integers(0, 6))
def test_every_day_of_the_week_ahead_is_understood(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    for said in (
        WEEKDAYS[day.weekday()],
        f"ngày {day.day} tháng {day.month}",
        speak(f"ngày {day.day}/{day.month}"),
        f"{WEEKDAYS[day.weekday()]} ngày {day.day}/{day.month}",
        fold(f"chieu {WEEKDAYS[day.weekday()]}"),
        f"{read_number(ahead)} ngày nữa" if ahead else "hôm nay",
    ):
        assert parse_day(said, today) == day, said


@given(todays, st.text(max_size=60) | st.text(alphabet="0123456789/-:hgiờ ngàythángsau", max_size=40))
def test_no_day_is_over_and_nothing_breaks(today: date, said: str) -> None:
    when = parse_when(said, today)
    assert when.day is None or when.day >= today
    assert when.time is None or when.session is not None


@given(st.integers(7, 17), st.sampled_from([0, 15, 30, 45]))
def test_working_hours_are_understood(hour: int, minute: int) -> None:
    at = time(hour, minute)
    spoken_hour = hour if hour <= 12 else hour - 12
    half = "chiều" if hour > 12 else ""
    minutes = f" {read_number(minute)}" if minute else ""
    assert parse_time(f"{read_number(spoken_hour)} giờ{minutes} {half}".strip()) == at
    assert parse_time(f"{hour}:{minute:02}") == at
