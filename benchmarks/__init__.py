"""The benchmarks behind `voicebot bench NAME`; each module has `main(arguments) -> exit status`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence

NAMES = ("dialogue", "latency", "recognition", "understanding")


def find(name: str) -> Callable[[Sequence[str]], int] | None:
    """The program of a benchmark."""
    if name not in NAMES:
        return None
    program: Callable[[Sequence[str]], int] = importlib.import_module(f"benchmarks.{name}").main
    return program
