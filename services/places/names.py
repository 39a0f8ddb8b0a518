"""The official names, from the files of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def _names(file: str, kind: str) -> tuple[str, ...]:
    return tuple(place["name"] for place in json.loads((_HERE / file).read_text("utf-8"))[kind])


WARDS = _names("hanoi_wards.json", "wards")  # "Phường Ba Đình", "Xã Sóc Sơn" …
PROVINCES = _names("provinces.json", "provinces")


def _former_names() -> Iterator[tuple[str, str]]:
    called = {ward.partition(" ")[2]: ward for ward in WARDS}
    for line in (_HERE / "former_wards.tsv").read_text("utf-8").splitlines():
        name, _, former = line.partition("\t")
        yield from ((called[name], old) for old in former.split(", ") if old not in called)


# (ward, name of a ward or commune until 1 July 2025 whose people belong to it now); a name may stand with several.
FORMER_NAMES = tuple(_former_names())
