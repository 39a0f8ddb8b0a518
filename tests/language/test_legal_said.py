"""Legal documents as callers say them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.vi import LegalReference, parse_legal_reference, read_number, write
from language.vi.legal_said import KINDS
from language.vi.numbers import DIGITS

YEARS = st.integers(1990, 2030)
SAFE_KINDS = st.sampled_from([kind for kind in KINDS if kind != "bộ luật"])


@pytest.mark.parametrize(
    ("said", "kind", "number", "year"),
    [
        ("thông tư không bốn năm hai nghìn hai mươi", "thông tư", "04", 2020),
        ("thông tư số không bốn", "thông tư", "04", None),
        ("thông tư 04 còn hiệu lực không", "thông tư", "04", None),
        ("nghị định một hai ba năm hai nghìn không trăm mười lăm", "nghị định", "123", 2015),
        ("nghị định số một trăm hai mươi ba năm hai nghìn mười lăm", "nghị định", "123", 2015),
        ("nghị định một hai ba trên hai không một lăm", "nghị định", "123", 2015),
        ("nghị định 123/2015/NĐ-CP ngày nào", "nghị định", "123", 2015),
        ("nghi dinh 123", "nghị định", "123", None),
        ("theo nghị định số một hai ba gạch hai nghìn không trăm mười lăm", "nghị định", "123", 2015),
        ("nghị định năm tám năm hai nghìn hai sáu", "nghị định", "58", 2026),
        ("nghị định năm mươi tám", "nghị định", "58", None),
        ("nghị quyết sáu sáu chấm bảy", "nghị quyết", "66.7", None),
        ("thông tư liên tịch số mười hai năm hai nghìn không trăm linh tám", "thông tư liên tịch", "12", 2008),
        ("luật số sáu mươi năm hai nghìn không trăm mười bốn", "luật", "60", 2014),
        ("thông tư năm hai nghìn hai mươi", "thông tư", "", 2020),
        ("nghị định một hai ba năm nay", "nghị định", "123", None),
    ],
)
def test_number_and_year(said: str, kind: str, number: str, year: int | None) -> None:
    assert parse_legal_reference(said) == LegalReference(kind, number, year)


@pytest.mark.parametrize(
    "said",
    [
        "nghị định số mấy",
        "theo luật nào",
        "luật hộ tịch năm nào",
        "căn cứ pháp lý",
        "thông tư mới",
        "nghị định không",
        "",
    ],
)
def test_no_number_was_said(said: str) -> None:
    assert parse_legal_reference(said) is None


@settings(deadline=None, max_examples=200)
@given(SAFE_KINDS, st.integers(1, 999), YEARS, st.sampled_from(["", "số "]), st.sampled_from(["năm", "trên", "gạch"]))
def test_what_is_read_aloud_comes_back(kind: str, number: int, year: int, lead: str, between: str) -> None:
    said = f"{kind} {lead}{read_number(number)} {between} {read_number(year)}"
    assert parse_legal_reference(said) == LegalReference(kind, str(number), year)


# Without fives: "không năm không năm hai nghìn" is number 050 of 2000, or number 0 of 2005, who can tell.
@settings(deadline=None, max_examples=200)
@given(SAFE_KINDS, st.text("012346789", min_size=2, max_size=3).filter(lambda digits: digits.strip("0")), YEARS)
def test_digits_said_one_by_one_come_back(kind: str, digits: str, year: int) -> None:
    said = f"{kind} {' '.join(DIGITS[int(digit)] for digit in digits)} năm {read_number(year)}"
    assert parse_legal_reference(said) == LegalReference(kind, digits, year)
    assert write(said) == f"{kind} {digits}/{year}"


@settings(deadline=None)
@given(st.text(max_size=120))
def test_anything_may_be_said(text: str) -> None:
    found = parse_legal_reference(f"nghị định {text}")
    assert found is None or found.number or found.year


@pytest.mark.parametrize(
    "said", ["tôi quyết định hai hôm nữa đi", "theo luật năm nào cũng được", "luật hai bên", "thông tư một cửa"]
)
def test_ordinary_words_are_not_written_as_numbers(said: str) -> None:
    assert write(said) == said
