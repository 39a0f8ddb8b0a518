"""Puts a checkpoint's weights into a model directory: model.bin (CTranslate2, int8) and ctc.npz.

    python -m audio_models.training.export run/checkpoint.pt audio_models/recogniser --out candidate/

Tokenizer, vocabulary and settings are those of the directory given; lexicon and language model are to be built anew,
since the units of the head may have changed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from ctranslate2.converters.transformers import WhisperLoader

from audio_models.training.tune import Listener


def export(model: Listener, like: Path, out: Path) -> None:
    spec = WhisperLoader().get_model_spec(model.whisper)  # type: ignore[no-untyped-call]
    spec.register_vocabulary(json.loads((like / "vocabulary.json").read_text("utf-8")))
    for name, value in json.loads((like / "config.json").read_text("utf-8")).items():
        setattr(spec.config, name, value)
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.copytree(like, out, dirs_exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh:
        spec.save(fresh)
        shutil.copy(Path(fresh) / "model.bin", out / "model.bin")
    weight, bias = (value.detach().numpy() for value in (model.ctc.weight, model.ctc.bias))
    np.savez(out / "ctc.npz", weight=weight, bias=bias, units=np.array(model.units))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("like", type=Path, help="a directory of the same architecture")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    export(Listener(torch.load(args.checkpoint, map_location="cpu")), args.like, args.out)


if __name__ == "__main__":
    main()
