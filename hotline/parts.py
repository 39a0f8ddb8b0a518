"""The parts of a running hotline: how each is started, where it listens, and how one knows that it is well."""

from __future__ import annotations

import secrets
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import aiohttp
import psutil
import redis.asyncio as redis

from dialogs.training import actions_command, rasa_command
from hotline.config import ROOT, Config


@dataclass(frozen=True)
class Port:
    host: str
    number: int
    protocol: Literal["tcp", "udp"] = "tcp"

    def taken(self) -> bool:
        kind = socket.SOCK_STREAM if self.protocol == "tcp" else socket.SOCK_DGRAM
        with socket.socket(socket.AF_INET, kind) as probe:
            if self.protocol == "tcp":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.number))
            except OSError:
                return True
        return False

    def holder(self) -> str:
        """The program that listens there, as far as we may see it."""
        for connection in psutil.net_connections("inet4"):
            if connection.laddr and connection.laddr.port == self.number and connection.pid and not connection.raddr:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
        return "another program"


@dataclass(frozen=True)
class Part:
    """One process under the supervisor."""

    name: str
    command: tuple[str, ...]
    health: str | None  # URL that answers when the part is well; None: it is well when it runs
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path = ROOT
    ports: tuple[Port, ...] = ()
    first: bool = False  # others need it to start


class PartMissing(Exception):
    """A program that a part needs is not installed; says how to get it."""


def all_parts(config: Config, model: Path, token: str) -> list[Part]:
    """What `voicebot run` starts. Raises PartMissing."""
    parts = [_rasa(config, model, token), _actions(config), _recorder(), _gateway(config, token), _jobs()]
    return parts if config.redis.url else [_redis(config), *parts]


async def healthy(part: Part) -> bool:
    """Whether the part answers now."""
    if part.health is None:
        return True
    if part.health.startswith("redis://"):
        client = redis.Redis.from_url(part.health, socket_timeout=2)
        try:
            return bool(await client.ping())
        except redis.RedisError:
            return False
        finally:
            await client.aclose()
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            return (await session.get(part.health)).status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _redis(config: Config) -> Part:
    program = shutil.which("redis-server")
    if program is None:
        raise PartMissing("redis-server is not installed: apt-get install redis-server, or set redis.url")
    folder = config.data / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    command = (
        program, "--port", str(config.redis.port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--appendonly", "yes", "--save", "", "--daemonize", "no",
    )  # fmt: skip
    return Part("redis", command, config.redis_url, ports=(Port("127.0.0.1", config.redis.port),), first=True)


def _rasa(config: Config, model: Path, token: str) -> Part:
    port = config.rasa.port
    command = rasa_command(
        model,
        port,
        redis_url=config.redis_url,
        actions_url=f"http://127.0.0.1:{config.rasa.actions_port}/webhook",
        token=token,
    )
    health = f"http://127.0.0.1:{port}/webhooks/voice/"
    return Part("rasa", command.arguments, health, command.environment, command.directory, (Port("127.0.0.1", port),))


def _actions(config: Config) -> Part:
    port = config.rasa.actions_port
    settings = {
        "VOICEBOT__DATABASE__URL": config.database.url,
        "VOICEBOT__DUTY": config.duty.model_dump_json(),
        "VOICEBOT__RECORDING": config.recording.model_dump_json(),
        "VOICEBOT__DOSSIERS": config.dossiers.model_dump_json(),
        "VOICEBOT__MESSAGES": config.messages.model_dump_json(),  # without the secrets, which come out as stars
        "VOICEBOT__SURVEY": config.survey.model_dump_json(),
        "VOICEBOT__RESUME__MINUTES": str(config.resume.minutes),
        "VOICEBOT__RESUME__KEY": config.resume.key.get_secret_value() or _own_key(config),
        "VOICEBOT__CITIZEN_REGISTER": config.citizen_register.model_dump_json(),
        "VOICEBOT__QUEUE": config.queue.model_dump_json(),
    }
    command = actions_command(port, settings)
    health = f"http://127.0.0.1:{port}/health"
    return Part(
        "actions", command.arguments, health, command.environment, command.directory, (Port("127.0.0.1", port),)
    )


def _own_key(config: Config) -> str:
    """Kept, so that callers whose line was lost are known after a restart."""
    path = config.data / "run" / "callers.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16))
    return path.read_text()


def _jobs() -> Part:
    return Part("jobs", (sys.executable, "-m", "hotline.jobs"), None)


def _recorder() -> Part:
    return Part("recorder", (sys.executable, "-m", "hotline.recorder"), None)


def _gateway(config: Config, token: str) -> Part:
    host = "127.0.0.1" if config.web.host == "0.0.0.0" else config.web.host
    health = f"http://{host}:{config.web.port}/ready"
    ports = [Port(config.web.host, config.web.port), Port(config.metrics.host, config.metrics.port)]
    if config.sip.enabled:
        ports.append(Port(config.sip.host, config.sip.port, "udp"))
    environment = {"VOICEBOT__DIALOGUE__TOKEN": token}
    return Part("gateway", (sys.executable, "-m", "hotline.gateway"), health, environment, ports=tuple(ports))
