"""Where the syllables of a known text lie in its recording, and how well the two go together.

    python -m audio_models.recogniser.training.align audio_models/recogniser cv/train.tsv synthetic.tsv

Writes NAME.alignment.npz beside each packed set: `names` (n,), `fit` (n,) (mean logarithm of the probability of the
text's units where they are spoken; -30 where the text is longer than the sound), `ends` (total,) samples after which
each syllable is over, `counts` (n,) syllables per recording. Training leaves out what an earlier model cannot align
and cuts sentences short at the ends of words.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio_models.recogniser.training.corpus import Corpus, open_corpus
from audio_models.recogniser.training.places import PACKED
from audio_models.recogniser.training.syllables import sound_units
from voicebot.recognition.ctc import CtcEngine
from voicebot.recognition.heads import FRAME, LogProbs

HOPELESS = -30.0


@dataclass(frozen=True)
class Alignment:
    fit: float
    ends: NDArray[np.int64]  # (syllables,) samples


def viterbi(log_probs: LogProbs, units: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Place in blank, unit, blank, unit, … blank for every frame of the likeliest path; None when there is none."""
    frames, places = len(log_probs), 2 * len(units) + 1
    labels = np.zeros(places, np.int64)
    labels[1::2] = units
    may_skip = np.zeros(places, bool)
    may_skip[3::2] = units[1:] != units[:-1]
    emitted = log_probs[:, labels]
    score = np.full(places, -np.inf)
    score[:2] = emitted[0, :2]
    moves = np.zeros((frames, places), np.int8)
    one, two = np.full(places, -np.inf), np.full(places, -np.inf)
    for frame in range(1, frames):
        one[1:] = score[:-1]
        two[2:] = np.where(may_skip[2:], score[:-2], -np.inf)
        choices = np.stack([score, one, two])
        moves[frame] = choices.argmax(axis=0)
        score = choices.max(axis=0) + emitted[frame]
    place = places - 1 if score[-1] >= score[-2] else places - 2
    if not np.isfinite(score[place]):
        return None
    path = np.zeros(frames, np.int64)
    for frame in range(frames - 1, -1, -1):
        path[frame] = place
        place -= int(moves[frame, place])
    return path


def align(log_probs: LogProbs, syllables: list[list[int]]) -> Alignment:
    units = np.array([unit for syllable in syllables for unit in syllable], np.int64)
    path = viterbi(log_probs, units) if len(units) else None
    if path is None:
        return Alignment(HOPELESS, np.zeros(0, np.int64))
    labels = np.zeros(2 * len(units) + 1, np.int64)
    labels[1::2] = units
    spoken = path % 2 == 1
    fit = float(log_probs[np.arange(len(path)), labels[path]][spoken].mean())
    last_unit = np.cumsum([len(syllable) for syllable in syllables]) - 1
    last_frame = np.array([np.flatnonzero(path == 2 * unit + 1)[-1] for unit in last_unit])
    return Alignment(fit, (last_frame + 1) * FRAME)


_engine: CtcEngine


def _start(model: Path) -> None:
    global _engine  # noqa: PLW0603  # one model per worker process
    _engine = CtcEngine(model)


def _align_part(manifest: Path, packed: Path, part: range) -> list[Alignment]:
    corpus = open_corpus(manifest, packed)
    numbers = {unit: number for number, unit in enumerate(_engine.heads.units, 1)}
    found = []
    for recording in corpus.recordings[part.start : part.stop]:
        syllables = [[numbers[u] for u in sound_units(s) if u in numbers] for s in recording.text.split()]
        if not all(syllables) or not syllables:
            found.append(Alignment(HOPELESS, np.zeros(0, np.int64)))
            continue
        states = _engine.states(np.array(corpus.samples(recording)))
        found.append(align(_engine.log_probs(states), syllables))
    return found


def align_set(model: Path, manifest: Path, packed: Path, workers: int) -> Path:
    corpus, step = open_corpus(manifest, packed), 200
    parts = [range(at, at + step) for at in range(0, len(corpus.recordings), step)]
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(model,)) as pool:
        jobs = [pool.submit(_align_part, manifest, packed, part) for part in parts]
        found = [alignment for job in jobs for alignment in job.result()]
    file = alignment_file(corpus, packed)
    np.savez_compressed(
        file, names=[r.name for r in corpus.recordings], fit=[a.fit for a in found],
        ends=np.concatenate([a.ends for a in found]), counts=[len(a.ends) for a in found],
    )  # fmt: skip
    return file


def alignment_file(corpus: Corpus, packed: Path) -> Path:
    return packed / f"{corpus.name}.alignment.npz"


def read_alignments(corpus: Corpus, packed: Path) -> dict[str, Alignment]:
    """Of every recording by name; nothing when the set was never aligned."""
    file = alignment_file(corpus, packed)
    if not file.exists():
        return {}
    stored = np.load(file)
    ends = np.split(stored["ends"], np.cumsum(stored["counts"])[:-1])
    return {str(n): Alignment(float(f), e) for n, f, e in zip(stored["names"], stored["fit"], ends, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="an earlier recogniser")
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--packed", type=Path, default=PACKED)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    for manifest in args.sets:
        fit = np.load(align_set(args.model, manifest, args.packed, args.workers))["fit"]
        print(f"{manifest.stem}: {len(fit)} recordings, fit at 5, 25, 50 %: {np.quantile(fit, [0.05, 0.25, 0.5])}")


if __name__ == "__main__":
    main()
