"""The command line as scripts use it: one JSON object per line on stdout, or one clear sentence and a status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.config import ROOT
from services.calls import CallRecords
from services.database import Database
from services.procedures import BUNDLED
from services.tickets import Tickets
from tests.hotline.command_line import Command, Result, in_process
from tests.services.portal.writing import archive, folder, text

BIRTH = "đăng ký khai sinh"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hotline")


def environment(data: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VOICEBOT")}
    return clean | {"VOICEBOT__DATA": str(data), "VOICEBOT__DATABASE__URL": f"sqlite:///{data}/hotline.db"}


@pytest.fixture(scope="module")
def voicebot(data: Path) -> Command:
    """Runs a command in this process, which is quick."""

    return in_process(environment(data))


@pytest.fixture(scope="module")
def process(data: Path) -> Command:
    """Runs a command as scripts do."""

    def run(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "hotline", *map(str, arguments)],
            cwd=ROOT,
            env=environment(data) | variables,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Result(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="module")
def database(data: Path, voicebot: Command) -> Database:
    """As the first command has made it."""
    assert voicebot("tickets", "list").returncode == 0
    return Database(f"sqlite:///{data}/hotline.db")


def rows(done: Result) -> list[dict[str, Any]]:
    """Everything on stdout, which must be JSON objects, one per line."""
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(isinstance(row, dict) for row in found)
    return found


def complaint(done: Result) -> str:
    """What a command that has failed says: one line, apart from the log."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("WARNING ")]
    assert len(said) == 1, done.stderr
    return said[0]


def test_what_is_said_is_understood(process: Command, tmp_path: Path) -> None:
    spoken = tmp_path / "câu hỏi.wav"
    said = rows(process("say", "Làm giấy khai sinh cần giấy tờ gì?", "-o", spoken, "--json"))
    with wave.open(str(spoken)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        seconds = file.getnframes() / 16000
    assert [row["file"] for row in said] == [str(spoken)]
    assert said[0]["seconds"] == pytest.approx(seconds, abs=0.01)
    assert said[0]["first_audio_ms"] > 0
    slowly = rows(process("say", "Làm giấy khai sinh cần giấy tờ gì?", "-o", tmp_path / "slow.wav", "--slow", "--json"))
    assert slowly[0]["seconds"] > 1.1 * seconds
    heard = rows(process("transcribe", spoken, tmp_path / "slow.wav", "--json"))
    assert [row["file"] for row in heard] == [str(spoken), str(tmp_path / "slow.wav")]
    for row in heard:
        assert "khai sinh" in row["spoken"]
        assert 0 < row["confidence"] <= 1
        assert row["decode_ms"] > 0
        assert {"spoken", "confidence"} <= set(row["alternatives"][0])


def test_numbers_are_said_as_words(voicebot: Command, tmp_path: Path) -> None:
    [row] = rows(voicebot("say", "Lệ phí 8.000 đồng.", "-o", tmp_path / "a.wav", "--json"))
    assert row["speech"].lower().startswith("lệ phí tám nghìn đồng")


def test_what_cannot_be_transcribed(voicebot: Command, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.wav"
    garbage.write_bytes(b"RIFF" + b"\x00" * 500)
    assert complaint(voicebot("transcribe", tmp_path / "none.wav", "--json")).endswith("none.wav: no such file")
    assert "not a sound file" in complaint(voicebot("transcribe", garbage, "--json"))
    said = complaint(voicebot("transcribe", garbage, VOICEBOT__RECOGNITION__MODEL="./nowhere"))
    assert said.startswith("recognition model ./nowhere: no such directory")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("Chào bác ạ.", ["--voice", "martian"], "espeak-ng, voice martian: "),
        ("", [], "there is nothing to say in ''"),
        ("…", [], "there is nothing to say in '…'"),
        ("Chào bác ạ.", ["-o", "/nowhere/a.wav"], "/nowhere/a.wav: No such file or directory"),
        ("Chào bác ạ.", ["-o", "."], ".: Is a directory"),
    ],
)
def test_what_cannot_be_said(voicebot: Command, tmp_path: Path, text: str, options: list[str], expected: str) -> None:
    assert complaint(voicebot("say", text, "-o", tmp_path / "a.wav", *options)).startswith(expected)
    assert not (tmp_path / "a.wav").exists()


def test_procedures_are_found_and_shown(voicebot: Command) -> None:
    hits = rows(voicebot("procedures", "search", BIRTH, "-n", "3", "--json"))
    assert len(hits) == 3
    assert set(hits[0]) == {"code", "name", "score"}
    assert "khai sinh" in hits[0]["name"].lower()
    assert sorted((hit["score"] for hit in hits), reverse=True) == [hit["score"] for hit in hits]
    [shown] = rows(voicebot("procedures", "show", hits[0]["code"], "--json"))
    assert shown["code"] == hits[0]["code"]
    assert shown["source"]
    assert any(shown["answers"].values())
    table = voicebot("procedures", "show", hits[0]["code"])
    assert table.returncode == 0
    assert hits[0]["code"] in table.stdout


