"""Runs the parts under supervisord, which restarts what dies, and tells what has changed."""

from __future__ import annotations

import http.client
import shlex
import shutil
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from hotline.parts import Part

STOP_WAIT = 3  # s that a part gets to stop by itself; the gateway and the recorder take 1.5 to 2.2
STOP_LIMIT = 4.5  # s until whatever still runs is killed


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        return _UnixConnection(self._path)


class Supervisor:
    """A supervisord of our own, in `folder`; it dies with this process."""

    def __init__(self, parts: Iterable[Part], folder: Path, logs: Path) -> None:
        self._folder, self.logs = folder, logs = folder.absolute(), logs.absolute()
        self._configuration = folder / "supervisord.conf"
        self._socket = folder / "supervisor.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._pids: dict[str, int] = {}
        self._running: dict[str, psutil.Process] = {}  # the process of each part, when last looked at
        folder.mkdir(parents=True, exist_ok=True)
        logs.mkdir(parents=True, exist_ok=True)
        parts = list(parts)
        self._logged = {part.name: self._log_size(part.name) for part in parts}  # bytes, by earlier runs
        self._groups = {part.name: "first" if part.first else "then" for part in parts}
        self._configuration.write_text(self._write(parts))
        for part in parts:
            self._write_script(part)

    def start(self) -> None:
        """Raises RuntimeError with supervisord's own words when it does not come up."""
        self._socket.unlink(missing_ok=True)
        with (self._folder / "supervisord.out").open("wb") as output:
            self._process = subprocess.Popen(
                [*_dies_with_us(), sys.executable, "-m", "supervisor.supervisord", "-ns", "-c", self._configuration],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.logs,  # of the logs; a path in the configuration would be searched for % and comments
                start_new_session=True,  # Ctrl-C is for us; we stop it in order
            )
        for _ in range(200):
            if self._socket.exists():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError((self._folder / "supervisord.out").read_text().strip() or "supervisord did not start")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start_part(self, name: str) -> None:
        self._server.supervisor.startProcess(f"{self._groups[name]}:{name}", False)
        self._rows()  # `stop` must know it, even if supervisord dies before anyone looks

    def states(self) -> dict[str, str]:
        """State of each part: RUNNING, STARTING, BACKOFF, EXITED, FATAL, STOPPED …"""
        return {row["name"]: row["statename"] for row in self._rows()}

    def restarted(self) -> list[str]:
        """Parts that run as another process than at the last look."""
        found = {row["name"]: row["pid"] for row in self._rows() if row["statename"] == "RUNNING"}
        changed = [name for name, pid in found.items() if self._pids.get(name, pid) != pid]
        self._pids.update(found)
        return changed

    def log_tail(self, name: str, lines: int = 8) -> str:
        """The last lines that it has written since we are here."""
        path = self.logs / f"{name}.log"
        if not path.exists():
            return ""
        with path.open("rb") as file:
            file.seek(self._logged[name] if self._logged[name] <= path.stat().st_size else 0)  # else: begun anew
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])

    def _log_size(self, name: str) -> int:
        path = self.logs / f"{name}.log"
        return path.stat().st_size if path.exists() else 0

    def stop(self) -> None:
        """Ends every part within 5 s, by force if need be, also those that a killed supervisord has left behind."""
        self._rows()
        processes = [each for part in self._running.values() for each in _family(part)]
        if self._process is not None and self.alive:
            processes += _family(psutil.Process(self._process.pid))[1:]
            self._process.terminate()
            try:
                self._process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._running.clear()

    def _rows(self) -> list[dict[str, Any]]:
        try:
            rows: list[dict[str, Any]] = self._server.supervisor.getAllProcessInfo()
        except OSError:
            return []
        for row in rows:
            known = self._running.get(row["name"])
            if row["pid"] and (known is None or known.pid != row["pid"]):
                with suppress(psutil.NoSuchProcess):
                    self._running[row["name"]] = psutil.Process(row["pid"])
        return rows

    @property
    def _server(self) -> Any:
        return xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(str(self._socket)))

    def _write(self, parts: Sequence[Part]) -> str:
        sections = [
            "[unix_http_server]\nfile=%(here)s/supervisor.sock\nchmod=0700",
            "[supervisord]\nlogfile=supervisord.log\npidfile=%(here)s/supervisord.pid\nnodaemon=true\nminfds=4096",
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
            "[supervisorctl]\nserverurl=unix://%(here)s/supervisor.sock",
        ]
        # A shutdown goes from group to group, the highest priority first: what others need stops last.
        for priority, group in enumerate(("first", "then"), 1):
            if names := [part.name for part in parts if self._groups[part.name] == group]:
                sections.append(f"[group:{group}]\nprograms={','.join(names)}\npriority={priority}")
        return "\n\n".join([*sections, *(self._section(part) for part in parts)]) + "\n"

    def _section(self, part: Part) -> str:
        rows = {
            "command": f'/bin/sh "%(here)s/{part.name}.sh"',
            "autostart": "false",
            "autorestart": "true",
            "startsecs": 1,
            "startretries": 1_000_000,  # keep trying: whatever was wrong may be mended at night
            "stopwaitsecs": STOP_WAIT,
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": f"{part.name}.log",
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": 3,
        }
        return f"[program:{part.name}]\n" + "\n".join(f"{key}={value}" for key, value in rows.items())

    def _write_script(self, part: Part) -> None:
        """How the part is started: supervisord's own file has no way to write quotes in an environment."""
        path = self._folder / f"{part.name}.sh"
        exports = [f"export {name}={shlex.quote(value)}" for name, value in part.environment.items()]
        rows = [*exports, f"cd {shlex.quote(str(part.directory))} || exit", f"exec {shlex.join(part.command)}"]
        path.touch(mode=0o600)
        path.chmod(0o600)  # may hold the dialogue's token
        path.write_text("\n".join(rows) + "\n")


def _family(process: psutil.Process) -> list[psutil.Process]:
    """It and all that it has started."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _dies_with_us() -> list[str]:
    """Nothing must go on serving calls unwatched when `voicebot run` is killed (util-linux; elsewhere it is left)."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM"] if program else []
