"""Trains the model of the dialogue when its sources have changed, and says how Rasa and the actions are started.

Runs in the main environment; Rasa itself lives in `dialogs/.venv`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MODELS = HERE / "models"
PYTHON = HERE / ".venv" / "bin" / "python"
SOURCES = ("config.yml", "featurizer.py", "domain/*.yml", "data/**/*.yml", "../language/vi/*.py", "uv.lock")

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "WARNING",  # below it, Rasa logs what callers said
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONPATH": str(ROOT),
}


class TrainingFailed(Exception):
    """The sources do not make a model, or the environment of Rasa is missing; says what to do."""


@dataclass(frozen=True)
class Command:
    """How to start a process."""

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)  # on top of the starter's own
    directory: Path = ROOT

    def start(self, **options: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.arguments, env=os.environ | self.environment, cwd=self.directory, **options)  # type: ignore[call-overload, no-any-return]


def rasa_command(
    model: Path, port: int, *, redis_url: str, actions_url: str, token: str, host: str = "127.0.0.1"
) -> Command:
    """The dialogue server. It answers HTTP only once the model is loaded (GET /webhooks/voice/)."""
    arguments = (
        *(
            str(PYTHON),
            "-m",
            "dialogs.lean_rasa",
            "run",
            "--model",
            str(model),
            "--port",
            str(port),
            "--interface",
            host,
        ),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
    )
    environment = {
        "REDIS_URL": redis_url,
        "ACTIONS_URL": actions_url,
        "VOICE_TOKEN": token,
        "TICKET_LOCK_LIFETIME": "5",  # s; a turn is given up long before, and a killed server must not lock a call
        **QUIET,
    }
    return Command(arguments, environment, HERE)


def actions_command(port: int, settings: dict[str, str] | None = None, host: str = "127.0.0.1") -> Command:
    """The action server (GET /health); its webhook is /webhook.

    `settings` are variables such as VOICEBOT__DATABASE__URL and VOICEBOT__DUTY__AGENT.
    """
    arguments = (sys.executable, "-m", "dialogs.actions", "--host", host, "--port", str(port))
    return Command(arguments, settings or {})


def ensure_model(log: Callable[[str], None]) -> Path:
    """The model of the sources as they are now, trained first if there is none. Raises TrainingFailed."""
    model = MODELS / f"hotline-{_digest()}.tar.gz"
    with _alone():
        if model.is_file():
            return model
        if not PYTHON.exists():
            raise TrainingFailed(f"{PYTHON} is missing: run `uv sync --project dialogs`")
        log("training the dialogue model (a minute or two)")
        _train(model)
        for old in MODELS.glob("hotline-*.tar.gz"):
            if old != model:
                old.unlink()
    return model


@contextmanager
def _alone() -> Iterator[None]:
    """Whoever comes second waits for the model of the first."""
    MODELS.mkdir(exist_ok=True)
    with (MODELS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _train(model: Path) -> None:
    name = model.name.removesuffix(".tar.gz")
    command = [
        *(
            str(PYTHON),
            "-m",
            "dialogs.lean_rasa",
            "train",
            "--config",
            "config.yml",
            "--domain",
            "domain",
            "--data",
            "data",
        ),
        *("--out", "models", "--fixed-model-name", name),
    ]
    done = subprocess.run(command, cwd=HERE, env=os.environ | QUIET, capture_output=True, text=True, check=False)
    if done.returncode or not model.is_file():
        raise TrainingFailed(f"rasa train ended with {done.returncode}:\n{_last_lines(done.stdout + done.stderr)}")


def _digest() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        base, name = (ROOT, pattern.removeprefix("../")) if pattern.startswith("../") else (HERE, pattern)
        yield from sorted(path.resolve() for path in base.glob(name))


def _last_lines(output: str, n: int = 20) -> str:
    return "\n".join(output.strip().splitlines()[-n:])


if __name__ == "__main__":
    try:
        print(ensure_model(lambda line: print(line, file=sys.stderr)))
    except TrainingFailed as error:
        sys.exit(str(error))
