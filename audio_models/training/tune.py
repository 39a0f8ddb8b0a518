"""Tunes the upper half of the encoder and the CTC head on real and synthetic speech.

    python -m audio_models.training.tune --start checkpoint.pt --out run/ --train cv/train.tsv synthetic.tsv \
        --dev dev.tsv --minutes 60

The lower half stays as it is: its output is computed once for every clip drawn, in one random acoustic condition, and
serves a few passes of the upper half, which costs a third of training the whole. Rounds of fresh clips replace the
oldest ones. `out/checkpoint.pt` is written after each round; the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from torch import Tensor, nn
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

from audio_models.training.augment import Augmenter
from audio_models.training.held_out import is_held_out
from audio_models.training.syllables import inventory, text_units
from benchmarks.speech_sets import Clip, audio_of, read_manifest
from voicebot.audio import RATE, Samples
from voicebot.recognition.spoken import spoken_form

FROZEN_LAYERS = 2
ROUND_SECONDS = 600.0  # of new speech
ROUNDS_KEPT = 5
BATCH_FRAMES = 3000
LONGEST, SHORTEST = 9.0, 0.8  # s
SPEAKER_SHARE = 900.0  # s that one speaker may give, so that a few don't make the model theirs
Example = tuple[Tensor, str]  # output of the lower half (frames, width), spoken text


class Listener(nn.Module):
    """A Whisper encoder for any length, cut into two halves, with a CTC head on top."""

    def __init__(self, checkpoint: dict[str, Any]) -> None:
        super().__init__()
        shape = checkpoint["shape"]
        self.shape, self.units = shape, inventory()
        weights = {name: value.float() for name, value in checkpoint["model"].items()}
        config = WhisperConfig(
            vocab_size=weights["whisper.proj_out.weight"].shape[0], num_mel_bins=shape["features"]["feature_size"],
            d_model=shape["d_model"], encoder_layers=shape["encoder_layers"], decoder_layers=shape["decoder_layers"],
            encoder_attention_heads=shape["heads"], decoder_attention_heads=shape["heads"],
            encoder_ffn_dim=shape["ffn"], decoder_ffn_dim=shape["ffn"], attn_implementation="eager",
            pad_token_id=0, bos_token_id=0, eos_token_id=0, decoder_start_token_id=0,  # the decoder is never used
            max_source_positions=weights["whisper.model.encoder.embed_positions.weight"].shape[0],
        )  # fmt: skip
        self.whisper = WhisperForConditionalGeneration(config)
        self.ctc = nn.Linear(shape["d_model"], 1 + len(self.units))
        self.load_state_dict(_head_for(self.units, list(checkpoint["units"]), weights))
        self.extract = FeatureExtractor(**shape["features"])

    @property
    def encoder(self) -> Any:
        return self.whisper.model.encoder

    @torch.no_grad()
    def lower(self, samples: Samples) -> Tensor:
        features = torch.from_numpy(self.extract(samples.astype(np.float32) / 32768)[None, :, :-1]).float()
        hidden = functional.gelu(self.encoder.conv2(functional.gelu(self.encoder.conv1(features)))).permute(0, 2, 1)
        hidden = hidden + self.encoder.embed_positions.weight[: hidden.shape[1]]
        for layer in self.encoder.layers[:FROZEN_LAYERS]:
            hidden = _states(layer(hidden, None))
        return hidden[0]

    def upper(self, hidden: Tensor) -> Tensor:
        """(batch, frames, width) to logits (batch, frames, 1 + units)."""
        for layer in self.encoder.layers[FROZEN_LAYERS:]:
            hidden = _states(layer(hidden, None))
        logits: Tensor = self.ctc(self.encoder.layer_norm(hidden))
        return logits

    def trained(self) -> list[nn.Parameter]:
        return [*self.encoder.layers[FROZEN_LAYERS:].parameters(), *self.encoder.layer_norm.parameters()]


def _head_for(units: list[str], before: list[str], weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights with the head's rows in the order of `units`; units unknown so far start small and unlikely."""
    rows = {unit: row for row, unit in enumerate(["", *before])}
    weight, bias = weights["ctc.weight"], weights["ctc.bias"]
    known = [rows.get(unit) for unit in ["", *units]]
    new = [
        (weight[row], bias[row]) if row is not None else (torch.randn(weight.shape[1]) * 0.02, bias.min())
        for row in known
    ]
    head = {"ctc.weight": torch.stack([w for w, _ in new]), "ctc.bias": torch.stack([b for _, b in new])}
    return weights | head


def _states(output: Any) -> Tensor:
    states: Tensor = output[0] if isinstance(output, tuple) else output
    return states


def spoken(manifest: Path, held_out: bool) -> list[tuple[Samples, str]]:
    clips = [clip for clip in read_manifest(manifest) if is_held_out(clip.speaker) == held_out]
    random.shuffle(clips)
    spent: Counter[str] = Counter()
    wanted: list[Clip] = []
    for clip in clips:
        spent[clip.speaker] += 4  # s, the mean length
        if spent[clip.speaker] <= SPEAKER_SHARE and not any(c.isdigit() for c in clip.text):
            wanted.append(clip)
    heard = ((samples, spoken_form(clip.text)) for clip, samples in audio_of(wanted))
    return [(samples, text) for samples, text in heard if SHORTEST < len(samples) / RATE < LONGEST]