def test_a_search_that_names_nothing_finds_nothing(voicebot: Command) -> None:
    assert rows(voicebot("procedures", "search", "bao nhiêu tiền", "--json")) == []


def test_procedures_are_imported_whole_or_not_at_all(voicebot: Command, tmp_path: Path) -> None:
    again = voicebot("procedures", "import", BUNDLED)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("0 new procedures, 0 changed")
    contents = json.loads(BUNDLED.read_text("utf-8"))
    first = contents["procedures"][0]
    first["ma_thu_tuc"] = "9.999999"
    contents["procedures"] = [first]
    own = tmp_path / "own.json"
    own.write_text(json.dumps(contents, ensure_ascii=False))
    assert voicebot("procedures", "import", own).stdout.startswith("1 new procedures")
    [shown] = rows(voicebot("procedures", "show", "9.999999", "--json"))
    assert shown["name"]
    contents["procedures"] = [first | {"ma_thu_tuc": "9.888888"}, {"ma_thu_tuc": "9.777777"}]
    own.write_text(json.dumps(contents, ensure_ascii=False))
    assert complaint(voicebot("procedures", "import", own)).startswith(f"{own}: procedures[1] (9.777777): ")
    assert "9.888888" in complaint(voicebot("procedures", "show", "9.888888"))


def test_records_of_the_portal_are_imported_and_reported(voicebot: Command, tmp_path: Path) -> None:
    records = {f"1.9000{n:02}.txt": text(code=f"1.9000{n:02}", name=f"Cấp thẻ bơi số {n}") for n in range(10)}
    records["1.900099-Xoa.txt"] = text(code="1.900099-Xoa")
    source, report = archive(tmp_path / "portal-2026-07-19.tar.xz", records), tmp_path / "findings.csv"
    fresh = {"VOICEBOT__DATA": str(tmp_path), "VOICEBOT__DATABASE__URL": f"sqlite:///{tmp_path}/hotline.db"}
    [done] = rows(voicebot("procedures", "import", source, "--report", report, "--json", **fresh))
    assert (done["source"], done["as_of"], done["added"], done["dropped"]) == ("portal", "2026-07-19", 10, 1)
    assert "1.900099-Xoa" in report.read_text("utf-8-sig")
    again = voicebot("procedures", "import", source, **fresh)
    assert again.stdout.startswith("0 new procedures, 0 changed, 10 as before, 0 withdrawn")
    assert again.stderr == ""
    [shown] = rows(voicebot("procedures", "show", "1.900003", "--json", **fresh))
    assert shown["source"]["trust"] == "imported"
    assert [(version["origin"], version["number"], version["until"]) for version in shown["versions"]] == [
        ("portal", 1, None)
    ]
    assert "1.900003" in voicebot("procedures", "show", "1.900003", **fresh).stdout
    few = folder(tmp_path / "few", {"1.900000": text(code="1.900000")})
    arguments = ("procedures", "import", few, "--as-of", "2026-07-20")
    assert "--partial" in complaint(voicebot(*arguments, **fresh))
    assert "1 changed, 0 as before, 0 withdrawn" in voicebot(*arguments, "--partial", **fresh).stdout
    assert "9 withdrawn" in voicebot(*arguments, "--complete", **fresh).stdout
    assert "older" in complaint(voicebot("procedures", "import", source, **fresh))
    assert "future" in complaint(voicebot("procedures", "import", few, "--as-of", "2999-01-01", **fresh))
    unwritable = voicebot("procedures", "import", few, "--partial", "--report", tmp_path / "no" / "x.csv", **fresh)
    assert "no/x.csv" in complaint(unwritable)


@pytest.mark.parametrize("name", ["none", "none.tar.xz", "garbage.tar.xz", "empty"])
def test_sources_that_cannot_be_imported(voicebot: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / "garbage.tar.xz").write_bytes(b"garbage")
    (tmp_path / "empty").mkdir()
    assert complaint(voicebot("procedures", "import", tmp_path / name, "--json")).startswith(f"{tmp_path / name}: ")


@pytest.mark.parametrize("contents", [None, b"", b"{", b"\xff\xfe", b"[]"])
def test_files_that_cannot_be_imported(voicebot: Command, tmp_path: Path, contents: bytes | None) -> None:
    path = tmp_path / "own.json"
    if contents is not None:
        path.write_bytes(contents)
    assert complaint(voicebot("procedures", "import", path)).startswith(f"{path}: ")


