"""One configuration from file and environment; every slip is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from hotline.config import ROOT, ConfigError, load_config


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("VOICEBOT")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "hotline.yml"
    path.write_text("")
    monkeypatch.setenv("VOICEBOT_CONFIG", str(path))
    return path


def complaint() -> str:
    with pytest.raises(ConfigError) as caught:
        load_config()
    return str(caught.value)


def test_an_empty_file_gives_the_defaults(file: Path) -> None:
    assert load_config().sip.port == 5060
    assert load_config().dialogue_settings.url == "ws://127.0.0.1:5005/webhooks/voice/ws"


def test_the_file_of_the_repository_says_the_defaults(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = load_config()
    monkeypatch.delenv("VOICEBOT_CONFIG")
    assert load_config() == defaults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spi:\n  port: 1\n", "{file}: spi: unknown key; expected one of data, sip, web, recognition"),
        ("sip:\n  prot: 1\n", "{file}: sip.prot: unknown key; expected one of enabled, host, port"),
        ("duty:\n  houres: 1\n", "{file}: duty.houres: unknown key; expected one of agent, hours, days"),
        ("sip:\n  port: five\n", "{file}: sip.port: Input should be a valid integer"),
        ("sip:\n  port: 70000\n", "{file}: sip.port: Input should be less than or equal to 65535 (found 70000)"),
        ("sip: 5060\n", "{file}: sip: Input should be"),
        ("synthesis:\n  engine: festival\n", "{file}: synthesis.engine: Input should be 'espeak' or 'coqui'"),
        ("duty:\n  hours: all day\n", "{file}: duty.hours: Value error, hours must look like 07:30-17:30"),
        ("duty:\n  agent: 0241234\n", "{file}: duty.agent: "),
        ("recognition:\n  workers: 0\n", "{file}: recognition.workers: Input should be greater than or equal to 1"),
        ("sip: [\n", "{file}: not YAML: "),
        ("sip:\n\tport: 1\n", "{file}: not YAML: "),
        ("- sip\n- web\n", "{file}: must hold sections by name"),
        ("sip\n", "{file}: must hold sections by name"),
        ("5\n", "{file}: must hold sections by name"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(file: Path, text: str, expected: str) -> None:
    file.write_text(text)
    said = complaint()
    assert said.startswith(expected.format(file=file))
    assert "\n" not in said


def test_bytes_that_are_no_text(file: Path) -> None:
    file.write_bytes(b"sip: \xff\xfe\n")
    assert complaint().startswith(f"{file}: not YAML")


def test_every_wrong_key_gets_a_line(file: Path) -> None:
    file.write_text("sip:\n  port: a\n  prot: 1\nweb:\n  port: b\n")
    assert len(complaint().splitlines()) == 3


def test_environment_goes_over_the_file_key_by_key(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("sip:\n  port: 5070\n  max_calls: 3\n")
    monkeypatch.setenv("VOICEBOT__SIP__PORT", "5080")
    monkeypatch.setenv("VOICEBOT__DUTY__DAYS", '["sat", "sun"]')
    monkeypatch.setenv("VOICEBOT__RECOGNITION__MODEL", "small")
    config = load_config()
    assert (config.sip.port, config.sip.max_calls) == (5080, 3)
    assert config.duty.days == ("sat", "sun")
    assert (config.recognition.model, config.recognition.workers) == ("small", 2)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("VOICEBOT__SPI__PORT", "1", "environment: VOICEBOT__SPI__PORT: unknown key spi; expected one of data, sip"),
        ("VOICEBOT__SIP__PROT", "1", "environment: VOICEBOT__SIP__PROT: unknown key; expected one of enabled"),
        ("VOICEBOT__SIP__PORT", "x", "environment: VOICEBOT__SIP__PORT: Input should be a valid integer"),
        ("VOICEBOT__SIP", "x", "environment: "),
        ("VOICEBOT__DUTY__DAYS", "monday", "environment: "),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    said = complaint()
    assert said.startswith(expected)
    assert "\n" not in said


@pytest.mark.parametrize("name", ["nowhere.yml", "."])
def test_a_file_that_is_asked_for_must_be_there(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_CONFIG", str(tmp_path / name))
    assert complaint() == f"VOICEBOT_CONFIG: there is no file {tmp_path / name}"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("sqlite:///var/x.db", f"sqlite:///{ROOT}/var/x.db"),
        ("sqlite:////srv/x.db", "sqlite:////srv/x.db"),
        ("postgresql+psycopg://u:p%40ss@db/hotline", "postgresql+psycopg://u:p%40ss@db/hotline"),
    ],
)
def test_paths_start_at_the_project_wherever_one_stands(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, url: str
) -> None:
    file.write_text(f"data: here\nsynthesis:\n  model: voices/an\ndatabase:\n  url: {written}\n")
    monkeypatch.chdir(tmp_path)
    config = load_config()
    assert (config.data, config.recordings) == (ROOT / "here", ROOT / "here" / "recordings")
    assert config.synthesis.model == ROOT / "voices" / "an"
    assert config.database.url == url


def test_absolute_paths_stay(file: Path) -> None:
    file.write_text("data: /srv/hotline\nsynthesis:\n  model: /srv/voice\n")
    assert load_config().data == Path("/srv/hotline")
    assert load_config().synthesis.model == Path("/srv/voice")


def test_the_dialogue_is_our_own_unless_another_one_is_named(file: Path, tmp_path: Path) -> None:
    file.write_text(f"data: {tmp_path}\nrasa:\n  port: 7005\n")
    config = load_config()
    assert (config.dialogue_settings.url, config.stored_token) == ("ws://127.0.0.1:7005/webhooks/voice/ws", "")
    config.token_file.parent.mkdir()
    config.token_file.write_text("t0ken")
    assert config.dialogue_settings.token == "t0ken"
    file.write_text("dialogue:\n  url: ws://other/ws\n")
    assert (load_config().dialogue_settings.url, load_config().dialogue_settings.token) == ("ws://other/ws", "")


def test_a_configuration_does_not_change(file: Path) -> None:
    config: Any = load_config()
    with pytest.raises(ValueError, match="frozen"):
        config.sip.port = 1


def test_an_account_on_zalo_needs_its_secrets_and_none_is_shown(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__ZALO__APP_ID", "431234567890123456")
    monkeypatch.setenv("VOICEBOT__ZALO__OA_SECRET", "quite-secret")
    said = complaint()
    assert said == f"{file}: zalo: with app_id, app_secret and refresh_token must be set too"
    monkeypatch.setenv("VOICEBOT__ZALO__APP_SECRET", "a")
    monkeypatch.setenv("VOICEBOT__ZALO__REFRESH_TOKEN", "b")
    assert "quite-secret" not in repr(load_config())
