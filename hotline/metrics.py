"""What the gateway counts for Prometheus; fed by the events of the calls."""

from __future__ import annotations

import asyncio

from prometheus_client import Counter, Gauge, Histogram

from voicebot import events
from voicebot.call_parts import EventLog

SECONDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0)

calls = Gauge("voicebot_calls", "Calls in progress, spoken and written", ["line"])
ended = Counter("voicebot_calls_ended", "Calls that have ended", ["outcome"])
answer_seconds = Histogram("voicebot_answer_seconds", "End of the caller's speech to our voice", buckets=SECONDS)
failures = Counter("voicebot_part_failures", "Failures behind a call that the caller heard about", ["part"])
lag_seconds = Gauge("voicebot_loop_lag_seconds", "How late the media loop wakes up")


class MeasuredJournal:
    """A journal that counts what it passes on."""

    def __init__(self, journal: EventLog) -> None:
        self._journal = journal
        self._lines: dict[str, str] = {}  # of the calls in progress

    def append(self, event: events.Event) -> None:
        self._journal.append(event)
        match event:
            case events.CallStarted(call_id=call_id, line=line):
                self._lines[call_id] = line
                calls.labels(line).inc()
            case events.CallEnded(call_id=call_id, outcome=outcome):
                if known := self._lines.pop(call_id, None):
                    calls.labels(known).dec()
                ended.labels(outcome).inc()
            case events.TurnMeasured(stages=stages) if "audible" in stages:
                answer_seconds.observe(stages["audible"] / 1000)
            case events.PartFailed(part=part):
                failures.labels(part).inc()


async def watch_lag(period: float = 0.1) -> None:
    """Measures for ever how late the loop is."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + period
        await asyncio.sleep(period)
        lag_seconds.set(max(0.0, loop.time() - due))