def test_what_there_is_not(voicebot: Command) -> None:
    assert complaint(voicebot("procedures", "show", "1.234")) == "there is no procedure 1.234"
    assert complaint(voicebot("calls", "show", "nobody")) == "there is no call nobody"
    assert complaint(voicebot("bench", "speed")).startswith("no benchmark is called speed")


def test_an_empty_database_gives_empty_lists(voicebot: Command, tmp_path: Path) -> None:
    fresh = {"VOICEBOT__DATA": str(tmp_path), "VOICEBOT__DATABASE__URL": f"sqlite:///{tmp_path}/new/hotline.db"}
    for command in (["tickets", "list", "--json"], ["calls", "list", "--json"], ["calls", "export"]):
        assert rows(voicebot(*command, **fresh)) == []
    assert "summary" in voicebot("tickets", "list", **fresh).stdout


def test_tickets_are_listed_whatever_callers_said(voicebot: Command, database: Database) -> None:
    ticket = Tickets(database).open("callback", "Bác nói [/b] và [đỏ] ở phường", phone="0912345678")
    [row] = [row for row in rows(voicebot("tickets", "list", "--json")) if row["id"] == ticket.id]
    assert (row["summary"], row["phone"], row["state"]) == ("Bác nói [/b] và [đỏ] ở phường", "0912345678", "open")
    table = voicebot("tickets", "list")
    assert table.returncode == 0, table.stderr
    assert "[/b]" in table.stdout


def test_calls_are_listed_shown_and_exported(voicebot: Command, database: Database) -> None:
    now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    for number, call_id in enumerate(("call-0001", "call-0002")):
        at = now + timedelta(days=number)
        events = [
            {"kind": "call_started", "line": "sip", "caller": "0912345678", "called": None},
            {"kind": "caller_said", "turn": 1, "how": "voice", "text": "Lệ phí [/i] bao nhiêu?"},
            {"kind": "call_ended", "reason": "caller_hung_up", "seconds": 12.5, "outcome": "answered"},
        ]
        CallRecords(database).store_all(
            [event | {"call_id": call_id, "number": n, "at": at.isoformat()} for n, event in enumerate(events)]
        )
    listed = rows(voicebot("calls", "list", "--json"))
    assert [row["call_id"] for row in listed] == ["call-0002", "call-0001"]
    assert len(rows(voicebot("calls", "list", "-n", "1", "--json"))) == 1
    assert voicebot("calls", "list").returncode == 0
    [shown] = rows(voicebot("calls", "show", "call-0001", "--json"))
    assert shown["turns"][0]["heard"] == "Lệ phí [/i] bao nhiêu?"
    printed = voicebot("calls", "show", "call-0001")
    assert "Lệ phí [/i] bao nhiêu?" in printed.stdout, printed.stderr
    assert [row["call_id"] for row in rows(voicebot("calls", "export"))] == ["call-0001", "call-0002"]
    assert [row["call_id"] for row in rows(voicebot("calls", "export", "--since", "2026-03-05"))] == ["call-0002"]


def test_a_configuration_that_is_wrong_stops_every_command(voicebot: Command) -> None:
    said = complaint(voicebot("tickets", "list", VOICEBOT__SIP__PORT="five"))
    assert said.startswith("environment: VOICEBOT__SIP__PORT: Input should be a valid integer")
    assert complaint(voicebot("tickets", "list", VOICEBOT_CONFIG="/nowhere.yml")).endswith("no file /nowhere.yml")


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "sqlite:////proc/nowhere/x.db"])
def test_a_database_that_cannot_be_used(voicebot: Command, url: str) -> None:
    assert complaint(voicebot("tickets", "list", VOICEBOT__DATABASE__URL=url)).startswith("database")


def test_data_that_cannot_be_written(voicebot: Command, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert str(blocked) in complaint(voicebot("tickets", "list", VOICEBOT__DATA=str(blocked / "var")))


def test_without_a_hotline_there_is_nobody_to_talk_to(voicebot: Command, process: Command) -> None:
    nobody = {"VOICEBOT__RASA__PORT": "9", "VOICEBOT__SIP__PORT": "9", "VOICEBOT__SIP__HOST": "127.0.0.1"}
    assert "is the hotline running?" in complaint(process("chat", "--json", stdin="chào\n".encode(), **nobody))
    assert complaint(voicebot("call", "--json", "--play", "/nowhere.wav", **nobody)) == "/nowhere.wav: no such file"
    said = complaint(voicebot("chat", "--json", "--now", "tomorrow", **nobody))
    assert said == "--now: 'tomorrow' is no ISO 8601 time such as 2026-03-02T09:00:00+07:00"
