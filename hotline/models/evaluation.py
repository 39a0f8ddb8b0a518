"""The recognition benchmark on a few clips, for a new model and the one in use."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hotline.config import ROOT
from services.procedures import BUNDLED

CLIPS = 6


def evaluate(models: Mapping[str, str], manifest: Path) -> Iterator[dict[str, Any]]:
    """Rows of the benchmark, of models by name: what `recognition.model` is to be.

    `manifest` is made where it is missing. Raises ModelNotLoaded, ValueError, OSError.
    """
    sys.path.insert(0, str(ROOT))  # a dependency installs a package of the same name
    from benchmarks import recognition, synthetic

    if not manifest.exists():
        synthetic.make(BUNDLED, manifest)
    for name, model in models.items():
        for row in recognition.run(manifest, model=model, limit=CLIPS):
            yield {"model": name, **asdict(row)}
