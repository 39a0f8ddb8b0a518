"""`voicebot dossiers …` as operators and scripts use it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.database import Database
from services.dossiers import open_dossiers
from services.messages import Outbox
from services.settings import DossierSettings
from tests.hotline.command_line import Command, Result, in_process
from tests.services.dossier_records import CODE, record


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hotline")


@pytest.fixture(scope="module")
def voicebot(data: Path) -> Command:
    return in_process(
        {"VOICEBOT__DATA": str(data), "VOICEBOT__DATABASE__URL": f"sqlite:///{data}/hotline.db"}, "dossiers"
    )


def rows(done: Result) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(path: Path, *records: object) -> Path:
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


def test_import_list_and_show(voicebot: Command, tmp_path: Path) -> None:
    file = write(tmp_path / "hồ sơ.json", record(), record(code="H26-260211-0555", verify_last4="1"))
    first = voicebot("import", file, "--json")
    assert [(row["record"], row["code"], row["result"]) for row in rows(first)] == [
        (1, CODE, "added"),
        (2, "H26-260211-0555", "refused"),
    ]
    assert "verify_last4" in first.stderr
    assert "1 unchanged, 1 refused" in voicebot("import", file).stdout
    voicebot("import", write(tmp_path / "later.json", record(status="da_co_ket_qua")))
    assert [row["status"] for row in rows(voicebot("list", "--json"))] == ["da_co_ket_qua"]
    assert rows(voicebot("list", "--status", "tu_choi", "--json")) == []
    [shown] = rows(voicebot("show", CODE.lower(), "--json"))
    assert [state["status"] for state in shown["history"]] == ["dang_xu_ly", "da_co_ket_qua"]  # type: ignore[attr-defined]
    assert "4821" not in json.dumps(shown)
    assert CODE in voicebot("show", CODE).stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(("show", "H26-260210-9999"), "there is no dossier"), (("import", "/nowhere.json"), "No such file")],
)
def test_mistakes_are_one_sentence(voicebot: Command, arguments: tuple[str, ...], complaint: str) -> None:
    done = voicebot(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_of_which_nothing_can_be_used_fails(voicebot: Command, tmp_path: Path) -> None:
    done = voicebot("import", write(tmp_path / "x.json", {"code": "x"}, 7))
    assert done.returncode == 1
    assert "no record could be used" in done.stderr


def test_who_asked_is_told_through_the_outbox_once(voicebot: Command, data: Path, tmp_path: Path) -> None:
    code = "H26-260210-0777"
    voicebot("import", write(tmp_path / "d.json", record(code=code)))
    database = Database(f"sqlite:///{data}/hotline.db")
    dossiers = open_dossiers(DossierSettings(), database)
    known = dossiers.look_up.known(code)
    assert known
    dossiers.reminders.subscribe(known, "0912345678", datetime(2026, 3, 2, tzinfo=UTC))
    assert rows(voicebot("remind", "--now", "2026-03-08T20:00", "--json")) == []
    [told] = rows(voicebot("remind", "--now", "2026-03-09T08:00", "--json"))
    assert (told["code"], told["occasion"]) == (code, "due")
    assert rows(voicebot("remind", "--now", "2026-03-09T08:10", "--json")) == []
    [message] = Outbox(database).list()
    assert (message.channel, message.to, message.key) == ("sms", "0912345678", told["key"])
    assert code in message.text
    assert "9/3/2026" in message.text
    database.close()
    assert "--now" in voicebot("remind", "--now", "mai").stderr
