"""`voicebot dossiers …` as operators and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hotline.command_line import Command, Result, in_process
from tests.services.dossier_records import CODE, record


@pytest.fixture(scope="module")
def voicebot(tmp_path_factory: pytest.TempPathFactory) -> Command:
    data = tmp_path_factory.mktemp("hotline")
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
