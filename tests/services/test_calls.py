from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.calls import CallRecords, InvalidEvent
from services.database import Database
from voicebot.events import (
    BotSaid,
    CallEnded,
    CallerSaid,
    CallStarted,
    HandedOver,
    Interrupted,
    RecordingSaved,
    TurnMeasured,
    TurnUnderstood,
)

START = datetime(2026, 7, 20, 8, tzinfo=UTC)
WHEN: dict[str, Any] = {"audio_start": 0.0, "audio_end": 2.0}
ABOUT: dict[str, Any] = {"procedure": "1.001193", "aspect": "fee"}
EVENTS = range(11)


def events_of(call_id: str = "c1", at: datetime = START) -> list[dict[str, Any]]:
    """A call of two turns, the second interrupted and handed over."""
    heard = "Dạ, em nghe ạ."
    source = {"code": "1.001193", "version": "163/QĐ-BTP"}
    made = [
        CallStarted(call_id=call_id, number=0, line="sip", caller="0912345678", called="19001009"),
        CallerSaid(call_id=call_id, number=1, turn=0, how="event", text=""),
        BotSaid(call_id=call_id, number=2, turn=0, answer=heard, played=heard, complete=True, **WHEN),
        CallerSaid(
            call_id=call_id, number=3, turn=1, how="voice", text="khai sinh", spoken="khai sinh", confidence=0.9,
            alternatives=["khai xinh"], audio_start=3.0, audio_end=4.5,
        ),
        TurnUnderstood(call_id=call_id, number=4, turn=1, intent="ask", confidence=0.8, **ABOUT),
        BotSaid(
            call_id=call_id, number=5, turn=1, answer="Dạ, đúng hạn thì miễn ạ.", played="Dạ, đúng", complete=False,
            source=source, audio_start=5.0, audio_end=5.6,
        ),
        Interrupted(call_id=call_id, number=6, turn=1),
        TurnMeasured(call_id=call_id, number=7, turn=1, stages={"decoded": 210.0, "audible": 640.0}),
        HandedOver(call_id=call_id, number=8, reason="asked", result="ticket", ticket="1001", summary="hỏi khai sinh"),
        RecordingSaved(call_id=call_id, number=9, path="var/c1.flac", seconds=12.5),
        CallEnded(call_id=call_id, number=10, reason="caller", seconds=12.5, outcome="handed_over"),
    ]  # fmt: skip
    return [event.model_copy(update={"at": at}).model_dump(mode="json") for event in made]


def test_a_call_is_shown_with_its_turns(database: Database) -> None:
    records = CallRecords(database)
    for event in events_of():
        assert records.store(event)
    call = records.show("c1")
    assert call is not None
    assert (call["caller"], call["outcome"], call["seconds"]) == ("0912345678", "handed_over", 12.5)
    assert call["recording"] == {"path": "var/c1.flac", "seconds": 12.5}
    assert call["consent"] == "given"
    assert call["handover"] == {"reason": "asked", "result": "ticket", "ticket": "1001", "summary": "hỏi khai sinh"}
    first, second = call["turns"]
    assert first["answers"][0]["played"] == "Dạ, em nghe ạ."
    assert (second["heard"], second["confidence"], second["alternatives"]) == ("khai sinh", 0.9, ["khai xinh"])
    assert (second["intent"], second["procedure"], second["aspect"]) == ("ask", "1.001193", "fee")
    assert second["interrupted"]
    assert second["answers"][0]["played"] == "Dạ, đúng"
    assert second["answers"][0]["source"]["version"] == "163/QĐ-BTP"
    assert second["latency_ms"] == {"decoded": 210.0, "audible": 640.0}
    assert call["events"] == events_of()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.integers(0, 10), min_size=11, max_size=40).filter(lambda o: set(o) == set(range(11)))
    | st.permutations(range(11))
)
def test_any_order_and_repeats_give_the_same_call(tmp_path: Path, order: list[int]) -> None:
    path = tmp_path / f"{hash(tuple(order))}.db"
    database = Database(f"sqlite:///{path}")
    if not path.exists():
        database.migrate()
    records, events = CallRecords(database), events_of()
    for number in order:
        records.store(events[number])
    assert not any(records.store(event) for event in events)
    shown = records.show("c1")
    assert shown is not None
    assert shown["events"] == events
    assert [turn["turn"] for turn in shown["turns"]] == [0, 1]
    database.close()


def test_the_first_of_two_events_with_one_number_stays(database: Database) -> None:
    records = CallRecords(database)
    event = events_of()[0]
    assert records.store(event)
    assert not records.store({**event, "caller": "0999999999"})
    shown = records.show("c1")
    assert shown is not None
    assert shown["caller"] == "0912345678"


def test_list_is_newest_first_and_agrees_with_show(database: Database) -> None:
    records = CallRecords(database)
    for minute, call_id in enumerate(("a", "b", "c")):
        for event in events_of(call_id, START + timedelta(minutes=minute)):
            records.store(event)
    records.store(events_of("running", START + timedelta(minutes=9))[0])

    listed = records.list()
    assert [call["call_id"] for call in listed] == ["running", "c", "b", "a"]
    assert listed[0]["outcome"] is None
    shown = records.show("b")
    assert shown is not None
    assert listed[2] == {key: value for key, value in shown.items() if key not in ("turns", "events")}
    assert [call["call_id"] for call in records.list(limit=2)] == ["running", "c"]
    assert [call["call_id"] for call in records.list(since=START + timedelta(minutes=2))] == ["running", "c"]


def test_export_gives_every_call_once_as_json(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.calls._EXPORT_PAGE", 2)  # several pages, some calls at the same moment
    records = CallRecords(database)
    for index in range(7):
        for event in events_of(f"c{index}", START + timedelta(minutes=index // 3)):
            records.store(event)
    exported = [json.loads(json.dumps(call, ensure_ascii=False)) for call in records.export()]
    assert [call["call_id"] for call in exported] == [f"c{index}" for index in range(7)]
    assert exported[0]["turns"][1]["heard"] == "khai sinh"
    assert [call["call_id"] for call in records.export(since=START + timedelta(minutes=2))] == ["c6"]


def test_an_unknown_call(database: Database) -> None:
    assert CallRecords(database).show("nothing") is None


@pytest.mark.parametrize(
    "change",
    [{"call_id": ""}, {"number": -1}, {"number": "7"}, {"at": "2026-07-20T08:00:00"}, {"at": "soon"}, {"kind": None}],
)
def test_what_is_no_event_is_refused_without_being_quoted(database: Database, change: dict[str, Any]) -> None:
    event = {**events_of()[3], **change}
    with pytest.raises(InvalidEvent) as caught:
        CallRecords(database).store(event)
    assert next(iter(change)) in str(caught.value)
    assert "khai sinh" not in str(caught.value)
