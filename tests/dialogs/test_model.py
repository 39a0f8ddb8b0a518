"""The Rasa project itself: data, rules, stories, and what runs inside Rasa's process."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dialogs import training
from dialogs.training import HERE, PYTHON, QUIET, TrainingFailed, ensure_model

pytestmark = pytest.mark.timeout(900)


def test_data_rules_and_stories(tmp_path: Path) -> None:
    command = [str(PYTHON), "tests/check.py", str(ensure_model(print)), str(tmp_path)]
    done = subprocess.run(command, cwd=HERE, env=os.environ | QUIET, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_model_is_trained_once() -> None:
    lines: list[str] = []
    first = ensure_model(lines.append)
    lines.clear()
    assert ensure_model(lines.append) == first
    assert not lines
    assert list(training.MODELS.glob("hotline-*.tar.gz")) == [first]


def test_failure_of_training_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho no such intent >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(training, "PYTHON", program)
    monkeypatch.setattr(training, "MODELS", tmp_path / "models")
    with pytest.raises(TrainingFailed, match=r"ended with 3:\nno such intent"):
        ensure_model(print)


def test_missing_environment_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(training, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(training, "MODELS", tmp_path / "models")
    with pytest.raises(TrainingFailed, match="uv sync --project dialogs"):
        ensure_model(print)
