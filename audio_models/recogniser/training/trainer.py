"""The training loop: so many minutes, a checkpoint every few, and on again from the last one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from audio_models.recogniser.training.batches import Batch
from audio_models.recogniser.training.development import Development
from audio_models.recogniser.training.model import Listener
from audio_models.recogniser.training.objectives import Objective, trainable

WARM_UP = 150  # steps
FLOOR = 0.02  # of the highest learning rate, at the end


@dataclass(frozen=True)
class Pace:
    minutes: float
    save_every: float = 6.0  # minutes


class Trainer:
    """Keeps `checkpoint.pt`, `optimizer.pt` and `log.jsonl` in `out`."""

    def __init__(self, model: Listener, objective: Objective, out: Path, pace: Pace, device: torch.device) -> None:
        self.model, self._objective, self._out, self._pace, self._device = (
            model.to(device),
            objective,
            out,
            pace,
            device,
        )
        self._optimizer = torch.optim.AdamW(objective.groups, lr=0.0, weight_decay=0.01, betas=(0.9, 0.98))
        self.steps, self._hours, self._spent = 0, 0.0, 0.0
        state = out / "optimizer.pt"
        if state.exists():
            saved = torch.load(state, map_location=device, weights_only=True)
            self._optimizer.load_state_dict(saved["optimizer"])
            self.steps, self._hours, self._spent = saved["step"], saved["hours"], saved["minutes"]

    @property
    def over(self) -> bool:
        return self._spent >= self._pace.minutes

    def run(self, batches: Iterable[Batch], dev: dict[str, Development]) -> None:
        began = saved = time.monotonic()
        start, recent = self._spent, list[dict[str, float]]()
        for batch in batches:
            recent.append(self._step(batch))
            now = time.monotonic()
            self._spent = start + (now - began) / 60
            if now - saved > 60 * self._pace.save_every or self.over:
                saved = now
                self._report(recent, dev)
                recent.clear()
            if self.over:
                return

    def _step(self, batch: Batch) -> dict[str, float]:
        self._set_rate()
        on_gpu = self._device.type == "cuda"
        with torch.autocast(self._device.type, dtype=torch.bfloat16 if on_gpu else None, enabled=on_gpu):
            parts = self._objective.losses(self.model, batch, self._device)
        total = sum((weight * parts[name] for name, weight in self._objective.weights.items()), torch.zeros(()))
        self._optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trainable(self._objective), 1.0)
        self._optimizer.step()
        self.steps += 1
        self._hours += batch.seconds / 3600
        return {name: value.item() for name, value in parts.items()}

    def _set_rate(self) -> None:
        """Linear warm-up, then linearly down to FLOOR over the minutes given."""
        left = max(0.0, 1 - self._spent / self._pace.minutes)
        scale = min(1.0, (self.steps + 1) / WARM_UP) * max(FLOOR, left)
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * scale

    def _report(self, recent: list[dict[str, float]], dev: dict[str, Development]) -> None:
        self._save()
        line: dict[str, Any] = {"minutes": self._spent, "step": self.steps, "hours_heard": self._hours}
        line |= {name: float(np.mean([losses[name] for losses in recent])) for name in recent[0]}
        line |= {name: part.measure(self.model, self._device) for name, part in dev.items()}
        text = json.dumps({key: round(value, 4) for key, value in line.items()})
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
