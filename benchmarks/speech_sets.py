"""Speech sets: a TSV manifest (tab-separated, header, no quoting) with the columns `clip`, `speaker` and `text`;
also `gender` and `age` where known.

With a column `shard`, clip X is the only member named X.* of that tar file beside the manifest; without it, `clip` is
the path of a sound file, relative to the manifest.
"""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePath
from typing import BinaryIO

from voicebot.audio import Samples
from voicebot.recognition.files import load_audio


@dataclass(frozen=True)
class Clip:
    name: str
    speaker: str
    text: str
    file: Path  # the sound file, or the tar that holds it
    in_tar: bool
    gender: str = ""  # as the set says, where it does
    age: str = ""


def read_manifest(manifest: Path) -> list[Clip]:
    """Raises ValueError when a column is missing, OSError when the file cannot be read."""
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if missing := {"clip", "speaker", "text"} - set(rows.fieldnames or ()):
            raise ValueError(f"{manifest}: no column {', '.join(sorted(missing))}")
        return [_clip(row, manifest.parent) for row in rows]


def _clip(row: dict[str, str], directory: Path) -> Clip:
    shard = row.get("shard")
    return Clip(row["clip"], row["speaker"], row["text"], directory / (shard or row["clip"]), bool(shard),
                row.get("gender") or "", row.get("age") or "")  # fmt: skip


def audio_of(clips: Iterable[Clip]) -> Iterator[tuple[Clip, Samples]]:
    """Each clip with its samples at 16 kHz, in the order of the files."""
    for file, group in groupby(sorted(clips, key=lambda clip: (str(clip.file), clip.name)), key=lambda clip: clip.file):
        wanted = {clip.name: clip for clip in group}
        if not next(iter(wanted.values())).in_tar:
            yield from ((clip, load_audio(file)) for clip in wanted.values())
            continue
        for name, content in _members(file):
            if clip := wanted.get(name):
                yield clip, load_audio(content)


def _members(tar_file: Path) -> Iterator[tuple[str, BinaryIO]]:
    with tarfile.open(tar_file) as tar:
        for member in tar:
            if content := tar.extractfile(member):
                yield PurePath(member.name).stem, io.BytesIO(content.read())
