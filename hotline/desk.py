"""Where a call goes when the dialogue cannot arrange it: whoever is on duty, or a ticket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from language.vi.digits import parse_phone
from services.database import Database
from services.duty import Duty
from services.tickets import Tickets

# What callers go to a person for and why none could be reached, in the words of the officers.
REASONS = {
    "asked": "người gọi yêu cầu",
    "not_understood": "trợ lý ảo không hiểu ý người gọi",
    "dialogue_failed": "trợ lý ảo gặp sự cố",
    "busy": "cán bộ bận máy",
    "no_answer": "cán bộ không nghe máy",
    "rejected": "cuộc chuyển máy bị từ chối",
    "unsupported": "đường dây không chuyển máy được",
}


class HotlineDesk:
    """`voicebot.call_parts.Desk` on the services."""

    def __init__(self, database: Database, duty: Duty) -> None:
        self._tickets, self._duty = Tickets(database), duty

    def on_duty(self) -> str | None:
        return self._duty.on_duty(datetime.now(UTC))

    async def open_ticket(self, call_id: str, caller: str | None, reason: str) -> str:
        why = "; ".join(REASONS.get(cause, cause) for cause in reason.split(": ") if cause)
        summary = f"Cuộc gọi cần cán bộ gọi lại ({why or 'không rõ lý do'})"
        details = {"reason": reason}
        ticket = await asyncio.to_thread(
            self._tickets.open, "callback", summary, phone=parse_phone(caller or ""), call_id=call_id, details=details
        )
        return str(ticket.id)
