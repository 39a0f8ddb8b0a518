"""Trains the recogniser on real and synthetic speech, on CUDA where there is one.

    python -m audio_models.recogniser.training.train --start checkpoint.pt --out var/recogniser/run-1 \
        --real cv/train.tsv --synthetic synthetic.tsv --foreign en.tsv other.tsv --minutes 90

`out/checkpoint.pt` is written every few minutes; the same command goes on from there until the minutes are over. A run
that is to go on from an earlier one, on this machine or another, starts from its checkpoint in a new folder. Each line
of `out/log.jsonl` says how far it is and how many sounds of held-out speakers it still gets wrong. `--decoder` trains
the attention decoder instead, on an encoder that stays as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: the feature workers would slow training down

import torch
from torch.utils.data import DataLoader

from audio_models.recogniser.training import objectives
from audio_models.recogniser.training.align import read_alignments
from audio_models.recogniser.training.batches import BatchStream, Plan, Source
from audio_models.recogniser.training.corpus import Corpus, open_corpus
from audio_models.recogniser.training.development import Development
from audio_models.recogniser.training.held_out import development, evaluated, fingerprint, is_held_out
from audio_models.recogniser.training.model import Listener, load
from audio_models.recogniser.training.places import PACKED
from audio_models.recogniser.training.trainer import Pace, Trainer

TOKENIZER = Path(__file__).parents[1] / "tokenizer.json"
FOREIGN_SHARE = 0.06  # recordings of each foreign set for each real one


def sources(real: list[Path], synthetic: list[Path], foreign: list[Path], packed: Path, share: float) -> list[Source]:
    """What training may hear. Raises ValueError when a speaker who only judges is in it."""
    corpora = [open_corpus(manifest, packed) for manifest in [*real, *synthetic]]
    aside = {fingerprint(clip.text) for corpus in corpora for clip in development(corpus.recordings)}
    found = [
        Source(_without(corpus, aside), read_alignments(corpus, packed), 1.0 if number < len(real) else share)
        for number, corpus in enumerate(corpora)
    ]
    others = [open_corpus(manifest, packed) for manifest in foreign]
    return found + [Source(other, {}, FOREIGN_SHARE, other.name) for other in others]


def _without(corpus: Corpus, aside: set[str]) -> Corpus:
    judges = evaluated()
    kept = [r for r in corpus.recordings if not is_held_out(r.speaker) and fingerprint(r.text) not in aside]
    if caught := [r.name for r in kept if fingerprint(r.speaker) in judges]:
        raise ValueError(f"{corpus.name}: {len(caught)} clips of speakers who only judge, {caught[0]} the first")
    return corpus.only(r for r in kept if fingerprint(r.text) not in judges)


def record(out: Path, found: list[Source], settings: dict[str, Any]) -> None:
    """Who and what was heard, as fingerprints, and on which machine: out/run.json, out/heard.sha."""
    recordings = [recording for source in found for recording in source.corpus.recordings]
    said = {recording.text for recording in recordings} | {recording.speaker for recording in recordings}
    (out / "heard.sha").write_text("\n".join(sorted(fingerprint(text) for text in said if text)) + "\n", "ascii")
    machine = {"processor": platform.processor() or platform.machine(), "threads": torch.get_num_threads(),
               "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None}  # fmt: skip
    clips = {source.corpus.name: len(source.corpus.recordings) for source in found}
    (out / "run.json").write_text(json.dumps({"machine": machine, "clips": clips, "settings": settings}, indent=2))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--synthetic", type=Path, nargs="*", default=[])
    parser.add_argument("--foreign", type=Path, nargs="*", default=[], help="sets named en.tsv and other.tsv")
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="more sets to watch, in held-out voices")
    parser.add_argument("--packed", type=Path, default=PACKED)
    parser.add_argument("--share", type=float, default=0.4, help="synthetic recordings for each real one")
    parser.add_argument("--encoder-layers", type=int, help="more than the checkpoint has: new ones on top")
    parser.add_argument("--decoder-layers", type=int, help="another number than the checkpoint has: a fresh decoder")
    parser.add_argument("--decoder", action="store_true", help="train the attention decoder, and nothing else")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=1.2e-4, help="the highest; the heads take three times it")
    parser.add_argument("--batch-seconds", type=float, default=Plan.batch_seconds)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kept = args.out / "checkpoint.pt"
    model = Listener(load(kept if kept.exists() else args.start), args.encoder_layers, args.decoder_layers)
    found = sources(args.real, args.synthetic, args.foreign, args.packed, args.share)
    plan = replace(Plan(), batch_seconds=args.batch_seconds)
    record(args.out, found, {"plan": asdict(plan), **{key: str(value) for key, value in vars(args).items()}})
    make = objectives.decoder(model, args.rate, TOKENIZER) if args.decoder else objectives.ears(model, args.rate)
    trainer = Trainer(model, make, args.out, Pace(args.minutes), device)
    stream = BatchStream(found, model.units, model.extractor(), plan, args.seed + trainer.steps)
    loader = DataLoader(stream, batch_size=None, num_workers=args.workers, prefetch_factor=4 if args.workers else None,
                        pin_memory=device.type == "cuda")  # fmt: skip
    watched = [] if args.decoder else [args.real[0], *args.dev]
    dev = {manifest.stem: Development(open_corpus(manifest, args.packed), model) for manifest in watched}
    if not trainer.over:
        trainer.run(loader, dev)


if __name__ == "__main__":
    main()
