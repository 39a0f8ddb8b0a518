"""The recogniser as training sees it: a Whisper encoder for audio of any length, and what is read off its output.

Heads: `ctc` (parts of syllables, 20 ms a frame), `turn` (has the speaker finished?), `language` (one of LANGUAGES).
The attention decoder is Whisper's own. A checkpoint is a dictionary: `shape`, `units`, `model` (half-precision state).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from faster_whisper.feature_extractor import FeatureExtractor
from torch import Tensor, nn
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

from audio_models.recogniser.training.syllables import inventory
from voicebot.recognition.heads import TURN_FRAMES

LANGUAGES = ["vi", "en", "other"]
HIDDEN = 64
Checkpoint = dict[str, Any]


class PooledHead(nn.Module):
    """One answer about a stretch of frames: attention of a single query, then a small perceptron."""

    def __init__(self, width: int, answers: int) -> None:
        super().__init__()
        self.attend = nn.Linear(width, 1)
        self.inner = nn.Linear(width, HIDDEN)
        self.outer = nn.Linear(HIDDEN, answers)

    def forward(self, states: Tensor) -> Tensor:
        """(batch, frames, width) to (batch, answers)."""
        weights = self.attend(states).softmax(dim=1)
        answers: Tensor = self.outer(functional.relu(self.inner((weights * states).sum(dim=1))))
        return answers


class Listener(nn.Module):
    def __init__(
        self, checkpoint: Checkpoint, encoder_layers: int | None = None, decoder_layers: int | None = None
    ) -> None:
        """Starts from a checkpoint; encoder layers that it lacks begin as the identity, heads that it lacks anew, and
        so does a decoder of another depth."""
        super().__init__()
        weights = {name: value.float() for name, value in checkpoint["model"].items()}
        self.shape = dict(checkpoint["shape"])
        self.shape["encoder_layers"] = encoder_layers or self.shape["encoder_layers"]
        if decoder_layers and decoder_layers != self.shape["decoder_layers"]:
            self.shape["decoder_layers"] = decoder_layers
            weights = {name: value for name, value in weights.items() if ".decoder.layers." not in name}
        self.units, width = inventory(), self.shape["d_model"]
        self.whisper = WhisperForConditionalGeneration(_config(self.shape, weights))
        self.ctc = nn.Linear(width, 1 + len(self.units))
        self.turn, self.language = PooledHead(width, 1), PooledHead(width, len(LANGUAGES))
        self._silence_new_layers(checkpoint["shape"]["encoder_layers"])
        self.load_state_dict(_head_for(self.units, list(checkpoint["units"]), weights), strict=False)

    def extractor(self) -> FeatureExtractor:
        """What turns samples into `encode`'s features."""
        return FeatureExtractor(**self.shape["features"])

    @property
    def encoder(self) -> Any:
        return self.whisper.model.encoder

    def _silence_new_layers(self, known: int) -> None:
        for layer in self.encoder.layers[known:]:
            for linear in (layer.self_attn.out_proj, layer.fc2):
                nn.init.zeros_(linear.weight)
                nn.init.zeros_(linear.bias)

    def encode(self, features: Tensor) -> Tensor:
        """(batch, mels, 2 * frames) to (batch, frames, width)."""
        encoder = self.encoder
        hidden = functional.gelu(encoder.conv2(functional.gelu(encoder.conv1(features)))).permute(0, 2, 1)
        hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
        for layer in encoder.layers:
            output = layer(hidden, None)
            hidden = output[0] if isinstance(output, tuple) else output
        states: Tensor = encoder.layer_norm(hidden)
        return states

    def turn_over(self, states: Tensor) -> Tensor:
        """(batch, frames, width) of audio that ends where the question is asked, to logits (batch,)."""
        return self.turn(states[:, -TURN_FRAMES:])[:, 0]  # type: ignore[no-any-return]

    def checkpoint(self) -> Checkpoint:
        weights = {name: value.detach().half().cpu() for name, value in self.state_dict().items()}
        return {"shape": self.shape, "units": self.units, "model": weights}


def load(file: Path) -> Checkpoint:
    """Raises OSError, or whatever torch raises for a file that is no checkpoint."""
    checkpoint: Checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    return checkpoint


def _config(shape: dict[str, Any], weights: dict[str, Tensor]) -> WhisperConfig:
    return WhisperConfig(
        vocab_size=weights["whisper.proj_out.weight"].shape[0], num_mel_bins=shape["features"]["feature_size"],
        d_model=shape["d_model"], encoder_layers=shape["encoder_layers"], decoder_layers=shape["decoder_layers"],
        encoder_attention_heads=shape["heads"], decoder_attention_heads=shape["heads"],
        encoder_ffn_dim=shape["ffn"], decoder_ffn_dim=shape["ffn"], dropout=0.0,
        pad_token_id=0, bos_token_id=0, eos_token_id=0, decoder_start_token_id=0,
        max_source_positions=weights["whisper.model.encoder.embed_positions.weight"].shape[0],
    )  # fmt: skip


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
