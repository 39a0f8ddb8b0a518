"""A real supervisord over parts of a few lines."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from hotline.config import ROOT
from hotline.parts import Part
from hotline.supervisor import Supervisor

SLEEP = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
LIMIT = 30.0  # s; a hang


def python(name: str, program: str, **more: Any) -> Part:
    return Part(name, (sys.executable, "-c", program), None, **more)


def until(condition: Callable[[], Any]) -> Any:
    limit = time.monotonic() + LIMIT
    while not (found := condition()):
        assert time.monotonic() < limit, "it has not come about"
        time.sleep(0.05)
    return found


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def start(*parts: Part) -> Supervisor:
        supervisor = Supervisor(parts, tmp_path / "run", tmp_path / "log")
        supervisor.start()
        started.append(supervisor)
        for part in parts:
            supervisor.start_part(part.name)
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop()


def running(supervisor: Supervisor, *names: str) -> None:
    until(lambda: all(supervisor.states().get(name) == "RUNNING" for name in names))


def processes(tmp_path: Path) -> list[psutil.Process]:
    """supervisord and whatever it has started."""
    found = psutil.Process(int((tmp_path / "run" / "supervisord.pid").read_text()))
    return [found, *found.children(recursive=True)]


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_part_that_is_killed_comes_back_and_that_is_told(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    supervisor = supervise(python("worker", SLEEP), python("other", SLEEP))
    running(supervisor, "worker", "other")
    assert supervisor.restarted() == []
    victim = next(process for process in processes(tmp_path)[1:] if process.ppid() != os.getpid())
    victim.kill()
    assert len(until(supervisor.restarted)) == 1
    running(supervisor, "worker", "other")
    assert supervisor.restarted() == []  # told once


def test_a_part_that_does_not_start_shows_its_last_words(supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(python("broken", "import sys; sys.exit('no such model: tiny')"))
    until(lambda: supervisor.states().get("broken") == "BACKOFF")
    until(lambda: "no such model: tiny" in supervisor.log_tail("broken"))
    assert supervisor.log_tail("unknown") == ""


def test_stop_ends_stubborn_parts_too(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    parts = [python(f"stubborn{n}", STUBBORN) for n in range(3)] + [python(f"obedient{n}", SLEEP) for n in range(4)]
    supervisor = supervise(*parts)
    until(lambda: all("here" in supervisor.log_tail(part.name) for part in parts))
    running(supervisor, *(part.name for part in parts))
    family, began = processes(tmp_path), time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 8.0  # 5, and room for a busy machine
    assert not supervisor.alive
    until(lambda: all(ended(process) for process in family))
    supervisor.stop()  # harmless


def test_what_a_part_starts_ends_with_it(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {STUBBORN!r}])"
    supervisor = supervise(python("parent", child))
    until(lambda: "here" in supervisor.log_tail("parent"))
    family = processes(tmp_path)
    assert len(family) == 3
    supervisor.stop()
    until(lambda: all(ended(process) for process in family))


def test_a_killed_supervisord_leaves_nothing_behind(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])"
    supervisor = supervise(python("parent", child))
    running(supervisor, "parent")
    until(lambda: "here" in supervisor.log_tail("parent"))
    supervisord, *left = processes(tmp_path)
    assert len(left) == 2
    supervisord.kill()
    until(lambda: not supervisor.alive)
    supervisor.stop()
    until(lambda: all(ended(process) for process in left))


def test_a_supervisord_killed_before_anyone_has_looked_leaves_nothing_behind(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    silent = "import time; time.sleep(600)"  # who writes to a dead supervisord ends by itself
    supervisor = supervise(python("part", silent))
    supervisord, *left = processes(tmp_path)
    assert left
    supervisord.kill()
    until(lambda: not supervisor.alive)
    supervisor.stop()
    until(lambda: all(ended(process) for process in left))


VALUES = (
    "100 %", "%(here)s", 'say "hello"', "it's", "back\\slash", "a,b=c ; d # e", '{"agent": null}', "$HOME `id`",
    "Hà Nội",
)  # fmt: skip


def test_command_and_environment_reach_the_process_unharmed(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    folder = tmp_path / "50% off # sale"
    folder.mkdir()
    program = (
        "import os, sys, time; print(repr((os.environ['VALUE'], sys.argv[1], os.getcwd())), flush=True);time.sleep(600)"
    )
    parts = [
        Part(f"echo{n}", (sys.executable, "-c", program, value), None, {"VALUE": value}, folder)
        for n, value in enumerate(VALUES)
    ]
    supervisor = supervise(*parts)
    until(lambda: all(supervisor.log_tail(part.name) for part in parts))
    assert [supervisor.log_tail(part.name) for part in parts] == [repr((v, v, str(folder))) for v in VALUES]


def test_secrets_are_for_the_owner_alone(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "part.sh").touch(mode=0o644)  # left by an earlier start
    supervise(python("part", SLEEP, environment={"TOKEN": "s3cret"}))
    holders = [path for path in run.iterdir() if path.is_file() and b"s3cret" in path.read_bytes()]
    assert holders == [run / "part.sh"]
    assert stat.S_IMODE(holders[0].stat().st_mode) == 0o600
    assert not stat.S_IMODE((run / "supervisor.sock").stat().st_mode) & 0o077
    assert not any("s3cret" in word for process in processes(tmp_path) for word in process.cmdline())


def test_a_folder_with_odd_characters_will_do(tmp_path: Path) -> None:
    supervisor = Supervisor([python("part", SLEEP)], tmp_path / "50% run # 1", tmp_path / "100% log ; 2")
    supervisor.start()
    try:
        supervisor.start_part("part")
        until(lambda: "here" in supervisor.log_tail("part"))
    finally:
        supervisor.stop()


def test_supervisord_does_not_outlive_us(tmp_path: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from hotline.parts import Part
from hotline.supervisor import Supervisor
supervisor = Supervisor([Part("part", (sys.executable, "-c", {SLEEP!r}), None)], Path("run"), Path("log"))
supervisor.start()
supervisor.start_part("part")
print("started", flush=True)
time.sleep(600)
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as us:
        assert us.stdout
        assert us.stdout.readline() == "started\n"
        until(lambda: len(processes(tmp_path)) == 2)
        family = processes(tmp_path)
        us.send_signal(signal.SIGKILL)
    until(lambda: all(ended(process) for process in family))


def test_supervisord_that_does_not_come_up_is_quoted(tmp_path: Path) -> None:
    supervisor = Supervisor([python("a:b", SLEEP)], tmp_path / "run", tmp_path / "log")
    with pytest.raises(RuntimeError, match="Invalid name: 'a:b'"):
        supervisor.start()
    assert not supervisor.alive
