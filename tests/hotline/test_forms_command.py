"""`voicebot forms …`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.config import load_config
from hotline.storage import open_database
from services.forms.store import FormState, FormStore
from tests.hotline.command_line import Command, in_process
from tests.services.form_talk import LINE, Talk

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Command, str, str]:
    environment = {"VOICEBOT__DATABASE__URL": f"sqlite:///{tmp_path}/hotline.db", "VOICEBOT__DATA": str(tmp_path)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    database = open_database(load_config())
    store, talk = FormStore(database), Talk("form_tra_cuu")
    paused = store.pause(talk.filling, "c1", LINE, NOW)
    talk.tell("H26-250101-0001", "1234")
    finished = store.finish(talk.filling, "c2", LINE, NOW)
    database.close()
    return in_process(environment, "forms"), paused.code, finished.code


def test_list_show_and_print(codes: tuple[Command, str, str], tmp_path: Path) -> None:
    forms, paused, finished = codes
    rows = [json.loads(line) for line in forms("list", "--json").stdout.splitlines()]
    assert [(row["code"], row["state"]) for row in rows] == [(finished, "finished"), (paused, "paused")]
    only = forms("list", "--state", "paused", "--json").stdout.splitlines()
    assert [json.loads(line)["code"] for line in only] == [paused]
    shown = json.loads(forms("show", finished, "--json").stdout)
    assert shown["fields"] == {"maHoSo": "H26-250101-0001", "bonSoCuoi": "1234"}
    assert forms("print", finished, "-o", tmp_path / "draft.pdf").returncode == 0
    assert (tmp_path / "draft.pdf").read_bytes().startswith(b"%PDF")


def test_what_cannot_be_shown_or_printed(codes: tuple[Command, str, str], tmp_path: Path) -> None:
    forms, paused, finished = codes
    for arguments, said in (
        (("show", "123456789"), "there is no form 123456789"),
        (("show", paused), "there is no draft"),
        (("print", finished, "-o", tmp_path / "away" / "draft.pdf"), "No such file"),
    ):
        done = forms(*arguments)
        assert done.returncode == 1
        assert said in done.stderr


def test_what_nobody_finished_is_erased_after_its_time(codes: tuple[Command, str, str]) -> None:
    forms, _, finished = codes
    database = open_database(load_config())
    talk = Talk("form_khai_sinh")
    fresh = FormStore(database).pause(talk.filling, "c3", LINE, datetime.now(UTC)).code
    old = datetime.now(UTC) - timedelta(days=31)
    stale = FormStore(database).pause(talk.filling, "c4", LINE, old).code
    assert json.loads(forms("erase", "--json").stdout)["erased"] >= 1
    states = {saved.code: saved.state for saved in FormStore(database).list()}
    database.close()
    assert (states[fresh], states[stale]) == (FormState.PAUSED, FormState.WITHDRAWN)
    assert states[finished] is FormState.FINISHED
