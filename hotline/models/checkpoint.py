"""Checkpoints in Hugging Face format, in a local folder: are they complete, and what their checksums say."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from hotline.models import ModelError
from hotline.models.store import sha256

NEEDED = ("config.json", "tokenizer.json", "preprocessor_config.json")
SUMS = "SHA256SUMS"


def weights(names: Collection[str]) -> list[str]:
    """The files among `names` that hold the weights: in one piece or in several with an index; empty without any."""
    for stem, ending in (("model", ".safetensors"), ("pytorch_model", ".bin")):
        if stem + ending in names:
            return [stem + ending]
        index = f"{stem}{ending}.index.json"
        if index in names:
            return [index, *(name for name in names if name.startswith(f"{stem}-") and name.endswith(ending))]
    return []


def examine(folder: Path) -> None:
    """Raises ModelError unless a whole checkpoint lies in `folder`."""
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder")
    names = {file.name for file in folder.iterdir()}
    if "model.bin" in names and not weights(names):
        raise ModelError(f"{folder}: converted already; write its path into config.yml as recognition.model")
    missing = [name for name in NEEDED if name not in names]
    if not weights(names):
        missing.append("model.safetensors or pytorch_model.bin")
    if missing:
        raise ModelError(f"{folder}: no checkpoint in Hugging Face format, there is no {', no '.join(missing)}")


def check_sums(folder: Path) -> bool:
    """Whether the folder has a SHA256SUMS to check against. Raises ModelError when a file differs from it."""
    sums = folder / SUMS
    if not sums.is_file():
        return False
    stated = _read(sums)
    for name in weights({file.name for file in folder.iterdir()}):
        if name not in stated:
            raise ModelError(f"{sums} does not speak of {name}")
    for name, digest in stated.items():
        if not (folder / name).is_file():
            raise ModelError(f"{folder / name} is missing, though {SUMS} names it")
        if sha256(folder / name) != digest:
            raise ModelError(f"{folder / name} does not agree with {SUMS}: copy it again")
    return True


def _read(sums: Path) -> dict[str, str]:
    """As sha256sum writes it: digest, space, space or asterisk, name."""
    stated = {}
    for line in filter(str.strip, sums.read_text("utf-8").splitlines()):
        digest, _, name = line.partition(" ")
        if len(digest) != 64 or not name:
            raise ModelError(f"{sums}: not as sha256sum writes it: {line!r}")
        stated[name[1:].removeprefix("./")] = digest.lower()
    return stated
