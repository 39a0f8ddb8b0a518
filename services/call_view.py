"""What the events of a call amount to. Events are in their JSON form, by number; any may be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Event = Mapping[str, Any]


def summary(call_id: str, events: Sequence[Event]) -> dict[str, Any]:
    """One line about a call. `outcome` and `seconds` are None while it goes on, or when its gateway died."""
    started = _last(events, "call_started")
    ended = _last(events, "call_ended")
    saved = _last(events, "recording_saved")
    handed_over = _last(events, "handed_over")
    return {
        "call_id": call_id,
        "started_at": started.get("at"),
        "line": started.get("line"),
        "caller": started.get("caller"),
        "called": started.get("called"),
        "seconds": ended.get("seconds"),
        "outcome": ended.get("outcome"),
        "reason": ended.get("reason"),
        "handover": _without_envelope(handed_over) or None,
        # Callers hear that they are recorded and may refuse: no refusal is consent only where a recording exists.
        "consent": "refused" if _last(events, "recording_refused") else "given" if saved else None,
        "recording": {"path": saved["path"], "seconds": saved["seconds"]} if saved else None,
    }


def turns(events: Sequence[Event]) -> list[dict[str, Any]]:
    """What was said and done in each turn, in order; times in seconds since the call started."""
    found: dict[int, dict[str, Any]] = {}
    for event in events:
        if "turn" in event and event["kind"] in _READERS:
            turn = found.setdefault(event["turn"], _empty_turn(event["turn"]))
            _READERS[event["kind"]](turn, event)
    return [found[number] for number in sorted(found)]


def _empty_turn(number: int) -> dict[str, Any]:
    return {
        "turn": number,
        "at": None,
        "how": None,
        "heard": None,
        "spoken": None,
        "confidence": None,
        "alternatives": [],
        "audio": None,
        "intent": None,
        "intent_confidence": None,
        "procedure": None,
        "aspect": None,
        "candidates": [],
        "actions": [],
        "answers": [],
        "interrupted": False,
        "latency_ms": {},
    }


def _caller_said(turn: dict[str, Any], event: Event) -> None:
    turn.update(
        at=event["at"],
        how=event.get("how"),
        heard=event.get("text"),
        spoken=event.get("spoken"),
        confidence=event.get("confidence"),
        alternatives=event.get("alternatives", []),
        audio=_span(event),
    )


def _understood(turn: dict[str, Any], event: Event) -> None:
    turn.update(
        intent=event.get("intent"),
        intent_confidence=event.get("confidence"),
        procedure=event.get("procedure"),
        aspect=event.get("aspect"),
        candidates=event.get("candidates", []),
        actions=event.get("actions", []),
    )


def _bot_said(turn: dict[str, Any], event: Event) -> None:
    turn["answers"].append(
        {
            "text": event.get("answer"),
            "played": event.get("played"),
            "complete": event.get("complete"),
            "source": event.get("source"),
            "audio": _span(event),
        }
    )


def _interrupted(turn: dict[str, Any], event: Event) -> None:
    turn["interrupted"] = True


def _measured(turn: dict[str, Any], event: Event) -> None:
    turn["latency_ms"] = dict(event.get("stages", {}))


_READERS = {
    "caller_said": _caller_said,
    "turn_understood": _understood,
    "bot_said": _bot_said,
    "interrupted": _interrupted,
    "turn_measured": _measured,
}


def _span(event: Event) -> tuple[float, float] | None:
    start, end = event.get("audio_start"), event.get("audio_end")
    return None if start is None or end is None else (start, end)


def _last(events: Sequence[Event], kind: str) -> Event:
    return next((event for event in reversed(events) if event["kind"] == kind), {})


def _without_envelope(event: Event) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in ("call_id", "number", "at", "kind")}
