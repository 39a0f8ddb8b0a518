"""What is said of procedures so that a caller can choose one."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.database import Database
from services.procedures import ACCEPT, MARGIN, Hit, ProcedureBook, is_clear, load, plausible, tell_apart
from tests.services.records import record


def hits(*scores: float) -> list[Hit]:
    return [Hit(f"1.00000{n}", "", score) for n, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "clear", "choices"),
    [
        ([], False, 0),
        ([ACCEPT - 0.01], False, 0),
        ([ACCEPT], True, 1),
        ([ACCEPT + MARGIN, ACCEPT - 0.01], True, 2),
        ([0.5, 0.5 - MARGIN / 2], False, 2),
        ([0.5, 0.49, 0.48, 0.47, 0.46], False, 3),
        ([0.9, 0.5], True, 1),
        ([ACCEPT - 0.01, ACCEPT - 0.02], False, 0),
    ],
)
def test_clear_to_be_chosen_or_nothing(scores: list[float], clear: bool, choices: int) -> None:
    assert is_clear(hits(*scores)) == clear
    assert len(plausible(hits(*scores))) == choices


@pytest.mark.parametrize(
    ("names", "differences"),
    [
        (
            ["Cấp thẻ căn cước", "Cấp đổi thẻ căn cước", "Cấp lại thẻ căn cước"],
            ["làm lần đầu", "cấp đổi", "cấp lại"],
        ),
        (
            ["Đăng ký kết hôn", "Đăng ký kết hôn có yếu tố nước ngoài"],
            ["trong nước", "có yếu tố nước ngoài"],
        ),
        (
            ["Đăng ký khai tử", "Đăng ký lại khai tử"],
            ["làm lần đầu", "đăng ký lại"],
        ),
        (
            ["Đăng ký khai sinh", "Đăng ký khai sinh lưu động"],
            ["trường hợp thông thường", "lưu động"],
        ),
        (
            ["Cấp thẻ căn cước cho người dưới 14 tuổi", "Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên"],
            ["dưới 14 tuổi", "từ đủ 14 tuổi trở lên"],
        ),
        (
            ["Đăng ký phương tiện chưa khai thác trên sông", "Đăng ký phương tiện đang khai thác trên sông"],
            ["chưa khai thác", "đang khai thác"],
        ),
        (
            ["Gia hạn giấy phép môi trường", "Thu hồi giấy phép môi trường"],
            ["gia hạn", "thu hồi"],
        ),
        (
            ["Đăng ký nghĩa vụ quân sự", "Tách thửa hoặc hợp thửa đất"],
            ["Đăng ký nghĩa vụ quân sự", "Tách thửa hoặc hợp thửa đất"],
        ),
    ],
)  # fmt: skip
def test_choices_are_told_by_what_differs(names: list[str], differences: list[str]) -> None:
    choices = tell_apart([record(f"1.00000{n}", name) for n, name in enumerate(names)])
    assert [choice.difference for choice in choices] == differences
    assert [choice.name for choice in choices] == names


def test_the_same_name_at_two_levels_is_told_by_level() -> None:
    name = "Cấp thẻ nhân viên tiếp cận cộng đồng"
    choices = tell_apart([record("1.000001", name), record("1.000002", name, "Cấp Tỉnh")])
    assert [choice.difference for choice in choices] == ["ở phường, xã", "ở thành phố"]


def test_differences_that_are_too_long_to_say_give_way_to_names() -> None:
    short, long = "Hỗ trợ người trồng lúa", "Hỗ trợ người trồng rau quả hoa màu cây thuốc và cây công nghiệp ngắn ngày"
    choices = tell_apart([record("1.000001", short), record("1.000002", long)])
    assert [choice.difference for choice in choices] == [short, long]


def test_nothing_to_choose_between() -> None:
    assert tell_apart([]) == ()


def test_the_book_tells_hits_apart(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/hotline.db")
    database.migrate()
    load(database)
    book = ProcedureBook(database)
    found = book.search("mất hoặc đổi căn cước")
    choices = book.choices([hit for hit in found if hit.code in ("1.014063", "1.014064")])
    assert {choice.code: choice.difference for choice in choices} == {"1.014063": "cấp đổi", "1.014064": "cấp lại"}
    assert book.choices([Hit("9.999999", "no longer there", 1.0)]) == ()
