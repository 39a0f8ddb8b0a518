"""What sounds alike in some dialect shares a key; what nobody confuses does not."""

from __future__ import annotations

import pytest

from services.procedures.text import fold, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lương", "nương"),
        ("trú", "chú"),
        ("sinh", "xinh"),
        ("giấy", "dấy"),
        ("rấy", "dấy"),
        ("khai sanh", "khai xanh"),
        ("tạm vắng", "tạm vắn"),
        ("các", "cát"),
        ("y tế", "i tế"),
    ],
)
def test_sounds_that_dialects_merge(one: str, other: str) -> None:
    assert [sound(word) for word in fold(one).split()] == [sound(word) for word in fold(other).split()]


@pytest.mark.parametrize(
    ("one", "other"), [("tử", "trú"), ("kết", "két sắt"), ("nhà", "là"), ("đất", "tất"), ("thẻ", "trẻ")]
)
def test_sounds_that_nobody_merges(one: str, other: str) -> None:
    assert [sound(word) for word in fold(one).split()] != [sound(word) for word in fold(other).split()]
