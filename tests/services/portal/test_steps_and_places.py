"""Steps, places and results: told when they can be told in few words."""

from __future__ import annotations

import pytest

from services.procedures.portal import json_form, places
from services.procedures.portal.record import PortalRecord
from services.procedures.portal.steps import steps
from tests.services.portal.writing import NOTHING, json_record, record, way


def of(*lines: str) -> tuple[str, ...]:
    return steps(record(steps="\n".join(lines)).stages)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["    Bước 1: Nộp hồ sơ.", "    Nộp trực tiếp tại phường.", "    - Bước 2. Nhận kết quả"],
            ("nộp hồ sơ", "nhận kết quả"),
        ),
        (
            ["  * a) Bước 1:", "    Người dân gửi hồ sơ đến phường;", "  * b) Bước 2: Phường trả kết quả"],
            ("người dân gửi hồ sơ đến phường", "phường trả kết quả"),
        ),
        (
            [
                "    Bước 1: Nộp hồ sơ",
                "    Bước 2: Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ, phường cấp thẻ"
                " theo quy định tại Điều 3 Luật Bơi; nếu từ chối thì trả lời.",
                "    Bước 3: Cơ quan tiếp nhận hồ sơ thực hiện:",
            ],
            ("nộp hồ sơ", "trong 05 ngày làm việc, phường cấp thẻ", "cơ quan tiếp nhận hồ sơ xử lý hồ sơ"),
        ),
        (["    - Nộp hồ sơ tại phường", "    - Phường cấp thẻ"], ("nộp hồ sơ tại phường", "phường cấp thẻ")),
        # not told: several ways to go, asides, conditions in place of steps, too long, only one
        (["    Bước 1: Nộp", "    Bước 2: Nhận", "    Bước 1: Nộp qua mạng", "    Bước 2: Nhận qua mạng"], ()),
        (["    - Nộp hồ sơ tại phường", "    - Trường hợp thiếu thì bổ sung"], ()),
        (["    - Hồ phải sâu hai mét", "    - Có người cứu hộ"], ()),
        (["    Bước 1: Nộp hồ sơ", f"    Bước 2: {'xem xét ' * 30}"], ()),
        (["    Nộp hồ sơ tại phường"], ()),
        ([f"    {NOTHING}"], ()),
    ],
)
def test_steps(lines: list[str], told: tuple[str, ...]) -> None:
    assert of(*lines) == told


def where(**fields: object) -> str:
    found: PortalRecord = record(**fields)
    return places.where(found, places.agencies(found)[0])


def test_where_to_file_and_who_decides() -> None:
    every = [way("POSTAL"), way("ONLINE"), way("DIRECT")]
    assert where(ways=every, agency="Công an cấp Xã") == (
        "Nộp trực tiếp, trực tuyến hoặc qua bưu điện; cơ quan giải quyết là Công an cấp xã"
    )
    assert where(ways=every[1:2], agency=NOTHING) == "Nộp trực tuyến; cơ quan giải quyết là xã, phường"
    assert where(agency="Cục Bơi - Bộ Thể thao, Sở Văn hóa, Thể thao và Du lịch, Ủy ban nhân dân cấp xã") == (
        "Nộp trực tiếp; cơ quan giải quyết là Cục Bơi, Sở Văn hóa, Thể thao và Du lịch hoặc Ủy ban nhân dân cấp xã"
    )
    assert where(agency="Sở Bơi", address="Số 1 phố Hồ, phường Hồ, Hà Nội") == (
        "Nộp trực tiếp; nơi nhận hồ sơ là Số 1 phố Hồ, phường Hồ, Hà Nội; cơ quan giải quyết là Sở Bơi"
    )
    assert "nơi nhận" not in where(address="Số 2 phố Hồ, tỉnh Cà Mau")
    assert "nơi nhận" not in where(address="Nộp tại https://hoboi.vn")
    assert where(ways=[way()], agency=NOTHING, level="") == "Nộp trực tiếp"


def test_what_may_be_filed_anywhere() -> None:
    told = places.where(json_form.parse(json_record()), [])
    assert told == "Nộp trực tuyến; nộp ở tỉnh, thành phố nào cũng được; cơ quan giải quyết là xã, phường"
    assert places.online(json_form.parse(json_record())) == "Một phần"
    assert places.online(json_form.parse(json_record(isFullProcess=True))) == "Có"


def test_agencies_of_other_provinces_are_left_out() -> None:
    found = record(agency="Sở Xây dựng tỉnh Cà Mau, Sở Xây dựng Thành phố Hà Nội")
    assert places.agencies(found) == (["Sở Xây dựng Thành phố Hà Nội"], ["Sở Xây dựng tỉnh Cà Mau"])


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ("Giấy phép bơi", "giấy phép bơi"),
        ("Giấy phép bơi (Mẫu 1), Thông báo từ chối", "giấy phép bơi"),
        ("Giấy xác nhận cho Lào, Campuchia và Việt Nam", "giấy xác nhận cho Lào, Campuchia và Việt Nam"),
        ("Thẻ bơi; Sổ bơi", "thẻ bơi hoặc sổ bơi"),
        ("Văn bản không chấp thuận", ""),
        ("Giấy " + "rất " * 30 + "dài", ""),
        (NOTHING, ""),
    ],
)
def test_results(results: str, told: str) -> None:
    assert places.result(record(results=results)) == told


@pytest.mark.parametrize(
    ("ways", "told"), [([way("ONLINE"), way()], "Có"), ([way(), way("POSTAL")], "Không"), ([], "")]
)
def test_whether_it_can_be_done_online(ways: list[str], told: str) -> None:
    assert places.online(record(ways=ways)) == told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ủy ban nhân dân cấp huyện", True),
        ("UBND quận nơi cư trú", True),
        ("Công an quận, huyện", True),
        ("Phòng Kinh tế huyện", True),
        ("Bảo hiểm xã hội cấp huyện", True),
        ("Ủy ban nhân dân xã", False),
        ("đường Huyện Trân", False),
        ("quần chúng", False),
    ],
)
def test_districts(text: str, named: bool) -> None:
    assert places.names_a_district(text) is named
