from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.vi import sound_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("làm", "nàm"), ("lâu", "nâu"), ("sông", "xông"), ("trong", "chong"), ("giấy", "dấy"), ("rõ", "dõ"),
        ("rõ", "giỏ"), ("về", "dề"), ("ngã", "ngả"), ("bàn", "bàng"), ("mặt", "mặc"), ("xinh", "xin"), ("kịch", "kịt"),
        ("quý", "quí"), ("nghỉ", "nghĩ"), ("gì", "dì"), ("lý lịch", "ní nịt"), ("Chương Dương", "trươn giươn"),
    ],
)  # fmt: skip
def test_what_sounds_alike_somewhere_has_one_key(one, other):
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ba", "bà"), ("đa", "da"), ("thi", "ti"), ("nha", "na"), ("ma", "mơ"), ("khai", "cai"), ("không", "không có"),
     ("ba đình", "ba vì"), ("phu", "bu")],
)  # fmt: skip
def test_what_is_told_apart_everywhere_has_two(one, other):
    assert sound_key(one) != sound_key(other)


@given(st.text(max_size=40))
def test_any_text_has_a_key_and_case_does_not_matter(text):
    assert len(sound_key(text).split()) == len(text.lower().split())
