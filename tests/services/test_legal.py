"""Legal documents: what they are called, when they are of, which procedures rest on them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.vi import speak
from services.procedures.legal import LegalDocument, LegalKind, LegalLibrary, by_weight, find_number, read_document


@pytest.mark.parametrize(
    ("title", "number", "kind", "written", "date", "issuer", "spoken"),
    [
        (
            "Nghị định số 123/2015/NĐ-CP ngày 15/11/2015 của Chính phủ",
            "123/2015/NĐ-CP",
            LegalKind.DECREE,
            "123/2015/NĐ-CP",
            "2015-11-15",
            "Chính phủ",
            "Nghị định số 123/2015/NĐ-CP ngày 15/11/2015",
        ),
        (
            "Luật Hộ tịch ngày 20 tháng 11 năm 2014",
            "60/2014/QH13",
            LegalKind.LAW,
            "60/2014/QH13",
            "2014-11-20",
            "Quốc hội",
            "Luật Hộ tịch số 60/2014/QH13 ngày 20/11/2014",
        ),
        (
            "",
            "60/2014/QH13",
            LegalKind.OF_PARLIAMENT,
            "60/2014/QH13",
            "",
            "Quốc hội",
            "văn bản của Quốc hội số 60/2014/QH13",
        ),
        ("Nghị quyết của Quốc hội", "254/2025/QH15", LegalKind.RESOLUTION, "254/2025/QH15", "", "Quốc hội", None),
        (
            "Bộ luật Dân sự",
            "91/2015/QH13",
            LegalKind.CODE,
            "91/2015/QH13",
            "",
            "Quốc hội",
            "Bộ luật Dân sự số 91/2015/QH13",
        ),
        ("Thông tư", "Thông tư số 03/2023/TT-BTP", LegalKind.CIRCULAR, "03/2023/TT-BTP", "", "Bộ Tư pháp", None),
        ("", "66.7/2025/NQ-CP", LegalKind.RESOLUTION, "66.7/2025/NQ-CP", "", "Chính phủ", None),
        ("", "86/2018/nđ-cp", LegalKind.DECREE, "86/2018/NĐ-CP", "", "Chính phủ", None),
        ("", "118/2025/NĐ-C", LegalKind.DECREE, "118/2025/NĐ-CP", "", "Chính phủ", None),
        ("", "09/2023/QĐ-TTG", LegalKind.DECISION, "09/2023/QĐ-TTg", "", "Thủ tướng chính phủ", None),
        ("", "72/2022//NĐ-CP", LegalKind.DECREE, "72/2022/NĐ-CP", "", "Chính phủ", None),
        ("Luật Thú y 2015", "", LegalKind.LAW, "", "", "", "Luật Thú y 2015"),
        # a date of another document, or of another year, is not its own
        (
            "Sửa đổi Thông tư số 85/2019/TT-BTC ngày 29/11/2019",
            "106/2021/TT-BTC",
            LegalKind.CIRCULAR,
            "106/2021/TT-BTC",
            "",
            "Bộ Tài chính",
            None,
        ),
        (
            "Nghị định 5/2020/NĐ-CP ngày 1/2/2021",
            "5/2020/NĐ-CP",
            LegalKind.DECREE,
            "5/2020/NĐ-CP",
            "",
            "Chính phủ",
            None,
        ),
        (
            "Nghị định 5/2020/NĐ-CP ngày 31/2/2020",
            "5/2020/NĐ-CP",
            LegalKind.DECREE,
            "5/2020/NĐ-CP",
            "",
            "Chính phủ",
            None,
        ),
    ],
)
def test_documents(
    title: str, number: str, kind: LegalKind, written: str, date: str, issuer: str, spoken: str | None
) -> None:
    found = read_document(title, number)
    assert (found.kind, found.number, found.date, found.issuer) == (kind, written, date, issuer)
    if spoken:
        assert found.spoken == spoken
    assert not any(char.isdigit() for char in speak(found.spoken))


def test_the_weightiest_and_newest_come_first_and_each_once() -> None:
    numbers = ["1/2020/TT-BTP", "2/2019/NĐ-CP", "3/2024/NĐ-CP", "4/2014/QH13", "3/2024/nđ-cp", "5/2023/QĐ-TTg"]
    found = by_weight(read_document("", number) for number in numbers)
    assert [each.number for each in found] == [
        "4/2014/QH13",
        "3/2024/NĐ-CP",
        "2/2019/NĐ-CP",
        "5/2023/QĐ-TTg",
        "1/2020/TT-BTP",
    ]


@pytest.fixture
def library() -> LegalLibrary:
    cited = {
        "1": [read_document("Nghị định 123/2015/NĐ-CP"), read_document("Luật Hộ tịch", "60/2014/QH13")],
        "2": [read_document("Nghị định số 123/2015/NĐ-CP ngày 15/11/2015"), read_document("", "60/2014/QH13")],
        "3": [read_document("Sửa đổi Thông tư số 85/2019/TT-BTC ngày 29/11/2019", "106/2021/TT-BTC")],
        "4": [
            read_document("", "85/2019/TT-BTC"),
            read_document("", "85/2019/NĐ-CP"),
            read_document("Luật Thú y 2015"),
        ],
    }
    return LegalLibrary(cited)


def test_one_record_tells_what_another_leaves_out(library: LegalLibrary) -> None:
    law, decree = library.of([read_document("", "60/2014/QH13"), read_document("", "123/2015/NĐ-CP")])
    assert law.spoken == "Luật Hộ tịch số 60/2014/QH13"
    assert decree.date == "2015-11-15"
    [circular] = library.find("85/2019/TT-BTC")
    assert circular.date == "2019-11-29"  # from the title of the one that changed it


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("123/2015/NĐ-CP", ["123/2015/NĐ-CP"]),
        ("nghị định số 123/2015/nđ-cp", ["123/2015/NĐ-CP"]),
        ("123/2015", ["123/2015/NĐ-CP"]),
        ("85/2019", ["85/2019/NĐ-CP", "85/2019/TT-BTC"]),
        ("85", ["85/2019/NĐ-CP", "85/2019/TT-BTC"]),
        ("8", []),
        ("", []),
        ("Luật Thú y 2015", []),
    ],
)
def test_finding_by_number(library: LegalLibrary, asked: str, found: list[str]) -> None:
    assert [each.number for each in library.find(asked)] == found


def test_what_rests_on_a_document(library: LegalLibrary) -> None:
    [decree] = library.find("123/2015")
    assert library.resting_on(decree) == ("1", "2")
    assert library.resting_on(LegalDocument(LegalKind.OTHER, "9/2020/QĐ-TTg")) == ()


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_a_record_says(title: str, number: str) -> None:
    found = read_document(title, number)
    assert find_number(found.number) == found.number
    assert isinstance(found.spoken, str)
    assert LegalLibrary({"1": [found]}).of([found]) == ((found,) if found.key else ())
