"""Rasa's command line without TensorFlow: `python -m dialogs.lean_rasa run …`.

Rasa imports TensorFlow whether or not the pipeline has a component that needs it; ours has none. In its place stand
modules whose every name is an empty class, enough for Rasa's own class definitions and annotations. That halves the
processor time of a start and more than halves its memory. Seen with Rasa 3.6.21; a pipeline with DIET or TED must be
started with `python -m rasa`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

LEFT_OUT = {"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"}


class _Empty(type):
    """A class that has every attribute and may decorate, be subclassed and be instantiated."""

    def __getattr__(cls, name: str) -> _Empty:
        return _empty(name)

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and callable(arguments[0]) and "decorates" in vars(cls):
            return arguments[0]
        return super().__call__(*arguments, **options)


def _empty(name: str) -> _Empty:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Empty(name, (), {"decorates": True, "__init__": _accept, "__call__": _decorate})


def _accept(self: object, *arguments: Any, **options: Any) -> None: ...


def _decorate(self: object, function: Callable[..., Any]) -> Callable[..., Any]:
    return function


class _EmptyModule(ModuleType):
    def __getattr__(self, name: str) -> _Empty:
        value = _empty(name)
        setattr(self, name, value)
        return value


class _LeaveOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in LEFT_OUT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


def leave_out_tensorflow() -> None:
    """To be called before Rasa is imported."""
    sys.meta_path.insert(0, _LeaveOut())


def main() -> None:
    leave_out_tensorflow()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
