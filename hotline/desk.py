"""Where a call goes when the dialogue cannot arrange it: whoever is on duty, or a ticket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from language.vi.digits import parse_phone
from services.calls import CallRecords
from services.database import Database
from services.duty import Duty
from services.tickets import Kind, Tickets, keepable

TRANSCRIPT = 8  # turns that an officer finds in a ticket

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
        self._tickets, self._calls, self._duty = Tickets(database), CallRecords(database), duty

    def on_duty(self) -> str | None:
        return self._duty.on_duty(datetime.now(UTC))

    async def open_ticket(self, call_id: str, caller: str | None, reason: str) -> str:
        why = "; ".join(REASONS.get(cause, cause) for cause in reason.split(": ") if cause)
        summary = f"Cuộc gọi cần cán bộ gọi lại ({why or 'không rõ lý do'})"
        return await asyncio.to_thread(self._open, call_id, summary, parse_phone(caller or ""), reason)

    def _open(self, call_id: str, summary: str, phone: str | None, reason: str) -> str:
        details = {"reason": reason, "transcript": self._transcript(call_id)}
        return self._tickets.open(Kind.CALLBACK, summary, phone, call_id, details).id

    def _transcript(self, call_id: str) -> list[dict[str, str]]:
        """The last turns, as far as the recorder has come."""
        turns = (self._calls.show(call_id) or {}).get("turns", ())
        return [
            {"caller": keepable(turn["heard"] or ""), "bot": " ".join(said["text"] or "" for said in turn["answers"])}
            for turn in turns[-TRANSCRIPT:]
        ]
