"""Lexicon and trigram model for a CTC recogniser, from transcripts and sentences.

    python -m audio_models.training.build_language_model audio_models/recogniser \
        --transcripts cv/train.tsv --sentences sentences.txt --examples dialogs/data/nlu --texts portal.txt

Every legal syllable that the head can spell is in the lexicon; those never seen get a floor. Probabilities are
interpolated after Witten and Bell, which suits sentences from templates better than Kneser-Ney: there, counts of
counts say nothing about the language.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from audio_models.training.syllables import legal_syllables, sound_units, text_units
from benchmarks.speech_sets import read_manifest
from language.vi.lexicon import FOREIGN
from voicebot.recognition.ngram import END, FIRST_WORD, START
from voicebot.recognition.spoken import spoken_form

Ngram = tuple[int, ...]
PRUNED = {2: 0.25, 3: 0.5}  # n-grams with a weighted count up to this are left to the shorter one
TRANSCRIPT, EXAMPLE, SENTENCE, TEXT = 1.0, 2.0, 0.3, 0.1  # what one line of each source counts


def build_lexicon(units: set[str]) -> dict[str, list[str]]:
    """Words with their units, in alphabetical order."""
    lexicon = {word: text_units(said) for word, said in FOREIGN.items() if " " in said and " " not in word}
    lexicon |= {syllable: sound_units(syllable) for syllable in legal_syllables()}
    return {word: said for word, said in sorted(lexicon.items()) if units.issuperset(said)}


def examples_in(directory: Path) -> Iterator[str]:
    """Utterances in the NLU files of Rasa, without their annotations."""
    for file in sorted(directory.glob("*.yml")):
        for line in re.findall(r"^ +- (?!intent:)(.+)$", file.read_text("utf-8"), re.MULTILINE):
            yield re.sub(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})", r"\1", line)


def count(lines: Iterable[str], numbers: dict[str, int], weight: float, counts: Counter[Ngram]) -> None:
    """Adds the n-grams of orders 1 to 3; a word outside the lexicon cuts a line in two."""
    for line in lines:
        words = [START, *(numbers.get(word, -1) for word in line.split()), END]
        for end in range(1, len(words)):
            for start in range(end, max(-1, end - 3), -1):
                if words[start] < 0:
                    break
                if (start, end) != (0, 0):
                    counts[tuple(words[start : end + 1])] += weight  # type: ignore[assignment]


def estimate(counts: Counter[Ngram], words: int) -> tuple[dict[Ngram, float], dict[Ngram, float]]:
    """P(last | rest) of every n-gram, and the weight with which each history passes on to the shorter one."""
    totals: dict[Ngram, float] = defaultdict(float)
    kinds: Counter[Ngram] = Counter()
    for ngram, times in counts.items():
        totals[ngram[:-1]] += times
        kinds[ngram[:-1]] += 1
    backoff = {history: kinds[history] / (kinds[history] + total) for history, total in totals.items()}
    probability: dict[Ngram, float] = {}
    for word in range(1, words):
        probability[(word,)] = (1 - backoff[()]) * counts[(word,)] / totals[()] + backoff[()] / words
    for ngram in sorted((n for n in counts if len(n) > 1), key=len):
        history = ngram[:-1]
        shorter = probability[ngram[1:]]
        probability[ngram] = (1 - backoff[history]) * counts[ngram] / totals[history] + backoff[history] * shorter
    return probability, backoff


def save(file: Path, probability: dict[Ngram, float], backoff: dict[Ngram, float], words: int) -> None:
    arrays: dict[str, np.ndarray] = {}
    arrays["unigram"] = np.log([probability.get((word,), 1e-9) for word in range(words)]).astype(np.float16)
    arrays["backoff"] = np.log([backoff.get((word,), 1.0) for word in range(words)]).astype(np.float16)
    tables = {"bigram": (2, probability), "trigram": (3, probability), "bigram_backoff": (2, backoff)}
    for name, (order, values) in tables.items():
        ngrams = sorted(ngram for ngram in values if len(ngram) == order)
        arrays[f"{name}_words"] = np.array(ngrams, np.uint16).reshape(-1, order)
        arrays[name] = np.log([values[ngram] for ngram in ngrams]).astype(np.float16)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="directory with ctc.npz; gets lexicon.txt and lm.npz")
    parser.add_argument("--transcripts", type=Path, nargs="*", default=[], help="manifests of speech sets")
    parser.add_argument("--sentences", type=Path, nargs="*", default=[], help="what callers say, one a line")
    parser.add_argument("--examples", type=Path, nargs="*", default=[], help="directories of Rasa NLU files")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="other lines of the same field")
    args = parser.parse_args()
    units = {str(unit) for unit in np.load(args.model / "ctc.npz")["units"]}
    lexicon = build_lexicon(units)
    numbers = {word: number for number, word in enumerate(lexicon, FIRST_WORD)}
    counts: Counter[Ngram] = Counter()
    for manifest in args.transcripts:
        count(sorted({spoken_form(clip.text) for clip in read_manifest(manifest)}), numbers, TRANSCRIPT, counts)
    for directory in args.examples:
        count(map(spoken_form, examples_in(directory)), numbers, EXAMPLE, counts)
    for weight, files in ((SENTENCE, args.sentences), (TEXT, args.texts)):
        for file in files:
            count(map(spoken_form, file.read_text("utf-8").splitlines()), numbers, weight, counts)
    kept = Counter({ngram: times for ngram, times in counts.items() if times > PRUNED.get(len(ngram), 0)})
    words = len(lexicon) + FIRST_WORD
    save(args.model / "lm.npz", *estimate(kept, words), words)
    lines = [f"{word}\t{' '.join(said)}\n" for word, said in lexicon.items()]
    (args.model / "lexicon.txt").write_text("".join(lines), "utf-8")
    orders = Counter(map(len, kept))
    print(f"{len(lexicon)} words, {orders[2]} bigrams, {orders[3]} trigrams")


if __name__ == "__main__":
    main()
