"""Speech sets as training reads them: all audio of a set in one memory-mapped file, decoded once.

The files lie in an ignored folder (`var/recogniser/packed`): NAME.i16 (samples at 16 kHz, one clip after another) and
NAME.tsv (clip, speaker, first sample, length, spoken text).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.speech_sets import audio_of, read_manifest
from voicebot.audio import Samples
from voicebot.recognition.spoken import spoken_form


@dataclass(frozen=True)
class Recording:
    name: str
    speaker: str
    start: int
    length: int  # samples
    text: str  # spoken form; empty where there are no words or where they are not Vietnamese


class Corpus:
    def __init__(self, name: str, recordings: list[Recording], audio: Samples) -> None:
        self.name, self.recordings, self._audio = name, recordings, audio

    def samples(self, recording: Recording) -> Samples:
        """(n,) at 16 kHz, a view of the file."""
        part: Samples = self._audio[recording.start : recording.start + recording.length]
        return part

    def only(self, recordings: Iterable[Recording]) -> Corpus:
        return Corpus(self.name, list(recordings), self._audio)


def open_corpus(manifest: Path, packed: Path) -> Corpus:
    """Decodes the set the first time. Raises ValueError for a bad manifest or sound file, OSError."""
    index, data = packed / f"{manifest.stem}.tsv", packed / f"{manifest.stem}.i16"
    if not index.exists() or index.stat().st_mtime < manifest.stat().st_mtime:
        packed.mkdir(parents=True, exist_ok=True)
        _pack(manifest, index, data)
    with index.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        recordings = [Recording(name, speaker, int(start), int(n), text) for name, speaker, start, n, text in rows]
    return Corpus(manifest.stem, recordings, np.memmap(data, np.int16, "r"))


def _pack(manifest: Path, index: Path, data: Path) -> None:
    partial, start = index.with_suffix(".partial"), 0
    with data.open("wb") as audio, partial.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\")
        for clip, samples in audio_of(read_manifest(manifest)):
            audio.write(samples.tobytes())
            rows.writerow([clip.name, clip.speaker, start, len(samples), spoken_form(clip.text)])
            start += len(samples)
    partial.replace(index)