def fresh(model: Listener, source: Iterator[tuple[Samples, str]], augment: Augmenter, seconds: float) -> list[Example]:
    examples: list[Example] = []
    while seconds > 0:
        samples, text = next(source)
        lead, tail = (np.zeros(random.randrange(RATE // 4), np.int16) for _ in range(2))
        heard = augment(np.concatenate([lead, samples, tail]))
        examples.append((model.lower(heard).half(), text))
        seconds -= len(heard) / RATE
    return examples


def endlessly(sets: list[list[tuple[Samples, str]]]) -> Iterator[tuple[Samples, str]]:
    """Clips of the sets in turn, each set in a new order every time round."""
    streams = [_shuffled(clips) for clips in sets]
    while True:
        for stream in streams:
            yield next(stream)


def _shuffled(clips: list[tuple[Samples, str]]) -> Iterator[tuple[Samples, str]]:
    while True:
        yield from random.sample(clips, len(clips))


def batches(examples: list[Example]) -> list[list[Example]]:
    """Batches of like length, in random order."""
    made: list[list[Example]] = [[]]
    for example in sorted(examples, key=lambda example: len(example[0])):
        if len(example[0]) * (len(made[-1]) + 1) > BATCH_FRAMES and made[-1]:
            made.append([])
        made[-1].append(example)
    return random.sample(made, len(made))


def loss_of(model: Listener, batch: list[Example], ids: dict[str, int]) -> Tensor:
    lengths = [len(hidden) for hidden, _ in batch]
    padded = torch.zeros(len(batch), max(lengths), model.shape["d_model"])
    for row, (hidden, _) in enumerate(batch):
        padded[row, : len(hidden)] = hidden.float()
        for _ in range(1 + len(hidden) // 60):
            at = random.randrange(len(hidden))
            padded[row, at : at + random.randint(0, 14)] = 0
    targets = [[ids[unit] for unit in text_units(text) if unit in ids] for _, text in batch]
    log_probs = model.upper(padded).log_softmax(-1).transpose(0, 1)
    flat = torch.tensor([unit for target in targets for unit in target])
    sizes = torch.tensor([len(target) for target in targets])
    return functional.ctc_loss(log_probs, flat, torch.tensor(lengths), sizes, zero_infinity=True)


@torch.no_grad()
def unit_errors(model: Listener, examples: list[Example]) -> float:
    """Errors per sound unit of the best path, without lexicon or language model."""
    heard = []
    for hidden, _ in examples:
        path = torch.unique_consecutive(model.upper(hidden.float()[None])[0].argmax(-1)).tolist()
        heard.append(" ".join(model.units[unit - 1] for unit in path if unit))
    return float(jiwer.wer([" ".join(text_units(text)) for _, text in examples], heard))


class Trainer:
    def __init__(self, start: Path, out: Path, minutes: float, rate: float) -> None:
        self._file, self._minutes = out / "checkpoint.pt", minutes
        saved = torch.load(self._file if self._file.exists() else start, map_location="cpu")
        self.model = Listener(saved)
        self._ids = {unit: number for number, unit in enumerate(self.model.units, 1)}
        groups = [
            {"params": self.model.trained(), "peak": rate},
            {"params": [*self.model.ctc.parameters()], "peak": 5 * rate},
        ]
        self._optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
        self._began = time.monotonic() - 60 * float(saved.get("minutes", 0))
        self._step = int(saved.get("step", 0))
        if "optimizer" in saved:
            self._optimizer.load_state_dict(saved["optimizer"])

    @property
    def spent(self) -> float:
        """Minutes, those before an interruption included."""
        return (time.monotonic() - self._began) / 60

    def _set_rate(self) -> None:
        """Linear warm-up, then half a cosine down to 2 % over the minutes given."""
        part = min(1.0, self.spent / self._minutes)
        scale = min(1.0, (self._step + 1) / 100) * (0.02 + 0.49 * (1 + math.cos(math.pi * part)))
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * scale

    def one_pass(self, examples: list[Example]) -> float:
        losses = []
        for batch in batches(examples):
            self._set_rate()
            loss = loss_of(self.model, batch, self._ids)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([p for group in self._optimizer.param_groups for p in group["params"]], 1.0)
            self._optimizer.step()
            self._step += 1
            losses.append(loss.item())
        return float(np.mean(losses))

    def save(self) -> None:
        weights = {name: value.half() for name, value in self.model.state_dict().items()}
        state = {"shape": self.model.shape, "units": self.model.units, "model": weights, "step": self._step,
                 "minutes": self.spent, "optimizer": self._optimizer.state_dict()}  # fmt: skip
        partial = self._file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--train", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="further sets to watch, in held-out voices")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--rate", type=float, default=3e-4, help="highest learning rate; the head takes five times as much"
    )
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(args.start, args.out, args.minutes, args.rate)
    sets = [spoken(manifest, held_out=False) for manifest in args.train]
    augment = Augmenter([samples for part in sets for samples, _ in part[:200]])
    dev = {
        m.stem: [(trainer.model.lower(s), text) for s, text in spoken(m, held_out=True)[:60]]
        for m in [args.train[0], *args.dev]
    }
    source, kept = endlessly(sets), deque[list[Example]](maxlen=ROUNDS_KEPT)
    while trainer.spent < args.minutes:
        kept.append(fresh(trainer.model, source, augment, ROUND_SECONDS))
        examples = [example for part in kept for example in part]
        loss = trainer.one_pass(examples)
        trainer.save()
        errors = {name: round(unit_errors(trainer.model, part), 3) for name, part in dev.items()}
        print(
            json.dumps({"minutes": round(trainer.spent, 1), "loss": round(loss, 3), "unit_errors": errors}), flush=True
        )


if __name__ == "__main__":
    main()
