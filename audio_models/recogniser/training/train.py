"""Trains the recogniser: the whole encoder and its heads, on real and synthetic speech, on CUDA where there is one.

    python -m audio_models.recogniser.training.train --start checkpoint.pt --out var/recogniser/run \
        --real cv/train.tsv --synthetic synthetic.tsv --foreign foreign.tsv --minutes 90

`out/checkpoint.pt` is written every few minutes; the same command goes on from there until the minutes are over. A run
that is to go on from the last one, on this machine or another, starts from its checkpoint in a new folder. Each line
of `out/log.jsonl` says how far it is and what it still gets wrong on held-out speakers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: the feature workers would slow training down

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from audio_models.recogniser.training.align import read_alignments
from audio_models.recogniser.training.batches import UNKNOWN, Batch, BatchStream, Plan, Source
from audio_models.recogniser.training.corpus import Corpus, open_corpus
from audio_models.recogniser.training.development import Development
from audio_models.recogniser.training.held_out import development, evaluated, fingerprint, is_held_out
from audio_models.recogniser.training.model import Listener, load
from audio_models.recogniser.training.places import PACKED

TURN, LANGUAGE = 0.2, 0.1  # weights of the losses besides CTC
WARM_UP = 150  # steps
FLOOR = 0.02  # of the highest learning rate, at the end
LAYER_DECAY = 0.8  # of the learning rate, for each layer further down


@dataclass(frozen=True)
class Pace:
    minutes: float
    rate: float  # highest learning rate, of the top layer; the heads take three times as much
    save_every: float = 8.0  # minutes


def sources(real: list[Path], synthetic: list[Path], foreign: list[Path], packed: Path, share: float) -> list[Source]:
    """What training may hear. Raises ValueError when a speaker or sentence that only judges is in it."""
    corpora = [open_corpus(manifest, packed) for manifest in [*real, *synthetic]]
    aside = {fingerprint(clip.text) for corpus in corpora for clip in development(corpus.recordings)}
    found = [
        Source(_without(corpus, aside), read_alignments(corpus, packed), 1.0 if number < len(real) else share)
        for number, corpus in enumerate(corpora)
    ]
    others = [open_corpus(manifest, packed) for manifest in foreign]
    found += [Source(other, {}, 0.06, language) for other in others for language in [other.name]]
    return found


def _without(corpus: Corpus, aside: set[str]) -> Corpus:
    judges = evaluated()
    kept = [r for r in corpus.recordings if not is_held_out(r.speaker) and fingerprint(r.text) not in aside]
    if caught := [r.name for r in kept if fingerprint(r.speaker) in judges]:
        raise ValueError(f"{corpus.name}: {len(caught)} clips of speakers who only judge, {caught[0]} the first")
    return corpus.only(r for r in kept if fingerprint(r.text) not in judges)


def losses(model: Listener, batch: Batch, device: torch.device) -> dict[str, Tensor]:
    states = model.encode(batch.features.to(device, non_blocking=True))
    log_probs = model.ctc(states).float().log_softmax(-1).transpose(0, 1)
    frames = torch.full((states.shape[0],), states.shape[1])
    per_clip = functional.ctc_loss(
        log_probs, batch.targets.to(device), frames, batch.sizes, reduction="none", zero_infinity=True
    )
    counts = batch.has_text.to(device)
    ctc = (per_clip / batch.sizes.clamp(min=1).to(device) * counts).sum() / counts.sum().clamp(min=1)
    judged = batch.turn_over != UNKNOWN
    turn = functional.binary_cross_entropy_with_logits(
        model.turn_over(states)[judged].float(), batch.turn_over[judged].to(device).float()
    ) if bool(judged.any()) else states.new_zeros(())  # fmt: skip
    language = functional.cross_entropy(model.language(states).float(), batch.language.to(device))
    return {"ctc": ctc, "turn": turn, "language": language}


class Trainer:
    def __init__(self, model: Listener, out: Path, pace: Pace, device: torch.device) -> None:
        self.model, self._out, self._pace, self._device = model.to(device), out, pace, device
        self._optimizer = torch.optim.AdamW(_groups(model, pace.rate), weight_decay=0.01, betas=(0.9, 0.98))
        self.steps, self._hours, self._spent = 0, 0.0, 0.0
        self._state = out / "optimizer.pt"
        if self._state.exists():
            saved = torch.load(self._state, map_location=device, weights_only=True)
            self._optimizer.load_state_dict(saved["optimizer"])
            self.steps, self._hours, self._spent = saved["step"], saved["hours"], saved["minutes"]

    @property
    def over(self) -> bool:
        return self._spent >= self._pace.minutes

    def _set_rate(self) -> None:
        """Linear warm-up, then linearly down to FLOOR over the minutes given."""
        left = max(0.0, 1 - self._spent / self._pace.minutes)
        scale = min(1.0, (self.steps + 1) / WARM_UP) * max(FLOOR, left)
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * scale

    def step(self, batch: Batch) -> dict[str, float]:
        self._set_rate()
        half = torch.bfloat16 if self._device.type == "cuda" else None
        with torch.autocast(self._device.type, dtype=half, enabled=half is not None):
            parts = losses(self.model, batch, self._device)
        total = parts["ctc"] + TURN * parts["turn"] + LANGUAGE * parts["language"]
        self._optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        self.steps += 1
        self._hours += batch.seconds / 3600
        return {name: value.item() for name, value in parts.items()}

    def run(self, batches: DataLoader[Batch], dev: dict[str, Development]) -> None:
        began = saved = time.monotonic()
        start, recent = self._spent, list[dict[str, float]]()
        for batch in batches:
            recent.append(self.step(batch))
            now = time.monotonic()
            self._spent = start + (now - began) / 60
            if now - saved > 60 * self._pace.save_every or self.over:
                saved = now
                self._report(recent, dev)
                recent.clear()
            if self.over:
                return

    def _report(self, recent: list[dict[str, float]], dev: dict[str, Development]) -> None:
        self._save()
        line: dict[str, Any] = {"minutes": self._spent, "step": self.steps, "hours_heard": self._hours}
        line |= {name: float(np.mean([losses[name] for losses in recent])) for name in recent[0]}
        line |= {name: part.measure(self.model, self._device) for name, part in dev.items()}
        text = json.dumps(_rounded(line))
        print(text, flush=True)
        with (self._out / "log.jsonl").open("a") as file:
            file.write(f"{text}\n")

    def _save(self) -> None:
        state = {"optimizer": self._optimizer.state_dict(), "step": self.steps, "hours": self._hours}
        state["minutes"] = self._spent
        for name, value in (("checkpoint.pt", self.model.checkpoint()), ("optimizer.pt", state)):
            partial = self._out / f"{name}.partial"
            torch.save(value, partial)
            partial.replace(self._out / name)


def _groups(model: Listener, rate: float) -> list[dict[str, Any]]:
    """Heads learn fastest; the further down a pretrained layer, the less it is changed."""
    layers = list(model.encoder.layers)
    heads = [*model.ctc.parameters(), *model.turn.parameters(), *model.language.parameters()]
    groups = [{"params": heads, "peak": 3 * rate}, {"params": [*model.encoder.layer_norm.parameters()], "peak": rate}]
    for depth, layer in enumerate(reversed(layers)):
        groups.append({"params": [*layer.parameters()], "peak": rate * LAYER_DECAY**depth})
    front = [*model.encoder.conv1.parameters(), *model.encoder.conv2.parameters()]
    groups.append({"params": front, "peak": rate * LAYER_DECAY ** len(layers)})
    return groups


def _rounded(line: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _rounded(value) if isinstance(value, dict) else round(value, 4) if isinstance(value, float) else value
        for key, value in line.items()
    }


def record(out: Path, found: list[Source], settings: dict[str, Any]) -> None:
    """Who and what was heard, as fingerprints, and on which machine: out/run.json, out/heard.sha."""
    said = {r.text for s in found for r in s.corpus.recordings} | {
        r.speaker for s in found for r in s.corpus.recordings
    }
    heard = sorted({fingerprint(text) for text in said if text})
    (out / "heard.sha").write_text("\n".join(heard) + "\n", "ascii")
    machine = {"processor": platform.processor() or platform.machine(), "threads": torch.get_num_threads(),
               "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None}  # fmt: skip
    clips = {source.corpus.name: len(source.corpus.recordings) for source in found}
    (out / "run.json").write_text(json.dumps({"machine": machine, "clips": clips, "settings": settings}, indent=2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--synthetic", type=Path, nargs="*", default=[])
    parser.add_argument("--foreign", type=Path, nargs="*", default=[], help="sets named en.tsv and other.tsv")
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="more sets to watch, in held-out voices")
    parser.add_argument("--packed", type=Path, default=PACKED)
    parser.add_argument("--share", type=float, default=0.5, help="synthetic recordings for each real one")
    parser.add_argument("--encoder-layers", type=int, help="more than the checkpoint has: new ones on top")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--rate", type=float, default=4e-4, help="highest learning rate")
    parser.add_argument("--batch-seconds", type=float, default=Plan.batch_seconds)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kept = args.out / "checkpoint.pt"
    model = Listener(load(kept if kept.exists() else args.start), args.encoder_layers)
    found = sources(args.real, args.synthetic, args.foreign, args.packed, args.share)
    plan = replace(Plan(), batch_seconds=args.batch_seconds)
    record(args.out, found, {"plan": asdict(plan), **{k: str(v) for k, v in vars(args).items()}})
    trainer = Trainer(model, args.out, Pace(args.minutes, args.rate), device)
    stream = BatchStream(
        found, model.units, FeatureExtractor(**model.shape["features"]), plan, args.seed + trainer.steps
    )
    loader = DataLoader(stream, batch_size=None, num_workers=args.workers, prefetch_factor=4 if args.workers else None,
                        pin_memory=device.type == "cuda")  # fmt: skip
    dev = {m.stem: Development(open_corpus(m, args.packed), model) for m in [args.real[0], *args.dev]}
    if not trainer.over:
        trainer.run(loader, dev)


if __name__ == "__main__":
    main()
