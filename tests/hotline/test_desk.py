"""Where a call goes when the dialogue cannot arrange it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.desk import HotlineDesk
from services.calls import CallRecords
from services.database import Database, DatabaseError
from services.duty import Duty
from services.settings import DutySettings
from services.tickets import Tickets

ALWAYS = {"hours": "00:00-23:59:59", "days": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/hotline.db")
    database.migrate()
    return database


@pytest.mark.parametrize(
    ("reason", "summary"),
    [
        ("dialogue_failed", "Cuộc gọi cần cán bộ gọi lại (trợ lý ảo gặp sự cố)"),
        ("asked: no_answer", "Cuộc gọi cần cán bộ gọi lại (người gọi yêu cầu; cán bộ không nghe máy)"),
        ("khẩn cấp", "Cuộc gọi cần cán bộ gọi lại (khẩn cấp)"),
        ("", "Cuộc gọi cần cán bộ gọi lại (không rõ lý do)"),
    ],
)
async def test_a_ticket_tells_officers_whom_to_call_and_why(database: Database, reason: str, summary: str) -> None:
    desk = HotlineDesk(database, Duty(DutySettings()))
    number = await desk.open_ticket("call-0001", "0912345678", reason)
    ticket = Tickets(database).get(number)
    assert ticket
    assert (ticket.kind, ticket.summary, ticket.phone) == ("callback", summary, "0912345678")
    assert (ticket.call_id, ticket.details) == ("call-0001", {"reason": reason, "transcript": []})


async def test_a_ticket_carries_the_last_turns(database: Database) -> None:
    events = [
        {"kind": "caller_said", "turn": 1, "text": "mã otp 482915 của tôi"},
        {"kind": "bot_said", "turn": 1, "answer": "Dạ, bác đừng đọc mã ạ."},
        {"kind": "caller_said", "turn": 2, "text": "cho gặp người"},
    ]
    envelope = {"call_id": "call-0001", "at": "2026-03-02T09:00:00+07:00"}
    CallRecords(database).store_all([{**envelope, **event, "number": n} for n, event in enumerate(events)])
    number = await HotlineDesk(database, Duty(DutySettings())).open_ticket("call-0001", None, "asked: busy")
    ticket = Tickets(database).get(number)
    assert ticket
    assert ticket.details["transcript"] == [
        {"caller": "mã otp *** của tôi", "bot": "Dạ, bác đừng đọc mã ạ."},
        {"caller": "cho gặp người", "bot": ""},
    ]


def test_who_is_on_duty(database: Database) -> None:
    on = DutySettings.model_validate({"agent": "sip:agents@example.org", **ALWAYS})
    assert HotlineDesk(database, Duty(on)).on_duty() == "sip:agents@example.org"
    assert HotlineDesk(database, Duty(DutySettings())).on_duty() is None


async def test_without_a_database_there_is_no_ticket(tmp_path: Path) -> None:
    desk = HotlineDesk(Database(f"sqlite:///{tmp_path}/nowhere/hotline.db"), Duty(DutySettings()))
    with pytest.raises(DatabaseError):
        await desk.open_ticket("call-0001", None, "asked")
