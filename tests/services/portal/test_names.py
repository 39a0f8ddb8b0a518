"""Short names to speak; the official ones here are made up after real shapes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procedures.portal.names import LONGEST, clip, shorten
from services.procedures.portal.normalise import sentence_case


@pytest.mark.parametrize(
    ("official", "spoken", "distinction"),
    [
        # short enough: only the frame goes
        ("Thủ tục đăng ký nuôi ong", "đăng ký nuôi ong", ""),
        ("Thủ tục hành chính về việc đổi thẻ bơi", "đổi thẻ bơi", ""),
        ("Thủ tục: Cấp thẻ bơi.", "cấp thẻ bơi", ""),
        ("Thủ tục hải quan đối với xe đạp", "thủ tục hải quan đối với xe đạp", ""),
        ("2.1. Cấp thẻ bơi ./.", "cấp thẻ bơi", ""),
        ("Cấp thẻ bơi Cấp thẻ bơi", "cấp thẻ bơi Cấp thẻ bơi", ""),
        ("Đăng ký lớp học bơi. Đăng ký lớp học bơi", "đăng ký lớp học bơi", ""),
        # the level is a field of its own
        ("Cấp thẻ bơi (thực hiện tại cấp xã)", "cấp thẻ bơi", ""),
        ("Cấp thẻ bơi thực hiện tại cấp trung ương", "cấp thẻ bơi", ""),
        ("Công nhận hồ bơi (cấp Tỉnh)", "công nhận hồ bơi", ""),
        ("Phê duyệt hồ bơi thuộc thẩm quyền của Chủ tịch Ủy ban nhân dân cấp tỉnh", "phê duyệt hồ bơi", ""),
        ("Xác nhận hồ bơi ở cấp tỉnh", "xác nhận hồ bơi", ""),
        # other remarks tell procedures apart
        ("Cấp lại thẻ bơi (trường hợp bị mất)", "cấp lại thẻ bơi", "trường hợp bị mất"),
        ("Cấp lại thẻ bơi (Trường hợp bị hỏng) (1.900007)", "cấp lại thẻ bơi", "trường hợp bị hỏng"),
        ("Cấp lại thẻ bơi (mẫu C/O)", "cấp lại thẻ bơi", "mẫu C/O"),
        ("Cấp lại thẻ bơi (bị mất", "cấp lại thẻ bơi", "bị mất"),
        # articles of the law are not spoken
        ("Hỗ trợ hồ bơi theo quy định tại khoản 2 Điều 8 Nghị định số 1/2020/NĐ-CP", "hỗ trợ hồ bơi", ""),
        ("Miễn phí bơi theo Luật Bơi", "miễn phí bơi theo Luật Bơi", ""),
        # long ones are cut where their grammar allows
        (
            "Cấp Giấy chứng nhận đủ điều kiện dạy bơi đối với cơ sở có vốn đầu tư nước ngoài tại Việt Nam",
            "cấp Giấy chứng nhận đủ điều kiện dạy bơi",
            "đối với cơ sở có vốn đầu tư nước ngoài tại Việt Nam",
        ),
        (
            "Hỗ trợ học bơi; hỗ trợ mua áo phao cho trẻ em ở các xã ven sông và các đảo có đông người",
            "hỗ trợ học bơi; hỗ trợ mua áo phao cho trẻ em",
            "ở các xã ven sông và các đảo có đông người",
        ),
        (
            "Cấp, cấp lại, cấp đổi, gia hạn chứng chỉ dạy bơi và cứu hộ trên sông hạng II cho người Việt Nam",
            "cấp, cấp lại chứng chỉ dạy bơi và cứu hộ",
            "",
        ),
        (
            "Cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất cho hồ bơi",
            "cấp Giấy chứng nhận quyền sử dụng đất cho hồ bơi",
            "",
        ),
        # not inside a word of two syllables
        (
            "Cấp giấy chứng nhận lưu hành nước hồ sạch loại hai tự do xuất khẩu vào châu Âu hằng năm",
            "cấp giấy chứng nhận lưu hành nước hồ sạch loại hai",
            "tự do xuất khẩu vào châu Âu hằng năm",
        ),
        (
            "Cấp giấy phép sử dụng tần số và thiết bị vô tuyến điện đối với đài cứu hộ bờ sông hoặc bờ hồ",
            "cấp giấy phép sử dụng tần số và thiết bị vô tuyến điện",
            "đối với đài cứu hộ bờ sông hoặc bờ hồ",
        ),
        # shift lock
        ("ĐĂNG KÝ DẠY BƠI CHO NGƯỜI VIỆT NAM VÀ CẤP SỔ BHXH", "đăng ký dạy bơi cho người Việt Nam và cấp sổ BHXH", ""),
    ],
)
def test_names(official: str, spoken: str, distinction: str) -> None:
    short = shorten(official)
    assert (short.spoken, short.distinction) == (spoken, distinction)


@pytest.mark.parametrize(
    "other",
    [
        "Thủ tục cấp thẻ bơi",
        "CẤP THẺ BƠI",
        "Cấp thẻ bơi (cấp tỉnh)",
        "Cấp thẻ bơi thực hiện tại cấp trung ương",
        "1. Cấp thẻ bơi (thực hiện tại Công an cấp xã)",
        "Cấp thẻ bơi tại Công an cấp tỉnh",
        "Cấp thẻ bơi tại Phòng Quản lý xuất nhập cảnh Công an tỉnh, thành phố",
        "Cấp thẻ bơi (địa phương)",
    ],
)
def test_names_of_a_family_differ_by_level_only(other: str) -> None:
    assert shorten(other).family == shorten("Cấp thẻ bơi").family


@pytest.mark.parametrize("other", ["Cấp lại thẻ bơi", "Cấp thẻ bơi (trường hợp bị mất)", "Cấp thẻ bơi cho trẻ em"])
def test_other_acts_and_cases_are_other_families(other: str) -> None:
    assert shorten(other).family != shorten("Cấp thẻ bơi").family


def test_the_plain_name_has_no_level_and_no_remark() -> None:
    assert shorten("1. Thủ tục Cấp thẻ bơi (trường hợp bị mất) thực hiện tại cấp tỉnh").plain == "Cấp thẻ bơi"


WORDS = ("cấp lại thẻ", "bơi,", "đối với", "của", "cơ sở", "do", "và", "(mất)", "trong trường hợp;", "tại phường")
syllables = st.sampled_from(WORDS)


@settings(deadline=None)
@given(st.lists(syllables, min_size=1, max_size=60).map(" ".join))
def test_no_name_is_long_or_empty(official: str) -> None:
    short = shorten(official)
    assert len(short.spoken.split()) <= LONGEST + 2
    assert len(short.distinction.split()) <= LONGEST + 2
    assert short.spoken == short.spoken.strip(" ,;:")


@settings(deadline=None)
@given(st.lists(syllables, min_size=1, max_size=60).map(" ".join))
def test_a_clipped_text_is_the_start_of_it(text: str) -> None:
    assert text.startswith(clip(text))


def test_capitals_are_left_where_they_mean_something() -> None:
    assert sentence_case("Cấp thẻ ABTC") == "Cấp thẻ ABTC"
    assert sentence_case("TẠM DỪNG ĐÓNG BHXH.") == "Tạm dừng đóng BHXH."
    assert sentence_case("123") == "123"
