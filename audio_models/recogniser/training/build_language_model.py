"""Lexicon and language models of the recogniser.

    python -m audio_models.recogniser.training.build_language_model audio_models/recogniser \
        --transcripts cv/train.tsv --examples dialogs/data/nlu --portal var/recogniser/portal.txt

Every legal syllable that the head can spell is in the lexicon. The general model mixes transcripts, what callers say
(grammar, examples of the dialogue), written and general text (`text/`) and the portal; the mixture suits the
transcripts of development speakers and every fiftieth line of `text/`, which are kept out of it. For each kind of
answer that the dialogue may expect there is a model of its own, from the grammar's [expected_KIND].
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from audio_models.recogniser.training.caller_sentences import Caller, bundled_caller
from audio_models.recogniser.training.held_out import development, evaluated, fingerprint
from audio_models.recogniser.training.syllables import legal_syllables, sound_units, text_units
from audio_models.recogniser.training.trigrams import KneserNey, lines_of, mix, mixture_weights, save
from benchmarks.answers import ANSWERS
from benchmarks.speech_sets import read_manifest
from language.vi.lexicon import FOREIGN
from voicebot.recognition.ngram import FIRST_WORD
from voicebot.recognition.spoken import spoken_form

TEXT = Path(__file__).parents[1] / "text"
HELD_OUT_EVERY = 50  # lines of the text
SENTENCES = 30_000  # from the grammar
SENTENCES_OF_A_KIND = 20_000  # for each kind of answer
PRUNED = 1e-8  # see `mix`; the models of answers are small anyway
CALLERS_SHARE = 0.3  # of the mixture at least: this is what the recogniser is for


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


def written_text() -> list[str]:
    return [spoken_form(line) for file in sorted(TEXT.glob("*.txt")) for line in file.read_text("utf-8").splitlines()]


def general_model(args: argparse.Namespace, caller: Caller, numbers: dict[str, int], words: int) -> None:
    clips = [clip for manifest in args.transcripts for clip in read_manifest(manifest)]
    tuning = {spoken_form(clip.text) for clip in development(clips)}
    text = written_text()
    tuning |= set(text[::HELD_OUT_EVERY])

    def kept(lines: list[str]) -> list[str]:
        judges = evaluated()
        return [line for line in lines if line not in tuning and fingerprint(line) not in judges]

    grammar = [caller.say() for _ in range(SENTENCES)]
    examples = [spoken_form(line) for directory in args.examples for line in examples_in(directory)]
    portal = [line for file in args.portal for line in file.read_text("utf-8").splitlines()]
    said = {spoken_form(clip.text) for clip in clips}
    texts = [grammar + examples, sorted(said), text, portal]
    kinds = [KneserNey(lines_of(kept(lines), numbers), words) for lines in texts if lines]
    held_out = lines_of(sorted(tuning), numbers)
    weights = mixture_weights(kinds, held_out)
    rest = sum(weights[1:])
    callers = max(weights[0], CALLERS_SHARE)
    weights = [callers, *(weight / rest * (1 - callers) for weight in weights[1:])]
    model = mix(kinds, weights, words, PRUNED)
    save(args.model / "lm.npz", model, words)
    shares = " ".join(f"{weight:.3f}" for weight in weights)
    print(f"{len(model.probability)} n-grams, shares {shares}, perplexity {model.perplexity(held_out):.0f}")


def answer_models(model: Path, caller: Caller, numbers: dict[str, int], words: int) -> None:
    (model / "expected").mkdir(exist_ok=True)
    for kind in ANSWERS:
        said = [caller.say(f"expected_{kind}") for _ in range(SENTENCES_OF_A_KIND)]
        kneser_ney = KneserNey(lines_of(said, numbers), words)
        save(model / "expected" / f"{kind}.npz", mix([kneser_ney], [1.0], words, PRUNED), words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="directory with heads.npz; gets lexicon.txt, lm.npz and expected/")
    parser.add_argument("--transcripts", type=Path, nargs="*", default=[], help="manifests of speech sets")
    parser.add_argument("--examples", type=Path, nargs="*", default=[], help="directories of Rasa NLU files")
    parser.add_argument("--portal", type=Path, nargs="*", default=[], help="what `portal_text` gives")
    args = parser.parse_args()
    units = {str(unit) for unit in np.load(args.model / "heads.npz")["units"]}
    lexicon = build_lexicon(units)
    numbers = {word: number for number, word in enumerate(lexicon, FIRST_WORD)}
    words, caller = len(lexicon) + FIRST_WORD, bundled_caller()
    lines = [f"{word}\t{' '.join(said)}\n" for word, said in lexicon.items()]
    (args.model / "lexicon.txt").write_text("".join(lines), "utf-8")
    general_model(args, caller, numbers, words)
    answer_models(args.model, caller, numbers, words)


if __name__ == "__main__":
    main()
