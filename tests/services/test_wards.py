"""Wards as callers say them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.vi import fold, normalise
from services.places import WARDS, find_district, find_wards, without_wards
from tests.services.speech_damage import damage

VARIANTS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("spoken_wards.tsv").read_text(encoding="utf-8").splitlines()
]
SENTENCES = ("{}", "tôi ở {} cháu ạ", "cho bác đặt số thứ tự ở {} sáng mai nhé", "dạ {} thành phố hà nội")


def rest(ward: str) -> str:
    return normalise(ward.partition(" ")[2].replace(" - ", " "))


@pytest.mark.parametrize("ward", WARDS)
def test_every_ward_is_found_as_it_is_called(ward: str) -> None:
    for form in SENTENCES:
        assert find_wards(form.format(normalise(ward))) == [ward]
        assert find_wards(form.format(fold(ward))) == [ward]
    assert find_wards(rest(ward)) == [ward]


def test_spoken_variants() -> None:
    wrong = [(said, found) for said, wards in VARIANTS if ", ".join(found := find_wards(said)) != wards]
    assert len(wrong) <= len(VARIANTS) * 0.02, wrong


def test_names_damaged_in_recognition() -> None:
    """After "phường" or "xã", a third of the syllables wrong: another tone, onset, final, word, or none."""
    right = wrong = 0
    for ward in WARDS:
        kind = ward.partition(" ")[0].lower()
        for seed in range(4):
            found = find_wards(f"{kind} {damage(rest(ward), 0.33, seed)}")
            right += found[:1] == [ward] or ward in found[:3]
            wrong += bool(found) and ward not in found[:3]
    assert right >= 4 * len(WARDS) * 0.80
    assert wrong <= 4 * len(WARDS) * 0.06


def test_alternatives_of_the_recogniser_count() -> None:
    assert find_wards("phường nóng biển", ["phường long biên"]) == ["Phường Long Biên"]
    assert find_wards("phường láng", ["phường bồ đề"]) == ["Phường Láng", "Phường Bồ Đề"]


def test_what_is_not_clear_gives_several() -> None:
    found = find_wards("phường láng hay là phường bồ đề")
    assert sorted(found) == ["Phường Bồ Đề", "Phường Láng"]


@pytest.mark.parametrize(
    ("said", "district"),
    [
        ("tôi ở quận hoàn kiếm", "quận Hoàn Kiếm"),
        ("quan hai ba trung", "quận Hai Bà Trưng"),
        ("huyện sóc xơn", "huyện Sóc Sơn"),
        ("thị xã sơn tây", "thị xã Sơn Tây"),
        ("nam từ liêm", "quận Nam Từ Liêm"),
        ("phường hoàn kiếm", None),
        ("xã sơn tây", None),
        ("", None),
    ],
)
def test_former_districts(said: str, district: str | None) -> None:
    assert find_district(said) == district


def test_a_sentence_without_its_ward() -> None:
    assert without_wards("đặt số ở phường hoàng mai sáng mai") == "đặt số ở sáng mai"
    assert without_wards("sáng mai") == "sáng mai"


@given(st.text(max_size=200))
def test_anything_may_be_said(said: str) -> None:
    assert set(find_wards(said)) <= set(WARDS)
    without_wards(said)
