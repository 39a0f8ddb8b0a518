"""What training makes smaller: the losses of the ears (encoder and heads), or of the attention decoder on top of them.

The decoder learns after the ears, on an encoder that stays as it is: on little speech it would only pull at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers.modeling_outputs import BaseModelOutput

from audio_models.recogniser.training.batches import UNKNOWN, Batch
from audio_models.recogniser.training.model import Listener

LAYER_DECAY = 0.65  # of the learning rate, for each layer further down
SMOOTHING = 0.1
WRONG_HISTORY = 0.05  # of the tokens, so that decoding recovers from its own errors
PROMPT = ["<|startoftranscript|>", "<|vi|>", "<|transcribe|>", "<|notimestamps|>"]
END = "<|endoftext|>"
NOTHING = -100  # a label that is not learnt

Losses = Callable[[Listener, Batch, torch.device], dict[str, Tensor]]


@dataclass(frozen=True)
class Objective:
    losses: Losses
    weights: dict[str, float]
    groups: list[dict[str, Any]]  # of parameters, with `peak`: the highest learning rate


def ears(model: Listener, rate: float) -> Objective:
    """Heads learn fastest; the further down a pretrained layer, the less it is changed."""
    heads = [*model.ctc.parameters(), *model.turn.parameters(), *model.language.parameters()]
    encoder = model.encoder
    groups = [{"params": heads, "peak": 3 * rate}, {"params": [*encoder.layer_norm.parameters()], "peak": rate}]
    for depth, layer in enumerate(reversed(list(encoder.layers))):
        groups.append({"params": [*layer.parameters()], "peak": rate * LAYER_DECAY**depth})
    front = [*encoder.conv1.parameters(), *encoder.conv2.parameters()]
    groups.append({"params": front, "peak": rate * LAYER_DECAY ** len(encoder.layers)})
    return Objective(ears_losses, {"ctc": 1.0, "turn": 0.2, "language": 0.1}, groups)


def ears_losses(model: Listener, batch: Batch, device: torch.device) -> dict[str, Tensor]:
    states = model.encode(batch.features.to(device, non_blocking=True))
    log_probs = model.ctc(states).float().log_softmax(-1).transpose(0, 1)
    frames = torch.full((states.shape[0],), states.shape[1])
    per_clip = functional.ctc_loss(
        log_probs, batch.targets.to(device), frames, batch.sizes, reduction="none", zero_infinity=True
    )
    counts = batch.has_text.to(device)
    ctc = (per_clip / batch.sizes.clamp(min=1).to(device) * counts).sum() / counts.sum().clamp(min=1)
    judged = batch.turn_over != UNKNOWN
    turn = states.new_zeros(())
    if bool(judged.any()):
        said = batch.turn_over[judged].to(device).float()
        turn = functional.binary_cross_entropy_with_logits(model.turn_over(states)[judged].float(), said)
    language = functional.cross_entropy(model.language(states).float(), batch.language.to(device))
    return {"ctc": ctc, "turn": turn, "language": language}


def decoder(model: Listener, rate: float, tokenizer: Path) -> Objective:
    model.requires_grad_(False)
    learning = [*model.whisper.model.decoder.parameters()]
    for parameter in learning:
        parameter.requires_grad_(True)
    return Objective(DecoderLosses(tokenizer), {"attention": 1.0}, [{"params": learning, "peak": rate}])


class DecoderLosses:
    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._prompt = [self._number(token) for token in PROMPT]
        self._end = self._number(END)

    def _number(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the tokenizer lacks {token}")
        return number

    def __call__(self, model: Listener, batch: Batch, device: torch.device) -> dict[str, Tensor]:
        rows = [row for row, text in enumerate(batch.texts) if text]
        with torch.no_grad():
            states = model.encode(batch.features.to(device))[rows]
        tokens, labels = self._teach([batch.texts[row] for row in rows])
        tokens = self._muddled(tokens).to(device)
        output = model.whisper(encoder_outputs=BaseModelOutput(states), decoder_input_ids=tokens, use_cache=False)
        logits = output.logits.float().flatten(0, 1)
        wanted = labels.to(device).flatten()
        loss = functional.cross_entropy(logits, wanted, ignore_index=NOTHING, label_smoothing=SMOOTHING)
        known = wanted != NOTHING
        wrong = (logits.argmax(-1) != wanted)[known].float().mean()
        return {"attention": loss, "wrong": wrong}

    def _teach(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """(texts, tokens) what the decoder sees and what it is to say next."""
        encoded = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        width = len(self._prompt) + max(map(len, encoded), default=0)
        tokens = torch.full((len(texts), width), self._end)
        labels = torch.full((len(texts), width), NOTHING)
        for row, ids in enumerate(encoded):
            tokens[row, : len(self._prompt) + len(ids)] = torch.tensor([*self._prompt, *ids])
            labels[row, len(self._prompt) - 1 : len(self._prompt) + len(ids)] = torch.tensor([*ids, self._end])
        return tokens, labels

    def _muddled(self, tokens: Tensor) -> Tensor:
        wrong = torch.rand(tokens.shape) < WRONG_HISTORY
        wrong[:, : len(self._prompt)] = False
        return torch.where(wrong, torch.randint_like(tokens, self._end), tokens)


def trainable(objective: Objective) -> list[nn.Parameter]:
    return [parameter for group in objective.groups for parameter in group["params"]]
