from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.database import Database
from services.tickets import Tickets, TicketState


def test_a_ticket_and_its_history(database: Database) -> None:
    tickets = Tickets(database)
    before = datetime.now(UTC)
    opened = tickets.open("feedback", "chậm trả kết quả", phone="0912345678", call_id="c1", details={"ward": "Ba Đình"})
    assert opened.id.isdigit()
    assert opened.state is TicketState.OPEN
    assert before <= opened.opened_at <= datetime.now(UTC)

    tickets.move(opened.id, TicketState.IN_PROGRESS, by="lan")
    done = tickets.move(opened.id, TicketState.DONE, by="lan", note="đã gọi lại")
    assert [(c.state, c.by, c.note) for c in done.history] == [
        ("open", "voicebot", ""),
        ("in_progress", "lan", ""),
        ("done", "lan", "đã gọi lại"),
    ]
    assert tickets.get(opened.id) == done


def test_list_is_newest_first_and_by_state(database: Database) -> None:
    tickets = Tickets(database)
    first, second, third = (tickets.open("callback", name) for name in ("một", "hai", "ba"))
    tickets.move(second.id, TicketState.DONE, by="lan")
    assert [ticket.id for ticket in tickets.list()] == [third.id, second.id, first.id]
    assert [ticket.id for ticket in tickets.list(TicketState.OPEN, limit=1)] == [third.id]


def test_what_cannot_be(database: Database) -> None:
    tickets = Tickets(database)
    with pytest.raises(ValueError, match="summary"):
        tickets.open("feedback", "  ")
    with pytest.raises(LookupError, match="9999"):
        tickets.move("9999", TicketState.DONE, by="lan")
    done = tickets.move(tickets.open("feedback", "x").id, TicketState.DONE, by="lan")
    with pytest.raises(ValueError, match="cannot become rejected"):
        tickets.move(done.id, TicketState.REJECTED, by="lan")
    assert tickets.get("abc") is None
