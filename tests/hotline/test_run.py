"""`voicebot run` over tiny parts under a real supervisord: what it refuses, what it tells, what it leaves behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from hotline import run as run_module
from hotline.caller import CallFailed
from hotline.config import Config, load_config
from hotline.parts import Part, Port
from hotline.run import StartFailed, run
from hotline.self_call import SelfCall

SLEEP = "import time; print('here', flush=True); time.sleep(600)"
LIMIT = 60.0  # s; a hang


def python(name: str, program: str, **more: Any) -> Part:
    return Part(name, (sys.executable, "-c", program), None, **more)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("VOICEBOT__DATA", str(tmp_path))
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", f"sqlite:///{tmp_path}/hotline.db")
    return load_config()


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[Part]:
    """What is started in place of the real parts; the test fills it."""
    chosen: list[Part] = []

    async def answer(config: Config) -> SelfCall:
        return SelfCall("khai sinh", "Dạ, bác cần tờ khai ạ.", 800.0)

    monkeypatch.setattr(run_module, "ensure_model", lambda log: Path("model"))
    monkeypatch.setattr(run_module, "all_parts", lambda config, model, token: chosen)
    monkeypatch.setattr(run_module, "self_call", answer)
    return chosen


def attempt(config: Config) -> str:
    with pytest.raises(StartFailed) as caught:
        run(config, Console(file=StringIO(), width=200))
    return str(caught.value)


@contextlib.contextmanager
def bound(kind: int) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        yield taken.getsockname()[1]


_others: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def not_ours() -> None:
    """Processes of other tests' session fixtures."""
    _others.clear()
    _others.update(psutil.Process().children(recursive=True))


def offspring() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [process for process in found if process not in _others and process.status() != "zombie"]


def test_a_second_start_says_that_one_is_running(config: Config, parts: list[Part]) -> None:
    (config.data / "run").mkdir()
    with (config.data / "run" / "voicebot.pid").open("w") as other:
        other.write("4711")
        other.flush()
        fcntl.flock(other, fcntl.LOCK_EX)
        assert attempt(config) == "the hotline is running already (process 4711)"
    parts.append(python("broken", "import sys; sys.exit(1)"))
    assert "broken" in attempt(config)  # the one before has ended


def test_ports_in_use_are_named(config: Config, parts: list[Part]) -> None:
    with bound(socket.SOCK_STREAM) as tcp, bound(socket.SOCK_DGRAM) as udp:
        ports = (Port("127.0.0.1", tcp), Port("127.0.0.1", udp, "udp"))
        parts.append(python("gateway", SLEEP, ports=ports))
        said = attempt(config).splitlines()
    assert len(said) == 3
    assert said[0].startswith(f"gateway needs tcp 127.0.0.1:{tcp}, which ")
    assert said[1].startswith(f"gateway needs udp 127.0.0.1:{udp}, which ")
    assert said[2] == "Free it, or set another port in config.yml."
    assert not any(port.taken() for port in ports)
    assert not offspring()


def test_a_part_that_cannot_start_shows_the_end_of_its_log(config: Config, parts: list[Part]) -> None:
    parts += [python("first", SLEEP, first=True), python("broken", "import sys; sys.exit('the model is not there')")]
    assert attempt(config) == "broken does not start:\nthe model is not there"
    assert not offspring()


def test_a_part_that_dies_late_stops_the_start_with_its_last_words(config: Config, parts: list[Part]) -> None:
    late = "import sys, time; time.sleep(2.5); sys.exit('the model cannot be loaded')"
    parts.append(Part("late", (sys.executable, "-c", late), "http://127.0.0.1:9/"))
    assert attempt(config).startswith("late does not start:\nthe model cannot be loaded")
    assert not offspring()


def test_a_hotline_that_does_not_answer_itself_is_stopped(
    config: Config, parts: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(config: Config) -> SelfCall:
        raise CallFailed("the bot has not spoken for 20 s")

    monkeypatch.setattr(run_module, "self_call", silent)
    parts.append(python("part", SLEEP))
    assert attempt(config) == "the hotline does not answer its own call: the bot has not spoken for 20 s"
    assert not offspring()


def test_it_tells_its_addresses_and_of_parts_that_die_until_it_is_ended(config: Config, parts: list[Part]) -> None:
    parts += [python("first", SLEEP, first=True), python("worker", SLEEP)]
    output, seen = StringIO(), []

    def told(words: str) -> bool:
        limit = time.monotonic() + LIMIT
        while words not in output.getvalue() and time.monotonic() < limit:
            time.sleep(0.05)
        return words in output.getvalue()

    def caller() -> None:
        """Kills a part once the hotline is up, then ends it as a service manager does."""
        try:
            seen.append(told("Ctrl-C ends it."))
            time.sleep(1.0)  # until the parts are watched
            seen.append(config.token_file.stat().st_mode & 0o777)
            victim = [process for process in offspring() if SLEEP in process.cmdline()][-1]
            victim.kill()
            seen.append(told("died and was restarted"))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    helper = threading.Thread(target=caller)
    helper.start()
    run(config, Console(file=output, width=200))
    helper.join()
    assert seen == [True, 0o600, True]
    said = output.getvalue()
    assert "knowledge: " in said
    assert "800 ms" in said
    assert f"sip:19001009@127.0.0.1:{config.sip.port}" in said
    assert f"http://127.0.0.1:{config.web.port}/" in said
    assert said.index("first is up") < said.index("worker is up")
    assert not offspring()
    assert not config.token_file.exists()


def test_a_database_that_cannot_be_used_stops_the_start(
    config: Config, parts: list[Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", "oracle://x/y")
    assert attempt(load_config()).startswith("database.url: cannot use it")
