"""How well and how fast a recogniser hears, on speech sets and on sounds that are no speech.

    voicebot bench recognition [cv/eval.tsv …] [--model DIR] [--against DIR] [--full] [--card MODEL_CARD.md]

Without a set: questions in synthetic voices, made now. `--against` compares two models on the same clips. `--full`
adds answers (numbers, codes, dates, wards), groups of speakers, sounds without words, the end of the turn and the
language; `--card` does that and puts the tables between the marks `<!-- figures -->` of a model card.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks import recognition_tables as tables
from benchmarks.answers import ANSWERS, spoken_answers
from benchmarks.conditions import CONDITIONS
from benchmarks.judgements import judge_language, judge_turns
from benchmarks.other_sounds import other_sounds
from benchmarks.recognition_tables import AnswerRow, Comparison, Row, SoundRow
from benchmarks.speech_sets import Clip, audio_of, read_manifest
from benchmarks.synthetic import make
from benchmarks.word_errors import Heard, difference
from hotline.config import ROOT
from services.procedures import BUNDLED
from voicebot.audio import Samples
from voicebot.recognition.ctc import CtcEngine
from voicebot.recognition.model import Model, load_model
from voicebot.recognition.spoken import spoken_form
from voicebot.settings import RecognitionSettings

SHIPPED = "audio_models/recogniser"
SPOKEN_ANSWERS = 126  # of each kind: every ward once
ANSWER_CONDITIONS = ("clean", "telephone", "telephone, noise 10 dB")
Clips = list[tuple[Clip, Samples]]


def run(
    manifest: Path, model: str = SHIPPED, conditions: Sequence[str] = tuple(CONDITIONS), limit: int | None = None
) -> list[Row]:
    """One row per condition. Raises ModelNotLoaded, ValueError for a bad manifest or sound file, OSError."""
    clips = _read(manifest, limit)
    recogniser = _load(model)
    return [tables.row(manifest.stem, name, hear(recogniser, clips, name)) for name in conditions]


def _read(manifest: Path, limit: int | None) -> Clips:
    clips = list(audio_of(read_manifest(manifest)[:limit]))
    if not clips:
        raise ValueError(f"{manifest}: no clips")
    return clips


def _load(model: str) -> Model:
    return load_model(RecognitionSettings(model=model))


def hear(model: Model, clips: Clips, condition: str) -> list[Heard]:
    heard = []
    for clip, samples in _shown(clips, condition):
        transcript = model.transcribe(CONDITIONS[condition](samples))
        group = " ".join(part for part in (clip.gender, clip.age) if part)
        heard.append(
            Heard(
                clip.name, clip.speaker, group, spoken_form(clip.text), transcript.spoken, transcript.confidence,
                transcript.seconds, transcript.decode_ms,
            )
        )  # fmt: skip
    return heard


def _shown(items: Sequence[tuple[Clip, Samples]], title: str) -> Iterable[tuple[Clip, Samples]]:
    return track(items, title, console=Console(stderr=True), transient=True)


def measure(manifest: Path, args: argparse.Namespace) -> list[tables.Result]:
    """Rows of one set: each condition, without the language model where there is one, groups, comparison."""
    clips, model = _read(manifest, args.limit), _load(args.model)
    against = _load(args.against) if args.against else None
    found: list[tables.Result] = []
    for condition in args.conditions:
        heard = hear(model, clips, condition)
        found.append(tables.row(manifest.stem, condition, heard))
        if args.full and isinstance(model.engine, CtcEngine):
            bare = hear(Model(model.engine.without_language_model()), clips, condition)
            found.append(tables.row(manifest.stem, f"{condition}, lexicon alone", bare))
        if args.full:
            found += tables.groups(manifest.stem, condition, heard)
        if against:
            change = difference(heard, hear(against, clips, condition))
            found.append(Comparison(manifest.stem, condition, args.model, args.against, change))
    if args.full and isinstance(model.engine, CtcEngine):
        found.append(judge_turns(model.engine, manifest.stem, clips))
    return found


def measure_answers(model: Model) -> list[AnswerRow]:
    """Whole answers heard without an error, when the dialogue has said what it expects and when it has not."""
    rows = []
    for kind in ANSWERS:
        answers = list(spoken_answers(kind, SPOKEN_ANSWERS))
        for condition in ANSWER_CONDITIONS:
            heard = [CONDITIONS[condition](samples) for _, samples in answers]
            texts = [text for text, _ in answers]
            told = [model.transcribe(audio, kind).spoken for audio in heard]
            untold = [model.transcribe(audio).spoken for audio in heard]
            rows.append(tables.answer_row(kind, condition, texts, told, untold))
    return rows


def measure_sounds(model: Model) -> list[SoundRow]:
    counted: dict[str, list[str]] = {}
    for kind, samples in other_sounds():
        counted.setdefault(kind, []).append(model.transcribe(samples).spoken)
    return [SoundRow(kind, len(heard), sum(map(bool, heard))) for kind, heard in counted.items()]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="*", help="none: questions in synthetic voices")
    parser.add_argument("--model", default=SHIPPED)
    parser.add_argument("--against", help="a second model, on the same clips")
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument("--limit", type=int, help="only the first clips of each set")
    parser.add_argument("--full", action="store_true", help="answers, groups, other sounds, turns, language as well")
    parser.add_argument("--card", type=Path, help="put the tables of --full into this file")
    parser.add_argument("--json", action="store_true", help="one JSON object per line instead of tables")
    args = parser.parse_args(arguments)
    args.full = args.full or bool(args.card)
    try:
        manifests = args.manifests or [_synthetic()]
        results = [result for manifest in manifests for result in measure(manifest, args)]
        results += _beyond_sets(args.model) if args.full else []
        if args.card:
            tables.write_card(args.card, results)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    if args.json:
        sys.stdout.writelines(
            f"{json.dumps({'table': type(r).__name__, **asdict(r)}, ensure_ascii=False)}\n" for r in results
        )
    else:
        for table in tables.tables(results):
            Console(width=None if sys.stdout.isatty() else 150).print(table)
    return 0


def _beyond_sets(name: str) -> list[tables.Result]:
    model = _load(name)
    found: list[tables.Result] = [*measure_answers(model), *measure_sounds(model)]
    if isinstance(model.engine, CtcEngine):
        found.append(judge_language(model.engine))
    return found


def _synthetic() -> Path:
    manifest = ROOT / "var" / "bench" / "questions.tsv"
    if not manifest.exists():
        make(BUNDLED, manifest)
    return manifest


if __name__ == "__main__":
    sys.exit(main())
