"""How much: amounts that can be trusted, and all the ways in which they cannot."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procedures.portal.fees import BY_COUNCIL, FREE, Fees, fees
from services.procedures.portal.findings import Reason
from services.procedures.portal.record import Fee, Way
from services.procedures.record import Method
from tests.services.portal.writing import record, way

TODAY = date(2026, 7, 19)


def told(*parts: str, legal: tuple[str, ...] = ()) -> Fees:
    ways = [way(method, fee=part) for method, part in zip(("DIRECT", "ONLINE", "POSTAL"), parts, strict=False)]
    return fees(record(ways=ways).ways, TODAY, legal)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("135000 VNĐ ()", "135.000 đồng"),
        ("135000 VNĐ (/lần)", "135.000 đồng/lần"),
        ("135000 VNĐ (đồng/01 giấy (Thông tư số 1/2020/TT-BTC))", "135.000 đồng/giấy"),
        ("10000 VNĐ (10.000 đồng/khẩu-chiếc.)", "10.000 đồng/khẩu-chiếc"),
        ("135000 VNĐ (Phí thẩm định)", "135.000 đồng"),
        ("135000 VNĐ (Theo quy định tại Thông tư số 1/2020/TT-BTC)", "135.000 đồng"),
        ("0 VNĐ (Lệ phí: 135.000 đồng/lần)", "135.000 đồng/lần"),
        (
            "0 VNĐ (- Cấp mới: 50.000 đồng/giấy; - Cấp lại: 20.000 đồng/giấy)",
            "cấp mới: 50.000 đồng/giấy; cấp lại: 20.000 đồng/giấy",
        ),
        (
            "40000 VNĐ (Xe trên 10 chỗ) | 90000 VNĐ (Xe dưới 10 chỗ)",
            "xe trên 10 chỗ: 40.000 đồng; xe dưới 10 chỗ: 90.000 đồng",
        ),
        # discounts that have ended
        (
            "0 VNĐ (Lệ phí: 135.000 đồng/lần. Trường hợp nộp trực tuyến: Kể từ ngày 01/12/2023 đến hết ngày 31/12/2025,"
            " áp dụng mức thu là 115.000 đồng/lần cấp.)",
            "135.000 đồng/lần",
        ),
        ("15000000 VNĐ (đồng Miễn phí từ ngày 07/4/2026 đến 30/6/2026 theo Thông tư 1/2026/TT-BTC)", "15.000.000 đồng"),
        # said in words that there is none
        ("0 VNĐ (Không có)", FREE),
        ("0 VNĐ (Miễn phí.)", FREE),
        ("0 VNĐ (Không thu lệ phí)", FREE),
        ("Không có", FREE),
    ],
)
def test_what_is_told(part: str, said: str) -> None:
    assert told(part).said == said


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("0 VNĐ ()", Reason.FEE_ZERO),
        ("0 VNĐ (Theo quy định của Bộ Tài chính)", Reason.FEE_ELSEWHERE),
        ("Chi tiết tại văn bản kèm theo", Reason.FEE_ELSEWHERE),
        ("0 VNĐ (Không quy định)", Reason.FEE_ELSEWHERE),
        ("0 VNĐ (Chưa có)", Reason.FEE_ELSEWHERE),
        ("25 VNĐ ()", Reason.FEE_SMALL),
        ("20 VNĐ (20.000 vnđ /tờ khai)", Reason.FEE_SMALL),
        ("145000 VNĐ (145 USD/thẻ)", Reason.FEE_CURRENCY),
        ("50000 VNĐ (Nộp trực tuyến, kể từ ngày 01/01/2024 đến hết ngày 31/12/2025)", Reason.FEE_EXPIRED),
        ("4000000 VNĐ (áp dụng mức phí 2.000.000 đồng từ ngày 01/7/2025 đến hết ngày 31/12/2026)", Reason.FEE_UNCLEAR),
        (
            "1250 VNĐ (Từ ngày 01 tháng 7 năm 2025 đến hết ngày 31 tháng 12 năm 2026 theo Quyết định)",
            Reason.FEE_UNCLEAR,
        ),
        ("500000 VNĐ (600.000 đồng/lần)", Reason.FEE_UNCLEAR),
        ("500000 VNĐ (bằng 50% mức thu)", Reason.FEE_UNCLEAR),
        ("0 VNĐ (150.000 đồng + (số tấn x 15.000 đồng/tấn))", Reason.FEE_UNCLEAR),
        ("5000 VNĐ () | 7000 VNĐ ()", Reason.FEE_UNCLEAR),
        ("0 VNĐ (a) Sân lớn: - Cấp lại: 30.000 đồng; b) Sân nhỏ: - Cấp lại: 20.000 đồng)", Reason.FEE_UNCLEAR),
    ],
)
def test_what_is_not_told(part: str, reason: Reason) -> None:
    found = told(part)
    assert found.said == ""
    assert reason in {told for told, _ in found.problems}


@pytest.mark.parametrize(
    "part",
    [
        "150000 VNĐ (Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định)",
        "Do HĐND cấp tỉnh quy định",
        "0 VNĐ (do Ủy ban nhân dân cấp tỉnh quy định.)",
    ],
)
def test_what_councils_set_is_unknown(part: str) -> None:
    assert told(part).said == BY_COUNCIL
    assert told(part).by_way == ("",)


def test_an_amount_from_the_circular_on_fees_of_councils_is_the_most_they_may_charge() -> None:
    assert told("150000 VNĐ ()", legal=("85/2019/TT-BTC",)).said == BY_COUNCIL
    assert told("0 VNĐ ()", legal=("85/2019/TT-BTC",)).said == ""


def test_ways_may_cost_differently() -> None:
    found = told("50000 VNĐ ()", "25000 VNĐ ()", "50000 VNĐ ()")
    assert found.said == "nộp trực tiếp hoặc qua bưu điện: 50.000 đồng; nộp trực tuyến: 25.000 đồng"
    assert found.by_way == ("50.000 đồng", "25.000 đồng", "50.000 đồng")
    assert told("300000 VNĐ ()", "30000 VNĐ ()").said == ""  # a slip, surely


def test_a_zero_beside_an_amount_is_not_free() -> None:
    found = told("50000 VNĐ ()", "0 VNĐ ()")
    assert found.said == "50.000 đồng"
    assert found.by_way == ("50.000 đồng", "")


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Fee,
            st.one_of(st.none(), st.integers(0, 10**9)),
            st.text("0123456789. đồngVNĐ/%();-ab\n", max_size=60),
        ),
        max_size=4,
    )
)
def test_no_amount_is_told_that_is_not_there_or_below_a_thousand(parts: list[Fee]) -> None:
    found = fees([Way(Method.DIRECT, "1", "DAY", tuple(parts), "")], TODAY)
    printed = " ".join(f"{part.value} {part.note}" for part in parts).replace(".", "")
    for amount in re.findall(r"([\d.]+) đồng", found.said):
        assert amount.replace(".", "").lstrip("0") in printed
        assert int(amount.replace(".", "")) >= 1000
