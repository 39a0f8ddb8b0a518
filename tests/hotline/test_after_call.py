"""Messages, survey and call-backs on the command line; the part that does the jobs."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dialogs.actions.backing import BackingSettings
from hotline.config import ROOT, load_config
from hotline.parts import all_parts
from services.callbacks import Callbacks, Window
from services.database import Database
from services.duty import Duty
from services.messages import Outbox
from services.settings import DutySettings
from services.survey import Survey
from tests.hotline.command_line import Command, in_process
from tests.services.gateway_servers import HttpGateway, http_gateway


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"VOICEBOT__DATA": str(tmp_path), "VOICEBOT__DATABASE__URL": f"sqlite:///{tmp_path}/hotline.db"}


@pytest.fixture
def voicebot(environment: dict[str, str]) -> Command:
    return in_process(environment)


@pytest.fixture
def database(environment: dict[str, str]) -> Iterator[Database]:
    opened = Database(environment["VOICEBOT__DATABASE__URL"])
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def gateway() -> Iterator[HttpGateway]:
    with http_gateway(lambda _: (202, {})) as opened:
        yield opened


def rows(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def put(database: Database, key: str = "k1") -> None:
    Outbox(database).put("sms", "0912345678", "Giấy tờ: tờ khai [/b]", key, datetime.now(UTC))


def test_messages_are_listed_sent_and_tried_again(voicebot: Command, database: Database, gateway: HttpGateway) -> None:
    put(database)
    [row] = rows(voicebot("messages", "list", "--json").stdout)
    assert (row["channel"], row["to"], row["state"], row["segments"]) == ("sms", "0912345678", "waiting", 1)
    assert "waiting" in voicebot("messages", "list").stdout
    connected = {"VOICEBOT__MESSAGES__SMS__URL": gateway.url, "VOICEBOT__MESSAGES__SMS__TOKEN": "t0ken"}
    sent = rows(voicebot("messages", "send", "--json", **connected).stdout)
    assert sent == [{"sent": 1, "put_off": 0, "dead": 0}]
    assert gateway.requests[0].headers["authorization"] == "Bearer t0ken"
    gateway.answer = lambda _: (400, {})
    put(database, "k2")
    assert voicebot("messages", "send", **connected).stdout == "0 sent, 0 put off, 1 dead\n"
    [dead] = rows(voicebot("messages", "list", "--state", "dead", "--json").stdout)
    gateway.answer = lambda _: (200, {})
    assert voicebot("messages", "retry", dead["id"]).returncode == 0
    assert voicebot("messages", "send", **connected).stdout == "1 sent, 0 put off, 0 dead\n"
    again = voicebot("messages", "retry", dead["id"])
    assert again.returncode == 1
    assert "only a dead one" in again.stderr
    assert voicebot("messages", "retry", "99").stderr.strip() == "there is no message 99"


def test_without_a_gateway_nothing_can_be_sent(voicebot: Command) -> None:
    failed = voicebot("messages", "send")
    assert failed.returncode == 1
    assert failed.stderr.startswith("no gateway is connected")


def test_wrong_settings_are_named_without_their_secrets(voicebot: Command) -> None:
    failed = voicebot("messages", "list", VOICEBOT__MESSAGES__SMS__URL="gateway")
    assert failed.stderr.startswith("environment: VOICEBOT__MESSAGES__SMS__URL: ")


def test_survey_is_exported(voicebot: Command, database: Database) -> None:
    survey, at = Survey(database), datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    survey.rate("c1", 5, at, "1.001193")
    survey.tell_understood("c1", True, at)
    survey.comment("c1", '=HYPERLINK("x"), "nhanh"\nvà dễ hiểu', at)
    survey.rate("c2", 2, at + timedelta(days=1))
    first, second = csv.DictReader(io.StringIO(voicebot("survey", "export", "--csv").stdout))
    assert (first["call_id"], first["satisfaction"], first["understood"]) == ("c1", "5", "True")
    assert first["comment"].startswith("'=HYPERLINK")
    assert (second["satisfaction"], second["understood"], second["comment"]) == ("2", "", "")
    assert [row["call_id"] for row in rows(voicebot("survey", "export", "--since", "2026-03-03").stdout)] == ["c2"]
    [indices] = rows(voicebot("survey", "indices", "--json").stdout)
    assert indices == {"calls": 2, "satisfaction": 3.5, "satisfied": 0.5, "understood": 1.0}


def test_call_backs_are_listed_and_closed(voicebot: Command, database: Database) -> None:
    now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    window = Window(now + timedelta(hours=1), now + timedelta(hours=2))
    book = Callbacks(database, Duty(DutySettings()))
    kept = book.ask("c1", "0912345678", window, "đang hỏi về [đỏ]", now)
    [row] = rows(voicebot("callbacks", "list", "--json").stdout)
    assert (row["phone"], row["from"], row["state"]) == ("0912345678", "2026-03-02T03:00:00+00:00", "waiting")
    assert voicebot("callbacks", "failed", kept.id, "--by", "lan", "--note", "không nghe máy").returncode == 0
    assert voicebot("callbacks", "done", kept.id, "--by", "lan").returncode == 0
    assert rows(voicebot("callbacks", "list", "--state", "waiting", "--json").stdout) == []
    again = voicebot("callbacks", "done", kept.id, "--by", "lan")
    assert (again.returncode, again.stdout) == (1, "")


def test_the_part_that_does_the_jobs_runs_until_it_is_told_to_stop(
    environment: dict[str, str], database: Database, gateway: HttpGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (environment | {"VOICEBOT__MESSAGES__SMS__URL": gateway.url}).items():
        monkeypatch.setenv(name, value)
    put(database)
    part = next(part for part in all_parts(load_config(), Path("model"), "token") if part.name == "jobs")
    assert part.command[0] == sys.executable
    process = subprocess.Popen(part.command, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        while not gateway.requests:
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            time.sleep(0.05)
        put(database, "k2")
        while len(gateway.requests) < 2:
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate()
    assert process.returncode == 0
    assert b"0912345678" not in complaints
    assert [message.state for message in Outbox(database).list()] == ["sent", "sent"]


def test_what_the_actions_get_to_know(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VOICEBOT__MESSAGES__SMS__URL", "http://gateway.example/")
    monkeypatch.setenv("VOICEBOT__MESSAGES__SMS__TOKEN", "s3cret")
    for _ in range(2):
        actions = next(part for part in all_parts(load_config(), Path("model"), "token") if part.name == "actions")
        assert "http://gateway.example/" in actions.environment["VOICEBOT__MESSAGES"]
        assert "s3cret" not in str(actions.environment)
        told = {name.split("__")[1].lower() for name in actions.environment if name.startswith("VOICEBOT__")}
        assert set(BackingSettings.model_fields) <= told
        assert actions.environment["VOICEBOT__RESUME__KEY"] == (tmp_path / "run" / "callers.key").read_text() != ""
