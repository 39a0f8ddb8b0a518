"""The whole hotline, started once by its own command on ports and data of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from hotline.caller import CallEvent, ScriptedCaller
from hotline.config import ROOT, Config, load_config
from services.calls import CallRecords
from services.database import Database
from voicebot.audio import Samples
from voicebot.recognition import Model, load_audio, load_model

START = 300.0  # s; the first start may train the dialogue


@dataclass
class Hotline:
    """A running `voicebot run`."""

    config: Config
    environment: dict[str, str]
    output: Path
    process: subprocess.Popen[bytes]

    @property
    def sip(self) -> str:
        return f"sip:19001009@127.0.0.1:{self.config.sip.port}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.config.web.port}"

    @property
    def records(self) -> CallRecords:
        return CallRecords(Database(self.config.database.url))

    def caller(self, events: list[CallEvent], to: str | None = None) -> ScriptedCaller:
        return ScriptedCaller(to or self.sip, events.append, self.config.redis_url, self.config.journal.stream)

    def part(self, words: str) -> psutil.Process:
        """The process of a part, by words of its command line."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if words in " ".join(process.cmdline()):
                return process
        raise AssertionError(f"no process runs {words}")

    def said(self) -> str:
        return self.output.read_text()

    def await_output(self, words: str, seconds: float = START) -> None:
        await_true(lambda: words in self.said() or self.process.poll() is not None, seconds)
        assert words in self.said(), self.said()

    def record(self, call_id: str) -> dict[str, Any]:
        """The finished record of a call."""
        found: list[dict[str, Any]] = []

        def complete() -> bool:
            found[:] = [record] if (record := self.records.show(call_id)) and record["outcome"] else []
            return bool(found)

        await_true(complete, 20)
        return found[0]


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Ports:
    sip: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    web: int = field(default_factory=free_port)
    redis: int = field(default_factory=free_port)
    rasa: int = field(default_factory=free_port)
    actions: int = field(default_factory=free_port)
    metrics: int = field(default_factory=free_port)
    rtp: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM) // 2 * 2)


def await_true(condition: Any, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it has not come about"
        time.sleep(0.1)


def environment_of(ports: Ports, data: Path) -> dict[str, str]:
    first_rtp = min(ports.rtp, 65000)
    return {
        "VOICEBOT__DATA": str(data),
        "VOICEBOT__DATABASE__URL": f"sqlite:///{data}/hotline.db",
        "VOICEBOT__SIP__HOST": "127.0.0.1",
        "VOICEBOT__SIP__PORT": str(ports.sip),
        "VOICEBOT__SIP__RTP_FIRST": str(first_rtp),
        "VOICEBOT__SIP__RTP_LAST": str(first_rtp + 99),
        "VOICEBOT__WEB__HOST": "127.0.0.1",
        "VOICEBOT__WEB__PORT": str(ports.web),
        "VOICEBOT__REDIS__PORT": str(ports.redis),
        "VOICEBOT__RASA__PORT": str(ports.rasa),
        "VOICEBOT__RASA__ACTIONS_PORT": str(ports.actions),
        "VOICEBOT__METRICS__PORT": str(ports.metrics),
    }


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    data = tmp_path_factory.mktemp("hotline")
    environment = environment_of(Ports(), data)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        output = data / "run.log"
        with output.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hotline", "run"], cwd=ROOT, stdout=log, stderr=log, env=os.environ.copy()
            )
        running = Hotline(load_config(), environment, output, process)
        try:
            running.await_output("Ctrl-C ends it")
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@pytest.fixture(scope="session")
def model(hotline: Hotline) -> Model:
    """The shipped recogniser, to hear what the bot has said."""
    return load_model(hotline.config.recognition)


@pytest.fixture(scope="session")
def speak(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Says a text with a synthetic voice that the recogniser was not trained on."""
    folder = tmp_path_factory.mktemp("speech")

    def say(text: str, voice: str = "vi+f5") -> Samples:
        path = folder / f"{abs(hash((text, voice)))}.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "140", "-w", str(path), text], check=True)
        return load_audio(path)

    return say
