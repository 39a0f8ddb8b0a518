"""Puts a checkpoint's weights into a model directory: model.bin (CTranslate2, int8) and heads.npz.

    python -m audio_models.recogniser.training.export run/checkpoint.pt audio_models/recogniser --out candidate/

Tokenizer, vocabulary and settings are those of the directory given; lexicon and language models are to be built anew
(`build_language_model`), since the units of the head may have changed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
from ctranslate2.converters.transformers import WhisperLoader

from audio_models.recogniser.training.model import LANGUAGES, Listener, load

FILES = ["config.json", "vocabulary.json", "tokenizer.json", "preprocessor_config.json", "decoding.json"]


def export(model: Listener, like: Path, out: Path) -> None:
    """Raises OSError when a file of `like` is missing or `out` cannot be written."""
    spec = WhisperLoader().get_model_spec(model.whisper)
    spec.register_vocabulary(json.loads((like / "vocabulary.json").read_text("utf-8")))
    for name, value in json.loads((like / "config.json").read_text("utf-8")).items():
        setattr(spec.config, name, value)
    spec.validate()
    spec.optimize(quantization="int8")
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES if out.resolve() != like.resolve() else ():
        shutil.copy(like / name, out / name)
    with tempfile.TemporaryDirectory() as fresh:
        spec.save(fresh)
        shutil.copy(Path(fresh) / "model.bin", out / "model.bin")
    np.savez(out / "heads.npz", **heads(model))  # type: ignore[arg-type]


def heads(model: Listener) -> dict[str, np.ndarray]:
    """Weights by name (`ctc.weight`, `turn.attend.bias` …) as single precision, with `units` and `languages`."""
    arrays = {
        name: value.detach().float().cpu().numpy()
        for name, value in model.state_dict().items()
        if name.partition(".")[0] in ("ctc", "turn", "language")
    }
    return arrays | {"units": np.array(model.units), "languages": np.array(LANGUAGES)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("like", type=Path, help="a directory of the same architecture")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    export(Listener(load(args.checkpoint)), args.like, args.out)


if __name__ == "__main__":
    main()
