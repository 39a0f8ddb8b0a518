"""Comparable forms of text, and pieces for synthesis."""

import pytest

from language.vi import clauses, fold, normalise, speak, spell, syllables
from language.vi.letters import place_tones


def test_fold() -> None:
    assert fold("  Đường  Nguyễn Huệ, số 5 ") == "duong nguyen hue, so 5"
    assert fold("e\u0302\u0301") == "e"


def test_tone_placement_is_one() -> None:
    assert normalise("Hoà THUỶ khoẻ quý hoàn toàn") == "hòa thủy khỏe quý hoàn toàn"
    assert normalise("hòa thủy khỏe") == "hòa thủy khỏe"
    assert normalise("ngoe\u0301o") == "ngoéo"


def test_tones_are_placed_in_capitals_too() -> None:
    assert place_tones("UỶ ban Hoà Quý KHOẺ") == "ỦY ban Hòa Quý KHỎE"
    assert place_tones("u\u0309y ban") == "ủy ban"


def test_syllables() -> None:
    assert syllables("Dạ, bác nộp ở phường ạ!") == ["dạ", "bác", "nộp", "ở", "phường", "ạ"]


def test_letters_are_spelt_by_name() -> None:
    assert spell("HĐQ") == "hát đê quy"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Dạ, vâng ạ.", ["Dạ, vâng ạ."]),
        (
            "Dạ, làm khai sinh thì bác cần giấy chứng sinh của cháu và số căn cước của bố mẹ cháu. Bác nộp ở phường.",
            [
                "Dạ, làm khai sinh thì bác cần giấy chứng sinh",
                "của cháu và số căn cước của bố mẹ cháu.",
                "Bác nộp ở phường.",
            ],
        ),
        (
            "50.000 đồng; đến tuổi đổi 14, 25, 40, 60 thì miễn; gọi 0912 345 678",
            ["50.000 đồng;", "đến tuổi đổi 14, 25, 40, 60 thì miễn;", "gọi 0912 345 678"],
        ),
        ("Ở TP. Hà Nội. Gần P. Láng.", ["Ở TP. Hà Nội.", "Gần P. Láng."]),
    ],
)  # fmt: skip
def test_clauses(text: str, pieces: list[str]) -> None:
    assert clauses(text) == pieces


def test_pieces_are_short() -> None:
    text = (
        "Dạ thưa bác hồ sơ đăng ký khai sinh gồm có tờ khai theo mẫu giấy chứng sinh do bệnh viện cấp và giấy tờ "
        "tùy thân của người đi đăng ký nộp tại bộ phận một cửa của ủy ban nhân dân phường nơi cư trú của cha hoặc mẹ"
    )
    assert max(len(syllables(speak(piece))) for piece in clauses(text)) <= 20
