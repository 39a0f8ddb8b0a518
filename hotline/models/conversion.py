"""From a checkpoint in Hugging Face format to CTranslate2 with int8 weights, as faster-whisper loads it.

`python -m hotline.models.conversion CHECKPOINT TARGET` does it in a process of its own: it needs several times the
memory of the result, and when the system ends it for that, this program is still there to say so.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from hotline.config import ROOT
from hotline.models import ModelError
from hotline.models.checkpoint import NEEDED

COPIED = [name for name in NEEDED if name != "config.json"]  # faster-whisper needs them beside the weights


def check_tools() -> None:
    """Raises ModelError."""
    if not all(map(importlib.util.find_spec, ("torch", "transformers"))):
        raise ModelError("converting a model needs PyTorch and transformers: run `make train-tools` first")


def convert(checkpoint: Path, target: Path) -> None:
    """Makes the folder `target`. Raises ModelError."""
    command = [sys.executable, "-m", __name__, str(checkpoint.resolve()), str(target.resolve())]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode < 0:
        raise ModelError("the conversion was ended by the system, most likely for want of memory")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ModelError(f"{checkpoint} cannot be converted: {said[-1] if said else f'exit status {done.returncode}'}")


def main() -> None:
    checkpoint, target = sys.argv[1:]
    from ctranslate2.converters import TransformersConverter

    try:
        TransformersConverter(checkpoint, copy_files=COPIED).convert(target, quantization="int8")
        complete(Path(target))
    except Exception as error:  # noqa: BLE001 - whatever a bad checkpoint breaks, the operator gets one line
        sys.exit(" ".join(str(error).split())[:300] or type(error).__name__)


def complete(target: Path) -> None:
    """Raises ValueError for a model that knows no Vietnamese; fills in the languages, which some checkpoints lack."""
    vocabulary = json.loads((target / "vocabulary.json").read_text("utf-8"))
    if "" not in vocabulary or "<|vi|>" not in vocabulary:  # CTranslate2 knows a multilingual Whisper by ""
        raise ValueError("it is no multilingual Whisper model")
    config = json.loads((target / "config.json").read_text("utf-8"))
    if not config.get("lang_ids"):
        languages = [number for number, token in enumerate(vocabulary) if re.fullmatch(r"<\|[a-z]{2,3}\|>", token)]
        (target / "config.json").write_text(json.dumps(config | {"lang_ids": languages}, indent=2), "utf-8")


if __name__ == "__main__":
    main()
