"""Where fetched models lie, and the manifest by which one knows that they are whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from hotline.config import ROOT
from hotline.models import ModelError
from hotline.models.catalogue import Entry

MANIFEST = "model.json"


class Manifest(BaseModel):
    """`model.json` beside a fetched model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    repository: str | None  # None: from `folder`
    revision: str | None
    folder: str | None
    checked_against: str | None  # whose checksums the checkpoint agreed with; None: nobody's
    licence: str
    licence_url: str
    fetched_at: str  # ISO 8601, UTC
    converted_by: str
    files: dict[str, str]  # SHA-256 by name, of all files but this one


class Store:
    """Fetched models, each in a folder of its name under `data`/models, which git ignores."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "models"

    def place(self, entry: Entry) -> Path:
        return ROOT / entry.shipped if entry.shipped else self.folder / entry.name

    def has(self, entry: Entry) -> bool:
        return (self.place(entry) / ("config.json" if entry.shipped else MANIFEST)).is_file()

    def verify(self, entry: Entry) -> None:
        """Raises ModelError that names the file that is missing or differs. The shipped model is git's to watch."""
        if not self.has(entry):
            raise ModelError(f"{entry.name} is not here: `voicebot models fetch {entry.name}` fetches it")
        if entry.shipped:
            return
        place = self.place(entry)
        for name, digest in read_manifest(place).files.items():
            if not (place / name).is_file():
                raise ModelError(f"{place / name} is missing: fetch {entry.name} again")
            if sha256(place / name) != digest:
                raise ModelError(f"{place / name} is not as it was fetched: fetch {entry.name} again")

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """An empty folder beside the models, which is gone afterwards whatever happens. Raises ModelError, OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ModelError("another `voicebot models fetch` is at work") from None
            folder = self.folder / ".fetching"
            shutil.rmtree(folder, ignore_errors=True)  # left by one that was killed
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, made: Path, entry: Entry) -> Path:
        """Moves a finished model from the workplace to its place; an older one goes where the workplace goes."""
        place = self.place(entry)
        if place.exists():
            os.rename(place, made.with_name("replaced"))
        os.rename(made, place)
        return place


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Raises ModelError."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, ValidationError):
        raise ModelError(f"{folder / MANIFEST} cannot be read: fetch the model again") from None


def digests(folder: Path) -> dict[str, str]:
    return {file.name: sha256(file) for file in sorted(folder.iterdir())}


def sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
