"""Which model the hotline is to use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from hotline.config import ROOT, Config, config_path, load_config
from hotline.models.catalogue import Entry, catalogue
from hotline.models.config_file import set_value
from hotline.models.fetching import MEGABYTE
from hotline.models.proof import Proof, prove
from hotline.models.store import Store
from voicebot.recognition.model import ModelNotLoaded, find_model


@dataclass(frozen=True)
class Chosen:
    setting: str  # what recognition.model has become
    proof: Proof
    warnings: tuple[str, ...]


def in_use(config: Config, store: Store) -> Entry | None:
    """None when the configured model is none of the catalogue."""
    try:
        folder = find_model(config.recognition.model).resolve()
    except ModelNotLoaded:
        return None
    return next((entry for entry in catalogue() if store.place(entry).resolve() == folder), None)


def use(entry: Entry, store: Store, config: Config) -> Chosen:
    """Checks the model and only then writes config.yml. Raises ModelError, OSError."""
    store.verify(entry)
    place = store.place(entry)
    proof = prove(place, config.recognition)
    setting = str(place.relative_to(ROOT) if place.is_relative_to(ROOT) else place)
    set_value(config_path(), "recognition", "model", setting)
    return Chosen(setting, proof, (*_overridden(setting), *_short_of_memory(entry, config), *_slow(proof, config)))


def _overridden(setting: str) -> Iterator[str]:
    effective = load_config().recognition.model
    if effective != setting:
        names = [name for name in os.environ if name.upper().startswith("VOICEBOT__RECOGNITION")]
        yield f"{', '.join(names)} in the environment overrides config.yml: {effective} stays in use until it is gone"


def _short_of_memory(entry: Entry, config: Config) -> Iterator[str]:
    workers, free = config.recognition.workers, psutil.virtual_memory().available / MEGABYTE
    if free < workers * entry.memory:
        yield (
            f"{workers} workers need about {workers * entry.memory:,} MB of memory and {free:,.0f} MB are free: "
            f"set recognition.workers to {max(1, int(free // entry.memory))} or choose a smaller model"
        )


def _slow(proof: Proof, config: Config) -> Iterator[str]:
    limit = config.recognition.timeout
    took = f"a question of {proof.audio:.1f} s takes {proof.took:.1f} s on this machine"
    if proof.took > limit:
        yield f"{took}, longer than recognition.timeout ({limit:g} s): callers are not understood; use a smaller model"
    elif proof.took > config.turns.filler:
        yield f"{took}: callers would wait for every answer; a smaller model is quicker"
