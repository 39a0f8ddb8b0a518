"""`voicebot queue`, as officers and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hotline.command_line import Command, in_process

NOW = ("--now", "2026-03-04T10:00:00")  # a Wednesday, by Hanoi's clock


@pytest.fixture
def voicebot(tmp_path: Path) -> Command:
    return in_process(
        {"VOICEBOT__DATA": str(tmp_path), "VOICEBOT__DATABASE__URL": f"sqlite:///{tmp_path}/hotline.db"}, "queue"
    )


def test_a_number_is_booked_listed_and_cancelled(voicebot: Command) -> None:
    done = voicebot("book", "phuong ba dinh", "2026-03-05T13:30", "0912 345 678", "--group", "ho_tich", *NOW, "--json")
    booked = json.loads(done.stdout)
    assert booked == {
        "number": "10001",
        "date": "2026-03-05",
        "time": "13:30",
        "session": "afternoon",
        "ward": "Phường Ba Đình",
        "phone": "0912345678",
        "group": "ho_tich",
        "procedure": None,
        "state": "booked",
    }
    assert json.loads(voicebot("list", *NOW, "--json").stdout) == booked
    assert json.loads(voicebot("list", "--phone", "+84912345678", *NOW, "--json").stdout) == booked
    assert voicebot("list", "--phone", "0987654321", *NOW, "--json").stdout == ""
    assert voicebot("list", "--now", "2026-03-06T08:00", "--json").stdout == ""
    assert json.loads(voicebot("list", "--all", "--json").stdout) == booked
    assert "Ba Đình" in voicebot("list", *NOW).stdout
    assert json.loads(voicebot("cancel", "10001", *NOW, "--json").stdout)["state"] == "cancelled"
    assert voicebot("list", "--all", "--json").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("book", "hàng xyz", "2026-03-05T08:00", "0912345678"), "no ward of Hanoi is hàng xyz"),
        (("book", "ba đình", "2026-03-04T08:00", "0912345678"), "no numbers are given out for 2026-03-04T08:00"),
        (("book", "ba đình", "2026-03-05T08:00", "12345"), "12345 is no Vietnamese telephone number"),
        (("cancel", "99999"), "no number 99999 is held"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(voicebot: Command, arguments: tuple[str, ...], complaint: str) -> None:
    done = voicebot(*arguments, *NOW)
    assert done.returncode == 1
    assert complaint in done.stderr
    assert done.stdout == ""
