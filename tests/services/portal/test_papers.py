"""Papers: which of the items are some, how they are named, in which case and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procedures.portal.findings import Reason
from services.procedures.portal.papers import Papers, brief, papers
from services.procedures.portal.record import Item, ItemCase
from tests.services.portal.writing import json_record, record


def read(*cases: tuple[str, list[tuple[str, int, int]]]) -> Papers:
    return papers(record(cases=cases).cases)


def names(found: Papers) -> list[tuple[str, list[str]]]:
    return [(case.title, [paper.name for paper in case.papers]) for case in found.cases]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Đơn đề nghị theo Mẫu số 02 ban hành kèm theo Thông tư số 1/2020/TT-BTC", "đơn đề nghị"),
        ("Tờ khai (nếu nộp trực tiếp);", "tờ khai"),
        ("- - Giấy chứng sinh; nếu không có thì giấy cam đoan", "giấy chứng sinh"),
        ("Bản sao (có chứng thực) bằng bơi.", "bản sao bằng bơi"),
        ("Mẫu số 24. Đơn đăng ký hồ bơi", "đơn đăng ký hồ bơi"),
        ("Đơn đề nghị", "đơn đề nghị"),
        ("Hộ chiếu còn hạn.Bản dịch kèm theo", "hộ chiếu còn hạn"),
        (
            "Trường hợp trẻ em bị bỏ rơi thì phải có biên bản về việc trẻ bị bỏ rơi",
            "biên bản về việc trẻ bị bỏ rơi, nếu trẻ em bị bỏ rơi",
        ),
        ("Trường hợp nộp qua mạng thì không phải tải lên", ""),
        ("Người nộp chịu trách nhiệm về hồ sơ", ""),
        ("Đối với người nước ngoài", ""),
    ],
)
def test_how_a_paper_is_named(written: str, named: str) -> None:
    assert brief(written.lstrip("- ")) == named


def test_headings_and_remarks_are_no_papers() -> None:
    found = read(
        (
            "",
            [
                ("Giấy tờ phải nộp:", 0, 0),
                ("Hồ sơ gồm:", 1, 0),
                ("Tờ khai", 1, 0),
                ("Lưu ý: bản chụp phải rõ nét", 1, 0),
                ("Trường hợp đã có bản điện tử thì không phải nộp bản giấy", 0, 0),
                ("Số lượng hồ sơ: 01 bộ", 0, 0),
                ("Dự thảo điều lệ", 0, 0),  # nobody counted it, but it is one
            ],
        )
    )
    assert names(found) == [("", ["tờ khai", "dự thảo điều lệ"])]
    assert [reason for reason, _ in found.problems] == [Reason.PAPERS_REMARKS]


def test_papers_of_some_cases_only() -> None:
    found = read(
        (
            "",
            [
                ("Tờ khai; trường hợp nộp qua mạng thì điền mẫu điện tử", 1, 0),
                ("Giấy ủy quyền (nếu có)", 1, 0),
                ("Giấy kết hôn đối với trường hợp đã kết hôn", 0, 1),
            ],
        )
    )
    assert [(paper.name, paper.required) for paper in found.cases[0].papers] == [
        ("tờ khai", True),
        ("giấy ủy quyền", False),
        ("giấy kết hôn", False),
    ]


@pytest.mark.parametrize(
    ("items", "ordered"),
    [
        (["b) Thẻ", "a) Đơn"], ["đơn", "thẻ"]),
        (["đ) Năm", "d) Bốn", "c) Ba", "e) Sáu"], ["ba", "bốn", "năm", "sáu"]),
        (["(10) Mười", "(2) Hai", "(1) Một"], ["một", "hai", "mười"]),
        (["1.2. Hai", "1.10. Mười", "1.1. Một"], ["một", "hai", "mười"]),
        (["(iii) Ba", "(i) Một", "(ii) Hai"], ["một", "hai", "ba"]),
        (["Chung", "b) Thẻ", "Riêng", "a) Đơn"], ["chung", "đơn", "riêng", "thẻ"]),
    ],
)
def test_items_are_sorted_by_letter_or_number(items: list[str], ordered: list[str]) -> None:
    found = read(
        (
            "",
            [
                (item.replace(" ", " giấy ", 1) if ")" in item or "." in item else f"giấy {item}", 1, 0)
                for item in items
            ],
        )
    )
    assert [name.removeprefix("giấy ").casefold() for _, own in names(found) for name in own] == ordered


def test_groups_are_merged_and_cases_kept_apart() -> None:
    found = read(
        ("b) Đối với trường hợp cấp lại:", [("Đơn cấp lại", 1, 0)]),
        ("* Giấy tờ phải nộp:", [("Tờ khai", 1, 0)]),
        ("* Giấy tờ phải xuất trình:", [("Hộ chiếu", 1, 0)]),
        ("* Lưu ý:", [("Hồ sơ nộp một lần", 1, 0)]),
        ("Trường hợp 2: cấp đổi, hồ sơ gồm có", [("Đơn cấp đổi", 1, 0)]),
    )
    assert names(found) == [
        ("", ["tờ khai", "hộ chiếu để xuất trình"]),
        ("cấp lại", ["đơn cấp lại"]),
        ("cấp đổi", ["đơn cấp đổi"]),
    ]


def test_cases_of_the_same_title_are_one() -> None:
    found = read(("Trường hợp cấp lại", [("Đơn", 1, 0)]), ("Trường hợp cấp lại", [("Đơn", 1, 0), ("Thẻ cũ", 1, 0)]))
    assert names(found) == [("cấp lại", ["đơn", "thẻ cũ"])]
    assert (Reason.SAME_CASE, "cấp lại") in found.problems


def test_no_papers_at_all() -> None:
    assert [reason for reason, _ in read().problems] == [Reason.PAPERS_NONE]
    assert read().cases == ()


def test_json_says_which_are_required_and_which_are_results() -> None:
    from services.procedures.portal import json_form

    found = papers(json_form.parse(json_record()).cases)
    assert [(paper.name, paper.required) for paper in found.cases[0].papers] == [
        ("tờ khai", True),
        ("giấy ủy quyền", False),
    ]


items = st.builds(Item, st.text(max_size=80), st.integers(0, 3), st.integers(0, 3), st.none())


@settings(deadline=None)
@given(st.lists(st.builds(ItemCase, st.text(max_size=40), st.lists(items, max_size=6).map(tuple)), max_size=4))
def test_whatever_is_listed(cases: list[ItemCase]) -> None:
    found = papers(cases)
    assert len({case.title for case in found.cases}) == len(found.cases)
    assert all(case.papers for case in found.cases)
    assert all(paper.name.strip() and len(paper.name.split()) <= 60 for case in found.cases for paper in case.papers)
