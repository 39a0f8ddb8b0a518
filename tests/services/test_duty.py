from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.duty import Duty
from services.settings import DutySettings

AGENT = "sip:operators@10.0.0.5"


@pytest.mark.parametrize(
    ("now", "on_duty"),
    [
        ("2026-07-20T07:29:59+07:00", False),  # Monday
        ("2026-07-20T07:30:00+07:00", True),
        ("2026-07-20T17:29:00+07:00", True),
        ("2026-07-20T17:30:00+07:00", False),
        ("2026-07-18T10:00:00+07:00", False),  # Saturday
        ("2026-07-20T01:00:00+00:00", True),  # 8 in Hanoi
        ("2026-07-19T23:00:00+00:00", False),  # Monday, 6 in Hanoi
        ("2026-09-02T10:00:00+07:00", False),  # a holiday, on a Wednesday
    ],
)
def test_hours(now: str, on_duty: bool) -> None:
    duty = Duty(DutySettings(agent=AGENT, holidays=("2026-09-02",)))
    assert duty.on_duty(datetime.fromisoformat(now)) == (AGENT if on_duty else None)


def test_without_an_agent_nobody_is_on_duty() -> None:
    assert Duty(DutySettings()).on_duty(datetime(2026, 7, 20, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))) is None


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Duty(DutySettings()).on_duty(datetime(2026, 7, 20, 10))


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": "7-17"},
        {"hours": "17:00-07:00"},
        {"days": ["monday"]},
        {"timezone": "Hanoi"},
        {"agent": "0901"},
        {"x": 1},
    ],
)
def test_wrong_settings(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DutySettings.model_validate(wrong)
