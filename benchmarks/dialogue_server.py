"""A dialogue of its own for a benchmark: Redis, actions and Rasa on free ports, on a database that is thrown away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from dialogs.training import ensure_model
from hotline.config import Config
from hotline.parts import Part, all_parts, healthy
from services.database import Database
from services.procedures import BUNDLED, load
from voicebot.rasa_client import RasaDialogue
from voicebot.settings import DialogueSettings

PARTS = {"redis", "rasa", "actions"}
START = 300.0  # s; other work may take most of the machine


class ServerFailed(Exception):
    """A part of the dialogue ended or never answered; says which, and where its log is."""


@contextlib.asynccontextmanager
async def dialogue_server(folder: Path) -> AsyncIterator[tuple[RasaDialogue, Database]]:
    """A client of a new dialogue that knows the bundled procedures, and its database. Raises ServerFailed."""
    config = _config(folder)
    database = Database(config.database.url)
    database.migrate()
    load(database, BUNDLED)
    token = secrets.token_hex(16)
    parts = [part for part in all_parts(config, ensure_model(print), token) if part.name in PARTS]
    with contextlib.ExitStack() as running:
        for part in parts:
            await _answers(part, running.enter_context(_process(part, folder)))
        settings = DialogueSettings(url=config.dialogue_settings.url, token=token, timeout=60)
        client = RasaDialogue(settings)
        try:
            yield client, database
        finally:
            await client.close()
            database.close()


def _config(folder: Path) -> Config:
    redis, rasa, actions = (_free_port() for _ in range(3))
    config = Config()
    return config.model_copy(
        update={
            "data": folder,
            "database": config.database.model_copy(update={"url": f"sqlite:///{folder}/hotline.db"}),
            "redis": config.redis.model_copy(update={"url": None, "port": redis}),
            "rasa": config.rasa.model_copy(update={"port": rasa, "actions_port": actions}),
            "dialogue": DialogueSettings(),
            "duty": config.duty.model_copy(update={"agent": "sip:officer@127.0.0.1"}),
        }
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _process(part: Part, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{part.name}.log").open("wb") as log:
        environment = os.environ | dict(part.environment)
        process = subprocess.Popen(part.command, cwd=part.directory, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def _answers(part: Part, process: subprocess.Popen[bytes]) -> None:
    deadline = asyncio.get_running_loop().time() + START
    while not await healthy(part):
        if process.poll() is not None or asyncio.get_running_loop().time() > deadline:
            raise ServerFailed(f"{part.name} does not answer; it has said: {part.name}.log")
        await asyncio.sleep(0.2)
