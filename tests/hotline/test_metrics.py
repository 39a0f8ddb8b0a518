"""What the gateway counts of its calls."""

from __future__ import annotations

from typing import Any

from prometheus_client import REGISTRY

from hotline.metrics import MeasuredJournal
from tests.voicebot.simulated_call import MemoryJournal
from voicebot.events import CallEnded, CallStarted


def in_progress(line: str) -> float:
    return REGISTRY.get_sample_value("voicebot_calls", {"line": line}) or 0.0


def test_calls_in_progress_are_counted_by_line() -> None:
    kept = MemoryJournal()
    journal = MeasuredJournal(kept)
    ended: dict[str, Any] = {"number": 1, "reason": "idle", "seconds": 1.0, "outcome": "answered"}
    before = in_progress("chat"), in_progress("sip")
    for call_id, line in (("c1", "chat"), ("c2", "chat"), ("s1", "sip")):
        journal.append(CallStarted(call_id=call_id, number=0, line=line, caller=None, called=None))
    journal.append(CallEnded(call_id="c1", **ended))
    journal.append(CallEnded(call_id="resumed", **ended))  # began in another process
    assert (in_progress("chat") - before[0], in_progress("sip") - before[1]) == (1, 1)
    assert len(kept.events) == 5
