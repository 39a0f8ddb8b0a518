"""What callers say and what the law calls it, and the lists that say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import services.procedures.search
from services.procedures.search.colloquial import official, strip
from services.procedures.search.traits import bits_of, traits

HERE = Path(services.procedures.search.__file__).parent
PHRASES = [line for line in (HERE / "phrases.txt").read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tên trên sổ hồng", "tên trên giấy chứng nhận quyền sử dụng đất"),
        ("bằng lái", "giấy phép lái xe"),
        ("làm xê xê xê dê", "làm thẻ căn cước công dân"),
        ("công ty tê nờ hờ hờ", "doanh nghiệp trách nhiệm hữu hạn"),
        ("giấy độc thân", "giấy xác nhận tình trạng hôn nhân"),
        ("rút bảo hiểm xã hội một cục", "hưởng bảo hiểm xã hội một lần"),
        ("bang lai", "giay phep lai xe"),
        ("bằng nái", "giấy phép lái xe"),
    ],
)
def test_many_names_of_one_thing(said: str, meant: str) -> None:
    assert official(strip(said)).split()[-3:] == official(strip(meant)).split()[-3:]


def test_the_longest_phrase_is_taken() -> None:
    law = "giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"
    assert official(strip(f"cấp đổi {law}")) == "cấp đổi sổ đỏ"


@pytest.mark.parametrize("word", ["sang", "sàng", "đề", "cấp", "chi nhánh", "mô tô", "thế chấp", "trợ giúp", "thu hồi"])
def test_parts_of_other_words_are_left_alone(word: str) -> None:
    assert official(strip(word)) == word


def test_numbers_become_words() -> None:
    assert strip("người trên 75 tuổi") == "người trên bảy mươi lăm tuổi"
    assert strip("nguoi tren 75 tuoi") == "nguoi tren bay muoi lam tuoi"
    assert strip("mã 012345678901") == "mã 012345678901"


def test_no_phrase_stands_for_two_things() -> None:
    said = [other.strip() for line in PHRASES for other in line.partition(":")[2].split(",")]
    assert len(said) > 200
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("line", PHRASES)
def test_phrases_are_more_than_what_is_left_of_them_by_stripping(line: str) -> None:
    """ "cấp một" would stand for every "cấp" once its second word is taken for a filler."""
    for phrase in line.replace(":", ",").split(","):
        assert strip(phrase)
        assert len(strip(phrase).split()) > 1 or len(phrase.split()) == 1


def test_every_trait_is_found_in_the_words_that_tell_it() -> None:
    described = json.loads((HERE / "traits.json").read_text("utf-8"))
    values = [value for trait in described.values() for value in trait["values"]]
    assert len(traits()) == len(described)
    for at, value in enumerate(values):
        for phrase in value["names"] + value["callers"]:
            assert bits_of(strip(phrase) or phrase) >> at & 1, phrase


@given(st.text())
def test_any_text_can_be_stripped(text: str) -> None:
    once = strip(text)
    assert once == " ".join(once.split())
    official(once)
    bits_of(once)
