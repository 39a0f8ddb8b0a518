"""`voicebot doctor` says what is missing and how to mend it."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from dialogs import training
from hotline.doctor import examine


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", f"sqlite:///{tmp_path}/data/hotline.db")
    for name in ("SIP__PORT", "WEB__PORT", "REDIS__PORT", "RASA__PORT", "RASA__ACTIONS_PORT", "METRICS__PORT"):
        monkeypatch.setenv(f"VOICEBOT__{name}", "9")  # nobody answers there


def report() -> tuple[bool, list[str]]:
    output = StringIO()
    well = examine(Console(file=output, width=80))
    return well, output.getvalue().splitlines()


@pytest.fixture
def _rasa(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its environment is there, whether this machine has it or not."""
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setattr(training, "PYTHON", python)


@pytest.mark.usefixtures("_rasa")
def test_what_does_not_run_is_told_but_is_no_fault() -> None:
    well, lines = report()
    assert well, lines
    assert "✓ espeak-ng" in lines
    assert "✓ database" in lines
    for part in ("redis", "rasa", "actions", "gateway"):
        assert any(line.startswith(f"– {part} answers: ") for line in lines), lines


def test_missing_programs_are_named_with_their_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(training, "PYTHON", tmp_path / "nowhere")
    well, lines = report()
    assert not well
    assert "✗ espeak-ng: apt-get install espeak-ng" in lines
    assert "✗ redis-server: apt-get install redis-server" in lines
    assert "✗ environment of Rasa: uv sync --project dialogs" in lines
    assert any(line.startswith("✗ parts: redis-server is not installed") for line in lines)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("VOICEBOT__SIP__PORT", "five", "✗ environment: VOICEBOT__SIP__PORT: Input should be a valid integer"),
        ("VOICEBOT__RECOGNITION__MODEL", "./nowhere", "✗ recognition model: recognition model ./nowhere: no such"),
        ("VOICEBOT__DATABASE__URL", "oracle://[x]/y", "✗ database: database.url: cannot use it"),
        ("VOICEBOT__DATA", "/proc/nowhere", "✗ folder /proc/nowhere: "),
    ],
)
def test_what_is_configured_wrongly_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    well, lines = report()
    assert not well
    assert any(line.startswith(expected) for line in lines), lines


@pytest.mark.usefixtures("_rasa")
def test_a_model_by_name_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__RECOGNITION__MODEL", "small")
    well, lines = report()
    assert well
    assert any(line.startswith("– recognition model small: ") for line in lines)


def test_little_room_on_the_disk_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr("hotline.doctor.psutil.disk_usage", lambda path: usage._replace(free=5_000_000))
    well, lines = report()
    assert not well
    assert any(line.startswith("✗ 0.0 GB free") for line in lines)
