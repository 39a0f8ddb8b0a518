"""How well and how fast a recogniser hears: error rates on a speech set, clean, by telephone and in noise.

python -m benchmarks.recognition var/bench/questions.tsv --json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import jiwer
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.conditions import CONDITIONS
from benchmarks.speech_sets import Clip, audio_of, read_manifest
from benchmarks.synthetic import make
from hotline.config import ROOT
from services.procedures import BUNDLED
from voicebot.audio import Samples
from voicebot.recognition.model import Model, load_model
from voicebot.recognition.spoken import spoken_form
from voicebot.settings import RecognitionSettings

RESAMPLES = 1000


@dataclass(frozen=True)
class Row:
    """Rates are shares (0.1 is 10 %); the interval holds 95 % of the resamples of the speakers."""

    set: str
    condition: str
    clips: int
    speakers: int
    wer: float
    wer_low: float
    wer_high: float
    cer: float
    exact: float  # share of clips without an error
    empty: float  # share of clips in which nothing was heard
    confidence: float  # mean of what the recogniser thinks of its transcripts
    rtf: float  # decoding time per second of audio, one thread


@dataclass(frozen=True)
class _Heard:
    speaker: str
    reference: str
    spoken: str
    confidence: float
    seconds: float
    decode_ms: float


def run(
    manifest: Path,
    model: str = "audio_models/recogniser",
    conditions: Sequence[str] = tuple(CONDITIONS),
    limit: int | None = None,
) -> list[Row]:
    """One row per condition. Raises ModelNotLoaded, ValueError for a bad manifest or sound file, OSError."""
    clips = list(audio_of(read_manifest(manifest)[:limit]))
    if not clips:
        raise ValueError(f"{manifest}: no clips")
    recogniser = load_model(RecognitionSettings(model=model))
    return [_row(manifest.stem, name, _hear(recogniser, clips, name)) for name in conditions]


def _hear(model: Model, clips: Iterable[tuple[Clip, Samples]], condition: str) -> list[_Heard]:
    heard = []
    for clip, samples in track(list(clips), condition, console=Console(stderr=True), transient=True):
        transcript = model.transcribe(CONDITIONS[condition](samples))
        heard.append(
            _Heard(
                clip.speaker, spoken_form(clip.text), transcript.spoken, transcript.confidence,
                transcript.seconds, transcript.decode_ms,
            )
        )  # fmt: skip
    return heard


def _row(name: str, condition: str, heard: list[_Heard]) -> Row:
    errors = {(h.reference, h.spoken): _word_errors(h) for h in heard}
    low, high = _interval(heard, errors)
    return Row(
        set=name,
        condition=condition,
        clips=len(heard),
        speakers=len({h.speaker for h in heard}),
        wer=sum(errors[h.reference, h.spoken] for h in heard) / sum(len(h.reference.split()) for h in heard),
        wer_low=low,
        wer_high=high,
        cer=float(jiwer.cer([h.reference for h in heard], [h.spoken for h in heard])),
        exact=float(np.mean([h.reference == h.spoken for h in heard])),
        empty=float(np.mean([not h.spoken for h in heard])),
        confidence=float(np.mean([h.confidence for h in heard])),
        rtf=sum(h.decode_ms for h in heard) / 1000 / sum(h.seconds for h in heard),
    )


def _word_errors(heard: _Heard) -> int:
    counted = jiwer.process_words(heard.reference, heard.spoken)
    return counted.substitutions + counted.deletions + counted.insertions


def _interval(heard: list[_Heard], errors: dict[tuple[str, str], int]) -> tuple[float, float]:
    """95 % of the word error rates when the speakers are drawn anew, with replacement."""
    by_speaker: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
    for h in heard:
        by_speaker[h.speaker] = by_speaker[h.speaker] + (errors[h.reference, h.spoken], len(h.reference.split()))
    totals = np.array(list(by_speaker.values()))
    drawn = np.random.default_rng(0).integers(len(totals), size=(RESAMPLES, len(totals)))
    sums = totals[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    return float(low), float(high)


def table(rows: Sequence[Row]) -> Table:
    made = Table(
        "set", "condition", "clips", "speakers", "WER %", "95 %", "CER %", "exact %", "empty %", "conf.", "RTF"
    )
    for row in rows:
        made.add_row(
            row.set, row.condition, str(row.clips), str(row.speakers), f"{100 * row.wer:.1f}",
            f"{100 * row.wer_low:.1f}-{100 * row.wer_high:.1f}", f"{100 * row.cer:.1f}", f"{100 * row.exact:.0f}",
            f"{100 * row.empty:.0f}", f"{row.confidence:.2f}", f"{row.rtf:.3f}",
        )  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="*", help="none: questions in synthetic voices, made now")
    parser.add_argument("--model", default="audio_models/recogniser")
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument("--limit", type=int, help="only the first clips of each set")
    parser.add_argument("--json", action="store_true", help="one JSON object per line instead of a table")
    args = parser.parse_args(arguments)
    try:
        manifests = args.manifests or [_synthetic()]
        rows = [row for manifest in manifests for row in run(manifest, args.model, args.conditions, args.limit)]
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    if args.json:
        sys.stdout.writelines(f"{json.dumps(asdict(row), ensure_ascii=False)}\n" for row in rows)
    else:
        Console(width=None if sys.stdout.isatty() else 140).print(table(rows))
    return 0


def _synthetic() -> Path:
    manifest = ROOT / "var" / "bench" / "questions.tsv"
    if not manifest.exists():
        make(BUNDLED, manifest)
    return manifest


if __name__ == "__main__":
    sys.exit(main())
