"""What there is before the scripted calls begin, on Monday, 2 March 2026 (benchmarks/world)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from services.database import Database
from services.dossiers import load
from services.queue import Queue, QueueSettings, SlotFull

WORLD = Path(__file__).with_name("world")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2026, 3, 2, 7, tzinfo=HANOI)


def furnish(database: Database) -> None:
    """Dossiers to be looked up, numbers that callers hold, and slots without room."""
    for _ in load(database, WORLD / "dossiers.json", MORNING):
        pass
    queue = Queue(database, QueueSettings())
    wanted = yaml.safe_load((WORLD / "queue.yml").read_text(encoding="utf-8"))
    for held in wanted["held"]:
        queue.book(held["ward"], held["start"].astimezone(HANOI), held["phone"], MORNING)
    for slot in wanted["full"]:
        _fill(queue, slot["ward"], slot["start"].astimezone(HANOI))


def _fill(queue: Queue, ward: str, start: datetime) -> None:
    phone = 290_000_000  # landlines of nobody who calls
    try:
        while True:
            phone += 1
            queue.book(ward, start, f"0{phone}", MORNING)
    except SlotFull:
        return
