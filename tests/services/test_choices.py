"""What is said of procedures so that a caller can choose one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.database import Database
from services.procedures import ACCEPT, MARGIN, Choices, Hit, ProcedureBook, is_clear, load, plausible, tell_apart
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
    assert [choice.difference for choice in choices.each] == differences
    assert [choice.name for choice in choices.each] == names
    assert bool(choices.subject) == (differences != names)


@pytest.mark.parametrize(
    ("names", "subject"),
    [
        (["cấp thẻ căn cước", "cấp đổi thẻ căn cước"], "thẻ căn cước"),
        (["đăng ký khai tử", "đăng ký lại khai tử"], "khai tử"),
        (["đăng ký kết hôn", "đăng ký kết hôn lưu động"], "đăng ký kết hôn"),
        (["đăng ký kết hôn", "tách thửa đất"], ""),
        (["cấp thẻ căn cước"], ""),
    ],
)
def test_what_all_have_in_common_is_said_once(names: list[str], subject: str) -> None:
    assert tell_apart([record(f"1.00000{n}", name) for n, name in enumerate(names)]).subject == subject


SAME = "cấp thẻ nhân viên tiếp cận cộng đồng"


@pytest.mark.parametrize(
    ("ones", "differences"),
    [
        (({"level": "Cấp Xã"}, {"level": "Cấp Tỉnh"}), ["ở phường, xã", "ở thành phố"]),
        (
            ({"distinction": "trừ người đã thôi việc"}, {"distinction": "đối với người thôi việc"}),
            ["trừ người đã thôi việc", "đối với người thôi việc"],
        ),
        (
            ({"distinction": "trừ người đã thôi việc"}, {"distinction": ""}),
            ["trừ người đã thôi việc", "trường hợp chung"],
        ),
        (
            ({"name": f"{SAME} là tàu bay loại lớn"}, {"name": f"{SAME} là tàu biển loại lớn"}),
            ["tàu bay", "tàu biển"],
        ),
        (({"field": "Thủy sản"}, {"field": "Thú y"}), ["lĩnh vực thủy sản", "lĩnh vực thú y"]),
    ],
)  # fmt: skip
def test_the_same_spoken_name_is_told_by_what_the_record_says_besides(
    ones: tuple[dict[str, str], ...], differences: list[str]
) -> None:
    records = [record(f"1.00000{n}", **{"name": SAME, **one}, spoken_name=SAME) for n, one in enumerate(ones)]
    choices = tell_apart(records)
    assert [choice.difference for choice in choices.each] == differences
    assert choices.subject == SAME


def test_long_differences_are_cut_where_they_can_be() -> None:
    short, long = "Hỗ trợ người trồng lúa nước", "Hỗ trợ người trồng rau quả hoa màu và cây công nghiệp ngắn ngày"
    choices = tell_apart([record("1.000001", short), record("1.000002", long)])
    assert [choice.difference for choice in choices.each] == ["lúa nước", "rau quả hoa màu"]


def test_a_name_that_is_the_start_of_another_is_said_whole() -> None:
    names = ["Tặng quà người cao tuổi", "Tặng quà người cao tuổi neo đơn"]
    choices = tell_apart([record(f"1.00000{n}", name) for n, name in enumerate(names)])
    assert [choice.difference for choice in choices.each] == names
    assert choices.subject == ""


def test_differences_keep_capitals_and_compounds() -> None:
    names = ["Miễn nhiệm giám định viên tư pháp", "Bổ nhiệm và cấp thẻ giám định viên tư pháp"]
    numbers = ["Cấp phép xây dựng công trình hạng III trên phố", "Cấp phép xây dựng công trình hạng II trên phố"]
    said = [
        [each.difference for each in tell_apart([record("1.000001", a), record("1.000002", b)]).each]
        for a, b in (names, numbers)
    ]
    assert said == [["miễn nhiệm", "bổ nhiệm và cấp thẻ"], ["hạng III", "hạng II"]]


WORDS = st.sampled_from([*SAME.split(), "đang", "của", "mất", "III,"])


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1), min_size=2, max_size=3))
def test_what_is_said_of_any_names_tells_them_apart_or_names_them(words: list[list[str]]) -> None:
    names = [" ".join(each) for each in words]
    choices = tell_apart([record(f"1.00000{n}", name) for n, name in enumerate(names)])
    said = [choice.difference for choice in choices.each]
    assert len(set(said)) == len(said) if choices.subject else said == names
    assert all(choices.subject.casefold() in name.casefold() for name in names)


def test_nothing_to_choose_between() -> None:
    assert tell_apart([]) == Choices("", ())


def test_the_book_tells_hits_apart(database: Database) -> None:
    load(database)
    book = ProcedureBook(database)
    found = book.search("mất hoặc đổi căn cước")
    choices = book.choices([hit for hit in found if hit.code in ("1.014063", "1.014064")])
    assert {each.code: each.difference for each in choices.each} == {"1.014063": "cấp đổi", "1.014064": "cấp lại"}
    assert book.choices([Hit("9.999999", "no longer there", 1.0)]) == Choices("", ())
