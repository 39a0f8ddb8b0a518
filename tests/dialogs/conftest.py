"""A dialogue server of our own: trained model, Redis, actions and Rasa on free ports, stopped at the end."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialogs.actions.backing import backing
from dialogs.training import Command, actions_command, ensure_model, rasa_command
from services.database import Database
from services.procedures import BUNDLED, load
from tests.dialogs.calls import Call
from voicebot.rasa_client import RasaDialogue
from voicebot.settings import DialogueSettings

TOKEN = "only-for-tests"
AGENT = "sip:officers@127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args} ended:\n{log.read_text()[-3000:]}"
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer:\n{log.read_text()[-3000:]}")


class Server:
    """Rasa, which tests may kill and start again."""

    def __init__(self, command: Command, port: int, log: Path) -> None:
        self._command, self._log = command, log
        self.url = f"ws://127.0.0.1:{port}/webhooks/voice/ws"
        self._health = f"http://127.0.0.1:{port}/webhooks/voice/"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = self._command.start(stdout=log, stderr=subprocess.STDOUT)
        wait_for(self._health, self.process, self._log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('dialogs')}/hotline.db"
    database = Database(url)
    database.migrate()
    load(database, BUNDLED)
    database.close()
    return url


@pytest.fixture
def own_database(database_url: str, tmp_path: Path) -> str:
    """A copy that no other test writes into."""
    shutil.copy(database_url.removeprefix("sqlite:///"), tmp_path / "hotline.db")
    return f"sqlite:///{tmp_path}/hotline.db"


@pytest.fixture
def services(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Those behind the actions of this process, for tests without a dialogue server."""
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", database_url)
    monkeypatch.setenv("VOICEBOT__DUTY__AGENT", AGENT)
    backing.cache_clear()
    yield
    backing.cache_clear()


@dataclass
class RedisServer:
    port: int
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Keeps nothing on disk."""
    port = free_port()
    directory = tmp_path_factory.mktemp("redis")
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(directory), "--loglevel", "warning"]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    yield RedisServer(port, process)
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer, database_url: str) -> Iterator[Server]:
    model = ensure_model(print)
    logs = tmp_path_factory.mktemp("logs")
    actions_port, port = free_port(), free_port()
    settings = {"VOICEBOT__DATABASE__URL": database_url, "VOICEBOT__DUTY__AGENT": AGENT}
    with (logs / "actions").open("wb") as log:
        actions = actions_command(actions_port, settings).start(stdout=log, stderr=subprocess.STDOUT)
    rasa = Server(
        rasa_command(
            model,
            port,
            redis_url=f"redis://127.0.0.1:{redis_server.port}/0",
            actions_url=f"http://127.0.0.1:{actions_port}/webhook",
            token=TOKEN,
        ),
        port,
        logs / "rasa",
    )
    try:
        rasa.start()
        wait_for(f"http://127.0.0.1:{actions_port}/health", actions, logs / "actions")
        yield rasa
    finally:
        rasa.kill()
        actions.kill()
        actions.wait()


@pytest.fixture
async def dialogue(server: Server) -> AsyncIterator[RasaDialogue]:
    client = RasaDialogue(DialogueSettings(url=server.url, token=TOKEN, timeout=10))
    assert await client.connect()
    yield client
    await client.close()


@pytest.fixture
def call(dialogue: RasaDialogue) -> Call:
    return Call(dialogue)
