"""`voicebot doctor`: what is installed, reachable and configured, and how to mend what is not."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.markup import escape

from dialogs import training
from hotline.config import Config, ConfigError, load_config
from hotline.parts import Part, PartMissing, all_parts, healthy
from hotline.storage import open_database
from services.database import DatabaseError
from voicebot.recognition.model import ModelNotLoaded, find_model

ROOM = 1_000_000_000  # bytes of disk under which recordings are in danger


@dataclass(frozen=True)
class Finding:
    well: bool
    what: str
    mend: str = ""
    needed: bool = True  # False: the hotline runs without it


def examine(console: Console) -> bool:
    """Prints one line per finding; whether nothing that is needed is amiss."""
    try:
        config = load_config()
    except ConfigError as error:
        console.print(f"[red]✗[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return False
    findings = [*_programs(), *_environments(config), *_data(config), *_parts(config)]
    for finding in findings:
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]" if finding.needed else "[yellow]–[/]"
        words = finding.what if finding.well else f"{finding.what}: {finding.mend}"
        console.print(f"{mark} {escape(words)}", highlight=False, soft_wrap=True)
    return all(finding.well or not finding.needed for finding in findings)


def _programs() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info[:2] == (3, 11), f"Python {version}", "3.11 is needed")
    for program in ("espeak-ng", "redis-server"):
        yield Finding(shutil.which(program) is not None, program, f"apt-get install {program}")
    for module, extra in (("pyaudio", "uv sync --extra mic"), ("TTS", "make coqui")):
        yield Finding(importlib.util.find_spec(module) is not None, module, extra, needed=False)


def _environments(config: Config) -> Iterator[Finding]:
    yield Finding(training.PYTHON.exists(), "environment of Rasa", "uv sync --project dialogs")
    yield Finding(any(training.MODELS.glob("*.tar.gz")), "trained dialogue model", "`make run` trains it", needed=False)
    what = f"recognition model {config.recognition.model}"
    try:
        model = find_model(config.recognition.model)
    except ModelNotLoaded as error:
        yield Finding(False, "recognition model", str(error))
    else:
        yield Finding(model.is_dir(), what, "no folder here; it is fetched by that name at the start", needed=False)


def _data(config: Config) -> Iterator[Finding]:
    try:
        config.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        yield Finding(False, f"folder {config.data}", f"{error.strerror}; set data in config.yml")
        return
    free = psutil.disk_usage(str(config.data)).free
    yield Finding(free > ROOM, f"{free / 1e9:.1f} GB free for {config.data}", "make room: recordings will stop")
    try:
        open_database(config)
    except DatabaseError as error:
        yield Finding(False, "database", str(error))
    else:
        yield Finding(True, "database")


def _parts(config: Config) -> Iterator[Finding]:
    try:
        parts = all_parts(config, Path(), config.stored_token)
    except (PartMissing, OSError) as error:
        yield Finding(False, "parts", str(error))
        return
    for part in parts:
        if part.health:
            yield Finding(asyncio.run(healthy(part)), f"{part.name} answers", _why(part), needed=False)


def _why(part: Part) -> str:
    taken = [f"{port.protocol} {port.host}:{port.number}" for port in part.ports if port.taken()]
    return f"another program holds {', '.join(taken)}" if taken else "it does not run (make run)"
