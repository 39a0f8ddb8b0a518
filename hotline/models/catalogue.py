"""The catalogue of recognisers: `catalogue.yml`, typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from hotline.models import ModelError

HERE = Path(__file__).parent


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(_Record):
    name: str  # SPDX
    url: str  # or a file of the project
    text: str | None = None  # file in licences/

    def read(self) -> str:
        return (HERE / "licences" / self.text).read_text("utf-8") if self.text else f"see {self.url}"


class Entry(_Record):
    """One recogniser. Sizes in MB, approximate; error rates in percent of words, by test set."""

    name: str
    shipped: str | None = None  # folder of the project; None: has to be fetched
    repository: str = ""  # of the hub
    revision: str = ""
    licence: Licence
    parameters: int  # millions
    download: int = 0
    disk: int
    memory: int  # of one worker
    converting: int = 0  # memory
    cpu_seconds: float  # of one core for every utterance
    error_rates: dict[str, float] = {}
    source: str  # of the error rates


@cache
def catalogue() -> tuple[Entry, ...]:
    content: dict[str, Any] = yaml.safe_load((HERE / "catalogue.yml").read_text("utf-8"))
    licences = content["licences"]
    return tuple(Entry.model_validate(model | {"licence": licences[model["licence"]]}) for model in content["models"])


def find(name: str) -> Entry:
    """Case does not matter. Raises ModelError."""
    for entry in catalogue():
        if entry.name.lower() == name.lower():
            return entry
    raise ModelError(f"no model is called {name}; there are {', '.join(entry.name for entry in catalogue())}")
