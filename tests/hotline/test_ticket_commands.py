"""`voicebot tickets …` as officers and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.database import Database
from services.tickets import Category, Consent, Kind, Report, Tickets
from tests.hotline.command_line import Command, in_process
from tests.services.test_tickets import NOW


@pytest.fixture
def voicebot(tmp_path: Path) -> Command:
    url = f"sqlite:///{tmp_path}/hotline.db"
    run = in_process({"VOICEBOT__DATA": str(tmp_path), "VOICEBOT__DATABASE__URL": url}, "tickets")
    assert run("list").returncode == 0  # makes the database
    return run


@pytest.fixture
def complaint(voicebot: Command, tmp_path: Path) -> str:
    tickets = Tickets(Database(f"sqlite:///{tmp_path}/hotline.db"))
    tickets.open("callback", "gọi lại")
    report = Report("họ vòi tôi [/b] hai triệu", Category.FEE, "Phường Ba Đình")
    consent = Consent(NOW, "Bác đồng ý không ạ?", "ừ")
    details = {"transcript": [{"caller": "họ vòi tiền", "bot": "Dạ"}]}
    return tickets.open(
        Kind.COMPLAINT, "đòi tiền", "0912345678", "c1", details, report=report, consent=consent, now=NOW
    ).id


def test_listed_by_kind_and_state(voicebot: Command, complaint: str) -> None:
    [row] = [json.loads(line) for line in voicebot("list", "--kind", "complaint", "--json").stdout.splitlines()]
    assert row["id"] == complaint
    assert (row["priority"], row["category"], row["ward"]) == ("high", "fee", "Phường Ba Đình")
    assert len(voicebot("list", "--json", "-n", "1").stdout.splitlines()) == 1
    assert voicebot("list", "--state", "done", "--json").stdout == ""


def test_shown_whole(voicebot: Command, complaint: str) -> None:
    shown = json.loads(voicebot("show", complaint, "--json").stdout)
    assert shown["report"]["story"] == "họ vòi tôi [/b] hai triệu"
    assert shown["consent"]["answered"] == "ừ"
    assert shown["details"]["transcript"][0]["caller"] == "họ vòi tiền"
    assert shown["history"][0]["action"] == "opened"
    assert json.loads(voicebot("show", complaint).stdout)["id"] == complaint


def test_assigned_and_closed_by_name(voicebot: Command, complaint: str) -> None:
    assigned = json.loads(voicebot("assign", complaint, "lan", "--by", "hoa", "--json").stdout)
    assert (assigned["assignee"], assigned["state"]) == ("lan", "in_progress")
    closed = json.loads(voicebot("close", complaint, "--note", "đã nhắc", "--by", "lan", "--json").stdout)
    assert closed["state"] == "done"
    history = json.loads(voicebot("show", complaint, "--json").stdout)["history"]
    assert [(entry["action"], entry["by"], entry["note"]) for entry in history[1:]] == [
        ("assigned", "hoa", "lan"),
        ("moved", "lan", "đã nhắc"),
    ]


def test_what_cannot_be_done_is_said(voicebot: Command, complaint: str) -> None:
    voicebot("close", complaint, "--rejected")
    for words, said in (
        (("show", "9999"), "there is no ticket 9999"),
        (("assign", "9999", "lan"), "there is no ticket 9999"),
        (("assign", complaint, "lan"), f"ticket {complaint} is rejected; open it again first"),
        (("close", complaint), f"ticket {complaint} is rejected and cannot become done"),
    ):
        done = voicebot(*words)
        assert (done.returncode, done.stderr.strip()) == (1, said)
