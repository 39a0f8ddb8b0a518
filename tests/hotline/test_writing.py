"""`voicebot chat` and the records of written calls: command, API, journal, recorder and database together."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from benchmarks.chat import measure, summary
from hotline.chat import ChatFailed, chat_lines, converse
from hotline.config import Config, load_config
from hotline.writing import open_writing
from services.calls import CallRecords
from services.database import Database
from tests.dialogs.conftest import free_port
from tests.voicebot.written_dialogue import Desk, RepeatingDialogue
from voicebot import events
from voicebot.dialogue import CallerTurn, Command, DialogueFailed, Say, Understanding


class StoringJournal:
    """Writes at once what the recorder would write a moment later."""

    def __init__(self, records: CallRecords) -> None:
        self._records = records

    def append(self, event: events.Event) -> None:
        self._records.store(json.loads(event.model_dump_json()))


class Hotline:
    def __init__(self, config: Config, dialogue: RepeatingDialogue, records: CallRecords) -> None:
        self.config, self.dialogue, self.records = config, dialogue, records


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name, value in {
        "DATA": str(tmp_path),
        "DATABASE__URL": f"sqlite:///{tmp_path}/hotline.db",
        "WEB__HOST": "127.0.0.1",
        "WEB__PORT": str(free_port()),
        "DIALOGUE__TOKEN": "of this run",
    }.items():
        monkeypatch.setenv(f"VOICEBOT__{name}", value)
    return load_config()


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Hotline]:
    database = Database(config.database.url)
    database.migrate()
    dialogue, records = RepeatingDialogue(), CallRecords(database)
    async with contextlib.AsyncExitStack() as stack:
        app = web.Application()
        open_writing(config, app, dialogue, StoringJournal(records), Desk(), stack)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, config.web.host, config.web.port).start()
        yield Hotline(config, dialogue, records)


async def chat(
    hotline: Hotline, lines: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, session: str | None = None, **more: Any
) -> list[dict[str, Any]]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    await chat_lines(hotline.config, session, more.get("now"), more.get("caller"), True)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_each_line_is_a_turn_and_an_empty_one_a_new_call(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    async with running(config) as hotline:
        lines = "làm  hộ chiếu\ncó\n\n\nxin chào"
        rows = await chat(hotline, lines, monkeypatch, capsys, caller="0912345678", now="2026-03-02T09:00:00+07:00")
        assert [row["replies"][0]["text"] for row in rows] == ["Dạ, làm hộ chiếu ạ.", "Dạ, có ạ.", "Dạ, xin chào ạ."]
        assert set(rows[0]) == {
            *("replies", "intent", "confidence", "language", "procedure", "aspect", "candidates", "actions"),
            *("expects", "handover", "latency_ms"),
        }
        turns = hotline.dialogue.turns
        assert {(turn.caller, turn.now, turn.channel) for turn in turns} == {
            ("0912345678", "2026-03-02T09:00:00+07:00", "text_call")
        }
        calls = hotline.records.list()
        assert sorted(call["turn_count"] for call in calls) == [1, 2]
        assert {(call["line"], call["outcome"], call["reason"]) for call in calls} == {
            ("text_call", "answered", "caller_hung_up")
        }
        assert {turn.call_id for turn in turns} == {call["call_id"] for call in calls}


async def test_a_named_conversation_goes_on_after_a_restart_in_the_same_record(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for said in ("một", "hai"):
        async with running(config) as hotline:
            await chat(hotline, said, monkeypatch, capsys, session="mine")
            assert [turn.call_id for turn in hotline.dialogue.turns] == ["mine"]
    [call] = hotline.records.export()
    assert [turn["heard"] for turn in call["turns"]] == ["một", "hai"]
    assert [event["number"] for event in call["events"]] == list(range(len(call["events"])))


async def test_commands_and_what_is_said_again_are_in_the_row(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    async with running(config) as hotline:
        hotline.dialogue.script = [
            [Command("repeat", {"text": "Dạ ạ."}), Understanding("noi_lai", 1.0)],
            [
                Say("Dạ, em nối máy ạ."),
                Command("hand_over", {"target": "sip:a@b"}),
                Understanding("x", 1, handover=True),
            ],
        ]
        first, second = await chat(hotline, "nói lại\ngặp người", monkeypatch, capsys)
        assert first["replies"] == [{"text": "Dạ ạ.", "speech": "dạ ạ."}]
        assert first["commands"] == [{"name": "repeat", "text": "Dạ ạ."}]
        assert second["handover"]
        assert second["commands"] == [{"name": "hand_over", "target": "sip:a@b"}]


async def test_a_dialogue_that_is_away_ends_the_command(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    async with running(config) as hotline:
        hotline.dialogue.away = True
        with pytest.raises(ChatFailed, match="not connected"):
            await chat(hotline, "xin chào", monkeypatch, capsys)
        assert capsys.readouterr().out == ""


async def test_another_hotline_s_token_does_not_name_callers(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    async with running(config) as hotline:
        other = config.dialogue.model_copy(update={"token": "of another run"})
        hotline.config = config.model_copy(update={"dialogue": other})
        with pytest.raises(ChatFailed, match="own token"):
            await chat(hotline, "xin chào", monkeypatch, capsys, caller="0912345678")


async def test_records_away_do_not_keep_anybody_from_an_answer(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    gone = config.model_copy(
        update={"database": config.database.model_copy(update={"url": f"sqlite:///{tmp_path}/none/x.db"})}
    )
    dialogue = RepeatingDialogue()

    class Nowhere:
        def append(self, event: events.Event) -> None:
            pass

    async with contextlib.AsyncExitStack() as stack:
        app = web.Application()
        open_writing(gone, app, dialogue, Nowhere(), Desk(), stack)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, gone.web.host, gone.web.port).start()
        hotline = Hotline(gone, dialogue, CallRecords(Database(config.database.url)))
        [row] = await chat(hotline, "xin chào", monkeypatch, capsys)
        assert row["replies"]


async def test_the_benchmark_asks_as_often_as_it_says(config: Config) -> None:
    async with running(config) as hotline:
        times = await measure(users=4, turns=3, think=0.01, rounds=2)
        assert (len(times.thinking), len(times.together), times.failed) == (12, 8, [])
        assert summary(times)["ms"]
        assert sorted(call["turn_count"] for call in hotline.records.list()) == [5, 5, 5, 5]


async def test_closing_ends_every_conversation(config: Config, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    async with running(config) as hotline:
        await chat(hotline, "xin chào", monkeypatch, capsys, session="mine")
        assert hotline.records.list()[0]["outcome"] is None
    assert hotline.records.list()[0]["outcome"] == "answered"
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"idle written calls", "zalo"})


async def test_a_turn_asked_of_the_dialogue_itself_has_the_same_row() -> None:
    dialogue = RepeatingDialogue()
    row = await converse(dialogue, CallerTurn("bench-0001", 1, "xin chào", spoken="xin chào"))
    assert (row["replies"][0]["text"], row["procedure"], row["expects"]) == ("Dạ, xin chào ạ.", "1.001193", "yes_no")
    dialogue.away = True
    with pytest.raises(DialogueFailed):
        await converse(dialogue, CallerTurn("bench-0001", 2, "xin chào"))
