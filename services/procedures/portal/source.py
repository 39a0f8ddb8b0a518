"""Reads records of the portal one by one from where they lie: a folder, an archive (.tar, packed or not), or JSON."""

from __future__ import annotations

import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from lzma import LZMAError
from pathlib import Path
from typing import IO, Any

import ijson

from services.procedures.portal import json_form, text_form
from services.procedures.portal.record import MalformedRecord, PortalRecord

_LARGEST = 5_000_000  # bytes of one record in a file of its own; the longest known has 0.2 MB
_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_PACKED_BADLY = (tarfile.TarError, LZMAError, zlib.error, EOFError, OSError)


class SourceError(ValueError):
    """Nothing can be read from this path; says why."""


@dataclass(frozen=True, slots=True)
class Read:
    name: str  # of the file, or the number of the record in it
    record: PortalRecord | MalformedRecord
    share: float  # of the source that has been read, 0 to 1


def read(path: Path) -> Iterator[Read]:
    """Raises SourceError, at the first record or, when an archive is damaged, in the middle."""
    try:
        if path.is_dir():
            yield from _folder(path)
        elif path.suffix in (".json", ".jsonl"):
            yield from _json_file(path)
        elif path.suffix == ".txt":
            yield Read(path.name, _record(path.name, path.read_bytes()), 1.0)
        else:
            yield from _archive(path)
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file or folder") from error
    except tarfile.ReadError as error:
        raise SourceError(f"{path}: no folder, archive (.tar.xz) or JSON of portal records ({error})") from error
    except _PACKED_BADLY as error:
        raise SourceError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    except ijson.JSONError as error:
        raise SourceError(f"{path}: it is not JSON ({str(error).partition(chr(10))[0]})") from error


def date_of(path: Path) -> date | None:
    """The day that the name of the path tells ("portal-2026-07-19.tar.xz")."""
    found = _DATE.search(path.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _folder(path: Path) -> Iterator[Read]:
    files = sorted(file for file in path.iterdir() if file.suffix in (".txt", ".json"))
    for number, file in enumerate(files, 1):
        if file.suffix == ".json":
            yield from (Read(each.name, each.record, number / len(files)) for each in _json_file(file))
        else:
            yield Read(file.name, _record(file.name, file.read_bytes()), number / len(files))


def _archive(path: Path) -> Iterator[Read]:
    size = path.stat().st_size or 1
    with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as archive:
        for member in archive:
            name = Path(member.name).name
            if not member.isfile() or not name.endswith((".txt", ".json")):
                continue
            if member.size > _LARGEST:
                yield Read(name, MalformedRecord(f"it is larger than {_LARGEST:,} bytes"), file.tell() / size)
                continue
            content = archive.extractfile(member)
            assert content is not None  # it is a file
            yield Read(name, _record(name, content.read()), min(1.0, file.tell() / size))


def _json_file(path: Path) -> Iterator[Read]:
    size = path.stat().st_size or 1
    with path.open("rb") as file:
        for number, given in enumerate(_objects(file), 1):
            code = given.get("code") if isinstance(given, dict) else None
            yield Read(str(code or f"{path.name}[{number - 1}]"), _parsed(given), min(1.0, file.tell() / size))


def _objects(file: IO[bytes]) -> Iterator[Any]:
    """Of a list, or one after the other (JSON lines)."""
    start = file.read(64).lstrip()
    file.seek(0)
    if start.startswith(b"["):
        return iter(ijson.items(file, "item", use_float=True))
    return iter(ijson.items(file, "", multiple_values=True, use_float=True))


def _parsed(given: Any) -> PortalRecord | MalformedRecord:
    try:
        return json_form.parse(given)
    except MalformedRecord as error:
        return error


def _record(name: str, content: bytes) -> PortalRecord | MalformedRecord:
    try:
        if name.endswith(".json"):
            return json_form.parse(json.loads(content))
        return text_form.parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return MalformedRecord("it is not UTF-8")
    except json.JSONDecodeError as error:
        return MalformedRecord(f"it is not JSON ({error})")
    except MalformedRecord as error:
        return error
