"""What is said of procedures that nobody has reviewed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from language.vi import speak
from services.procedures import Answer, Aspect, Method, Procedure
from services.procedures.answers import OFFER, caution, compose
from services.procedures.portal.derive import derive
from tests.services.portal.writing import record, way

DAY = date(2026, 7, 19)
SOURCE = {"code": "1.900001", "date": "2026-07-19"}
CAUTION = "Thông tin này theo Cổng dịch vụ công quốc gia ngày 19/07/2026, bác nhớ hỏi lại nơi nộp cho chắc ạ."

FULL: dict[str, Any] = {
    "name": "Cấp thẻ bơi",
    "steps": "    Bước 1: Nộp hồ sơ\n    Bước 2: Nhận kết quả",
    "ways": (
        way("DIRECT", "10 WORKING_DAY", "50000 VNĐ (/thẻ)"),
        way("ONLINE", "5 WORKING_DAY", "25000 VNĐ (/thẻ)"),
    ),
    "cases": (
        ("", (("Tờ khai", 1, 0),)),
        ("Trường hợp cấp lại", (("Thẻ cũ", 0, 1), ("Giấy ủy quyền (nếu có)", 1, 0))),
        ("Đối với trẻ em", (("Giấy khai sinh", 1, 0),)),
    ),
    "agency": "Sở Bơi",
    "results": "Thẻ bơi",
    "legal": ("Thông tư số 5/2024/TT-BTP (5/2024/TT-BTP)", "Luật Bơi lội ngày 1/2/2020 (7/2020/QH14)"),
}


def procedure(**fields: Any) -> Procedure:
    found = derive(record(**{**FULL, **fields}), DAY).procedure
    assert found is not None
    return found


def answer(aspect: Aspect, channel: Method | None = None, case: int | None = None, **fields: Any) -> Answer:
    return compose(procedure(**fields), aspect, SOURCE, channel, case)


@pytest.mark.parametrize(
    ("aspect", "parts"),
    [
        (
            Aspect.TIME,
            (
                "Dạ, về thời gian giải quyết cấp thẻ bơi, nộp trực tiếp thì 10 ngày làm việc. "
                "Nộp trực tuyến thì 5 ngày làm việc ạ.",
            ),
        ),
        (
            Aspect.FEE,
            (
                "Dạ, về lệ phí cấp thẻ bơi, nộp trực tiếp thì 50.000 đồng một thẻ. "
                "Nộp trực tuyến thì 25.000 đồng một thẻ ạ.",
            ),
        ),
        (Aspect.WHERE, ("Dạ, cấp thẻ bơi thì bác nộp trực tiếp hoặc trực tuyến. Cơ quan giải quyết là Sở Bơi ạ.",)),
        (Aspect.ONLINE, ("Dạ, cấp thẻ bơi làm trực tuyến được ạ.",)),
        (Aspect.STEPS, ("Dạ, cấp thẻ bơi có 2 bước. Bước 1, nộp hồ sơ. Bước 2, nhận kết quả ạ.",)),
        (Aspect.RESULT, ("Dạ, kết quả của thủ tục cấp thẻ bơi là thẻ bơi ạ.",)),
        (
            Aspect.LEGAL_BASIS,
            ("Dạ, cấp thẻ bơi căn cứ vào Luật Bơi lội số 7/2020/QH14 ngày 01/02/2020, Thông tư số 5/2024/TT-BTP ạ.",),
        ),
        (
            Aspect.DOCUMENTS,
            (
                "Dạ, cấp thẻ bơi cần tờ khai ạ.",
                "Dạ, giấy tờ thêm của thủ tục cấp thẻ bơi tùy 2 trường hợp. Thứ nhất, cấp lại. Thứ hai, trẻ em ạ.",
                "Dạ, trường hợp cấp lại thì cần thẻ cũ, bản sao ạ.",
                "Dạ, tùy trường hợp, bác cần thêm: giấy ủy quyền ạ.",
                "Dạ, trường hợp trẻ em thì cần giấy khai sinh ạ.",
            ),
        ),
    ],
)
def test_word_for_word_with_the_date_and_the_advice_to_check(aspect: Aspect, parts: tuple[str, ...]) -> None:
    found = answer(aspect)
    assert found.parts == (f"{parts[0]} {CAUTION}", *parts[1:])
    assert found.known
    assert not found.offers_officer


def test_one_channel_and_one_case() -> None:
    online = answer(Aspect.TIME, Method.ONLINE)
    assert online.parts == (f"Dạ, thời gian giải quyết cấp thẻ bơi khi nộp trực tuyến là 5 ngày làm việc ạ. {CAUTION}",)
    assert "25.000 đồng một thẻ" in answer(Aspect.FEE, Method.ONLINE).parts[0]
    assert answer(Aspect.FEE, Method.POSTAL) == answer(Aspect.FEE)  # not known for itself
    assert answer(Aspect.DOCUMENTS, case=2).parts == (f"Dạ, trường hợp trẻ em thì cần giấy khai sinh ạ. {CAUTION}",)
    assert answer(Aspect.DOCUMENTS, case=0).parts == (f"Dạ, cấp thẻ bơi cần tờ khai ạ. {CAUTION}",)
    assert answer(Aspect.DOCUMENTS, case=9) == answer(Aspect.DOCUMENTS)
    twice = (way(time="10 ngày"), way(time="20 ngày"))
    assert "là 10 ngày hoặc 20 ngày, tùy trường hợp ạ." in answer(Aspect.TIME, Method.DIRECT, ways=twice).parts[0]


def test_what_the_record_does_not_tell_is_unknown() -> None:
    bare: dict[str, Any] = {
        "ways": (way(time="1 OTHER", fee="0 VNĐ ()"),),
        "cases": (),
        "steps": "    Nộp.",
        "legal": (),
    }
    for aspect in (Aspect.TIME, Aspect.FEE, Aspect.DOCUMENTS, Aspect.STEPS, Aspect.LEGAL_BASIS, Aspect.CONDITIONS):
        found = answer(aspect, **bare)
        assert (found.parts, found.known) == ((), False), aspect


def test_a_fee_of_the_council_is_said_to_be_unknown() -> None:
    found = answer(Aspect.FEE, ways=(way(fee="150000 VNĐ (do Hội đồng nhân dân tỉnh quyết định)"),))
    assert not found.known
    assert found.parts == (
        "Dạ, lệ phí cấp thẻ bơi theo mức của Hội đồng nhân dân thành phố, em chưa có con số chính xác ạ.",
        OFFER,
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"agency": "UBND cấp huyện"}, "Dạ, thủ tục cấp thẻ bơi thì em chưa có thông tin chắc chắn để trả lời bác ạ."),
        (
            {"decision": "5/QĐ-UBND", "agency": "Sở Bơi tỉnh Cà Mau"},
            "Dạ, thủ tục cấp thẻ bơi là của địa phương khác, em không có thông tin cho Hà Nội ạ.",
        ),
    ],
)
def test_weak_records_are_named_and_nothing_else(fields: dict[str, Any], said: str) -> None:
    for aspect in Aspect:
        found = answer(aspect, **fields)
        assert found.parts == (said, OFFER)
        assert found.offers_officer
        assert not found.known


def test_the_advice_can_be_read_aloud() -> None:
    assert caution("2026-07-19") == CAUTION
    assert not re.search(r"[\d/]", speak(CAUTION))


def test_long_lists_are_cut_into_parts_that_can_be_followed() -> None:
    steps = "\n".join(f"    Bước {n}: Nộp hồ sơ {'và tài liệu ' * 12}" for n in range(1, 5))
    found = answer(Aspect.STEPS, steps=steps)
    assert len(found.parts) == 4
    assert all(len(part.split()) < 90 for part in found.parts)
