"""Whose record it is: valid in the whole country, Hà Nội's, or another province's.

Copies of national records that other provinces have made carry their own deadlines; callers must not hear those.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from language.vi import letters
from services.procedures.portal.record import PortalRecord
from services.procedures.record import Level

HOME = "Hà Nội"
_HOME = re.compile(r"Hà Nội|HÀ NỘI|Luật Thủ đô|HN\b")
_PROVINCES = Path(__file__).parents[2] / "places" / "provinces.json"
_MERGED = (  # provinces until 30/06/2025; records still name them
    "Bà Rịa|Vũng Tàu|Bắc Giang|Bắc Kạn|Bạc Liêu|Bến Tre|Bình Định|Bình Dương|Bình Phước|Bình Thuận|Đắk Nông"
    "|Đăk Nông|Hà Giang"
    "|Hà Nam|Hải Dương|Hậu Giang|Hòa Bình|Kiên Giang|Kon Tum|Long An|Nam Định|Ninh Thuận|Phú Yên|Quảng Bình|Quảng Nam"
    "|Sóc Trăng|Thái Bình|Thừa Thiên|Tiền Giang|Trà Vinh|Vĩnh Phúc|Yên Bái|Đăk Lăk|Đắc Lắc|HCM"
)
_CALLED = r"(?:[Tt]ỉnh|TỈNH|[Tt]hành phố|THÀNH PHỐ|T[Pp]\.?)"
_AFTER_PERSONS = {"Hồ Chí Minh"}  # also the name of a person, a prize, a youth union

_LOCAL = re.compile(r"UBND|TTPVHCC|(?<!BNG-)\bVP\b|TTr-S|\dS[A-ZĐ]{2}|\dSo[A-Z]", re.IGNORECASE)
_CAPITALS_CENTRE = "TTPVHCC"  # of all service centres only the capital's publishes procedures itself
_NATIONAL = re.compile(r"B[A-ZĐ]{2,}|NHNN|TCHQ|TANDTC|CHHĐTVN|EVN|QĐCB|LĐTBXH|HVTC|KTNN|TTCP|VPCP", re.IGNORECASE)
_TRIAL = re.compile(r"demo|test", re.IGNORECASE)


def other_provinces(text: str) -> list[str]:
    """Provinces, but Hà Nội, that a cleaned text names."""
    return sorted({found[1] or found[2] for found in _names().finditer(text)})


def is_local(decision: str) -> bool:
    return bool(_LOCAL.search(decision))


def has_issuer(decision: str) -> bool:
    return is_local(decision) or bool(_NATIONAL.search(decision))


def is_trial(decision: str) -> bool:
    return bool(_TRIAL.search(decision))


def place_of(record: PortalRecord) -> str | None:
    """Of a local record its province, HOME for Hà Nội's, empty when it does not say; None for national ones."""
    if is_local(record.decision):
        others = other_provinces(_all_text(record))
        if others:
            return ", ".join(others[:3])
        home = _CAPITALS_CENTRE in record.decision or _HOME.search(_all_text(record))
        return HOME if home else ""
    if not has_issuer(record.decision) and Level.MINISTRY not in record.levels:
        return ", ".join(other_provinces(_all_text(record))[:3]) or None
    return None


def _all_text(record: PortalRecord) -> str:
    stages = (f"{stage.name} {stage.text}" for stage in record.stages)
    legal = (f"{entry.title} {entry.number}" for entry in record.legal)
    notes = (f"{way.note} {' '.join(fee.note for fee in way.fees)}" for way in record.ways)
    one = (record.name, record.agency, record.authority, record.address, record.results, record.conditions)
    return "\n".join((*one, *stages, *legal, *notes))


@cache
def _all_names() -> tuple[str, ...]:
    listed = json.loads(_PROVINCES.read_text(encoding="utf-8"))["provinces"]
    current = (re.sub(r"^(?:Tỉnh|Thành phố) ", "", province["name"]) for province in listed)
    return tuple(letters.place_tones(name) for name in (*current, *_MERGED.split("|")) if name != HOME)


@cache
def _names() -> re.Pattern[str]:
    """A province by its name alone, or after its title where the name alone may mean something else."""
    alone = "|".join(name for name in _all_names() if name not in _AFTER_PERSONS)
    return re.compile(rf"\b(?:({alone})|{_CALLED}\s?({'|'.join(_AFTER_PERSONS)}))\b")
