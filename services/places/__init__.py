"""Names of places as they have been since 1 July 2025: Hanoi's 126 wards and communes, the 34 provinces.

Source of both files: the vietnamese-provinces-database of Thang Le Quoc (MIT licence), data of 2026.
"""

from __future__ import annotations

import json
from pathlib import Path

_HERE = Path(__file__).parent


def _names(file: str, kind: str) -> tuple[str, ...]:
    return tuple(place["name"] for place in json.loads((_HERE / file).read_text("utf-8"))[kind])


WARDS = _names("hanoi_wards.json", "wards")  # "Phường Ba Đình", "Xã Sóc Sơn" …
PROVINCES = _names("provinces.json", "provinces")
