"""`voicebot run`: prepares, starts and watches every part, and calls itself once before it says that it is ready."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import time
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from dialogs.training import TrainingFailed, ensure_model
from hotline.caller import CallFailed
from hotline.config import Config
from hotline.parts import Part, PartMissing, all_parts, healthy
from hotline.self_call import self_call
from hotline.storage import count_procedures, open_database
from hotline.supervisor import Supervisor
from services.database import DatabaseError

START_LIMIT = 180.0  # s for all parts to be well
POLL = 0.3


class StartFailed(Exception):
    """The hotline does not come up; says why and what to do."""


def run(config: Config, console: Console) -> None:
    """Starts the hotline and stays until Ctrl-C or SIGTERM. Raises StartFailed."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell lets what it starts in the background ignore Ctrl-C
        signal.signal(number, signal.default_int_handler)
    with _only_one(config), contextlib.suppress(KeyboardInterrupt):
        started = time.monotonic()
        parts = _prepare(config, console)
        supervisor = Supervisor(parts, config.data / "run", config.data / "log")
        try:
            _start(supervisor, parts, console)
            _call_itself(config, console)
            _announce(config, console, time.monotonic() - started)
            _watch(supervisor, console)
        finally:
            console.print("stopping …", style="dim")
            with _undisturbed():
                supervisor.stop()


@contextlib.contextmanager
def _only_one(config: Config) -> Iterator[None]:
    folder = config.data / "run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartFailed(f"{folder}: {error.strerror}") from None
    with (folder / "voicebot.pid").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StartFailed(f"the hotline is running already (process {file.read().strip()})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            config.token_file.unlink(missing_ok=True)


def _prepare(config: Config, console: Console) -> list[Part]:
    with console.status("preparing …"):
        try:
            model = ensure_model(lambda line: console.print(f"{line} …", style="dim"))
        except TrainingFailed as error:
            raise StartFailed(str(error)) from None
        _load_knowledge(config, console)
        config.recordings.mkdir(parents=True, exist_ok=True)
        token = _new_token(config)
        try:
            parts = all_parts(config, model, token)
        except PartMissing as error:
            raise StartFailed(str(error)) from None
    taken = [(part, port) for part in parts for port in part.ports if port.taken()]
    if taken:
        rows = [
            f"{part.name} needs {port.protocol} {port.host}:{port.number}, which {port.holder()} holds"
            for part, port in taken
        ]
        raise StartFailed("\n".join([*rows, "Free it, or set another port in config.yml."]))
    return parts


def _load_knowledge(config: Config, console: Console) -> None:
    try:
        total = count_procedures(open_database(config))
    except DatabaseError as error:
        raise StartFailed(str(error)) from None
    console.print(f"knowledge: {total} procedures", style="dim")


def _new_token(config: Config) -> str:
    """What the gateway shows the dialogue server; other programs of this user read it from the file."""
    token = secrets.token_urlsafe(24)
    config.token_file.touch(mode=0o600)
    config.token_file.write_text(token)
    return token


def _start(supervisor: Supervisor, parts: list[Part], console: Console) -> None:
    try:
        supervisor.start()
    except RuntimeError as error:
        raise StartFailed(str(error)) from None
    for wave in ([p for p in parts if p.first], [p for p in parts if not p.first]):
        try:
            for part in wave:
                supervisor.start_part(part.name)
        except OSError as error:
            raise StartFailed(f"supervisord does not answer: {error}") from None
        _await_health(supervisor, wave, console)


def _await_health(supervisor: Supervisor, parts: list[Part], console: Console) -> None:
    waiting, began = {part.name: part for part in parts}, time.monotonic()
    with console.status("") as status:
        while waiting:
            status.update(f"starting {', '.join(waiting)} …")
            time.sleep(POLL)
            states, restarted = supervisor.states(), supervisor.restarted()
            for name, part in list(waiting.items()):
                if name in restarted or states.get(name) in ("BACKOFF", "FATAL", "EXITED"):
                    raise StartFailed(f"{name} does not start:\n{supervisor.log_tail(name)}")
                if states.get(name) == "RUNNING" and asyncio.run(healthy(part)):
                    del waiting[name]
                    console.print(f"{name} is up after {time.monotonic() - began:.1f} s", style="dim")
            if time.monotonic() - began > START_LIMIT:
                names = ", ".join(waiting)
                raise StartFailed(f"{names}: not well after {START_LIMIT:.0f} s; see {supervisor.logs}")


def _call_itself(config: Config, console: Console) -> None:
    if not config.sip.enabled:
        return
    with console.status("calling itself once …"):
        try:
            result = asyncio.run(self_call(config))
        except CallFailed as error:
            raise StartFailed(f"the hotline does not answer its own call: {error}") from None
    console.print(f"[bold]heard[/]     {result.heard}")
    console.print(f"[bold]answered[/]  {result.answered}")
    console.print(f"[bold]took[/]      {result.latency_ms:.0f} ms from the end of the question to our voice")


def _announce(config: Config, console: Console, seconds: float) -> None:
    table = Table(title=f"The hotline is ready ({seconds:.0f} s)", title_style="bold green")
    table.add_column("what")
    table.add_column("where")
    if config.sip.enabled:
        table.add_row("call it by SIP", f"sip:19001009@{_reachable(config.sip.host)}:{config.sip.port}")
    if config.web.enabled:
        table.add_row("call it from a browser", f"http://{_reachable(config.web.host)}:{config.web.port}/")
    if config.chat.enabled:
        table.add_row("write to it", f"http://{_reachable(config.web.host)}:{config.web.port}/api/v1/chat")
    table.add_row("metrics", f"http://{config.metrics.host}:{config.metrics.port}/metrics")
    table.add_row("logs", str(config.data / "log"))
    console.print(table)
    console.print("Ctrl-C ends it.", style="dim")


def _reachable(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else host


def _watch(supervisor: Supervisor, console: Console) -> None:
    """Tells of parts that die and come back, for ever."""
    down: set[str] = set()
    supervisor.restarted()
    while supervisor.alive:
        time.sleep(POLL)
        states = supervisor.states()
        for name in supervisor.restarted():
            console.print(f"{_now()} {name} died and was restarted", style="yellow")
        now_down = {name for name, state in states.items() if state in ("BACKOFF", "FATAL", "EXITED")}
        for name in now_down - down:
            console.print(f"{_now()} {name} is down: see {supervisor.logs / name}.log", style="red")
        down = now_down
    raise StartFailed("supervisord has ended unexpectedly")


def _now() -> str:
    return time.strftime("%H:%M:%S")


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave parts behind."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
