"""The official names, from the files of this folder."""

from __future__ import annotations

import json
from pathlib import Path

_HERE = Path(__file__).parent


def _names(file: str, kind: str) -> tuple[str, ...]:
    return tuple(place["name"] for place in json.loads((_HERE / file).read_text("utf-8"))[kind])


WARDS = _names("hanoi_wards.json", "wards")  # "Phường Ba Đình", "Xã Sóc Sơn" …
PROVINCES = _names("provinces.json", "provinces")
