"""Fetching a model: checkpoint, conversion, proof, manifest; all or nothing."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from hotline.models import ModelError, conversion
from hotline.models.catalogue import Entry
from hotline.models.checkpoint import SUMS, check_sums, examine
from hotline.models.proof import prove
from hotline.models.store import Manifest, Store, digests, write_manifest
from voicebot.settings import RecognitionSettings

MEGABYTE = 1_000_000
Tell = Callable[[str], None]


def check(entry: Entry, store: Store, source: Path | None) -> None:
    """What can be known before anything is fetched. Raises ModelError, OSError."""
    if entry.shipped:
        raise ModelError(f"{entry.name} comes with the hotline: there is nothing to fetch")
    if source:
        examine(source)
    conversion.check_tools()
    store.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(store.folder).free / MEGABYTE
    needed = entry.disk + (0 if source else entry.download)
    if free < needed:
        raise ModelError(f"{entry.name} needs {needed:,} MB of disk and {store.folder} has {free:,.0f} MB free")
    free = (psutil.virtual_memory().available + psutil.swap_memory().free) / MEGABYTE
    if free < entry.converting:
        raise ModelError(f"converting {entry.name} needs {entry.converting:,} MB of memory and {free:,.0f} MB are free")


def fetch(entry: Entry, store: Store, source: Path | None, settings: RecognitionSettings, tell: Tell) -> Path:
    """From the hub, or from the folder `source`; says where the model is. Raises ModelError, OSError."""
    with _terminated_as_by_ctrl_c(), store.workplace() as workplace:
        checkpoint = source or workplace / "checkpoint"
        revision = None
        if source:
            checked_against = SUMS if check_sums(source) else None
            if not checked_against:
                tell(f"{source} has no {SUMS}: taken as it is")
        else:
            from hotline.models import hub

            tell(f"downloading {entry.repository}, about {entry.download:,} MB …")
            revision, checked_against = hub.download(entry, checkpoint), "the hub"
        made = workplace / "model"
        tell("converting …")
        conversion.convert(checkpoint, made)
        (made / "LICENCE").write_text(entry.licence.read(), "utf-8")
        tell("trying it out …")
        prove(made, settings)
        write_manifest(made, _manifest(entry, source, revision, checked_against, made))
        return store.publish(made, entry)


def _manifest(entry: Entry, source: Path | None, revision: str | None, checked: str | None, made: Path) -> Manifest:
    return Manifest(
        name=entry.name,
        repository=None if source else entry.repository,
        revision=revision,
        folder=str(source.resolve()) if source else None,
        checked_against=checked,
        licence=entry.licence.name,
        licence_url=entry.licence.url,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        converted_by=f"ctranslate2 {version('ctranslate2')}, int8",
        files=digests(made),
    )


@contextmanager
def _terminated_as_by_ctrl_c() -> Iterator[None]:
    """So that a fetch which is told to end leaves nothing behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
