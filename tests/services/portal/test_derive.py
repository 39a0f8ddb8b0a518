"""How far a record is trusted, and what is found wrong with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.procedures.portal.derive import Derived, derive, listed_weak
from services.procedures.portal.findings import Outcome, Reason
from services.procedures.record import Level, Method, Procedure, Trust
from tests.services.portal.writing import NOTHING, record, way

TODAY = date(2026, 7, 19)


def derived(**fields: Any) -> Derived:
    return derive(record(**fields), TODAY)


def procedure(**fields: Any) -> Procedure:
    found = derived(**fields).procedure
    assert found is not None
    return found


def reasons(**fields: Any) -> dict[Reason, Outcome]:
    return {finding.reason: finding.outcome for finding in derived(**fields).findings}


def test_a_good_record_has_nothing_wrong_with_it() -> None:
    found = derived(ways=(way(fee="20000 VNĐ (/thẻ)"), way("ONLINE", "3 WORKING_DAY", "20000 VNĐ (/thẻ)")))
    assert found.findings == ()
    told = found.procedure
    assert told is not None
    assert (told.trust, told.rank, told.group, told.spoken_name) == (
        Trust.IMPORTED,
        Level.WARD,
        "ho_tich",
        "cấp thẻ thử nghiệm",
    )
    assert told.time == "nộp trực tiếp: 5 ngày làm việc; nộp trực tuyến: 3 ngày làm việc"
    assert told.fee == "20.000 đồng/thẻ"
    assert [(each.method, each.time, each.fee) for each in told.channels] == [
        (Method.DIRECT, "5 ngày làm việc", "20.000 đồng/thẻ"),
        (Method.ONLINE, "3 ngày làm việc", "20.000 đồng/thẻ"),
    ]
    assert [paper.name for paper in told.papers] == ["đơn đề nghị"]
    assert told.steps == ("nộp hồ sơ", "nhận kết quả")
    assert [document.number for document in told.legal] == ["60/2014/QH13"]


def test_what_is_stored_is_what_was_derived() -> None:
    told = procedure(
        cases=(("Trường hợp cấp mới", (("Đơn", 1, 0),)), ("Trường hợp cấp lại", (("Thẻ cũ", 1, 0),))),
        legal=("Nghị định 123/2015/NĐ-CP ngày 15/11/2015 (123/2015/NĐ-CP)",),
    )
    stored = told.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert Procedure.model_validate(stored) == told
    assert [case.title for case in told.cases] == ["cấp mới", "cấp lại"]
    assert told.papers == ()


@pytest.mark.parametrize(
    ("code", "reason"), [("1.900001-Xoa", Reason.DELETED), ("abc", Reason.ODD_CODE), ("12.900001", Reason.ODD_CODE)]
)
def test_records_without_a_usable_code_are_dropped(code: str, reason: Reason) -> None:
    found = derived(code=code)
    assert found.procedure is None
    assert [(finding.outcome, finding.reason) for finding in found.findings] == [(Outcome.DROPPED, reason)]


@pytest.mark.parametrize("code", ["1.9000011", "2.900000139"])
def test_odd_codes_are_kept(code: str) -> None:
    assert procedure(code=code).code == code
    assert reasons(code=code) == {Reason.ODD_CODE: Outcome.DOUBTFUL}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"decision": "12/QĐ-UBND", "agency": "Sở Xây dựng tỉnh Cà Mau"}, Reason.OTHER_PROVINCE),
        (
            {"decision": "12/QĐ-UBND", "legal": ("Quy định trên địa bàn tỉnh Thanh Hoá (5/2026/QĐ-UBND)",)},
            Reason.OTHER_PROVINCE,
        ),
        ({"decision": "12/QĐ-VP", "address": "phường Hạc, tỉnh Yên Bái"}, Reason.OTHER_PROVINCE),  # until 2025
        ({"decision": "205/TTr-SNNMT", "agency": "Sở Bơi Thành phố Đồng Nai"}, Reason.OTHER_PROVINCE),
        ({"decision": "543", "agency": "Sở Bơi TP.HCM"}, Reason.OTHER_PROVINCE),
        ({"decision": "12/QĐ-UBND"}, Reason.NO_AREA),
        ({"decision": "12/QĐ-UBND", "agency": "Sở Bơi Hà Nội, Sở Bơi Huế"}, Reason.OTHER_PROVINCE),
    ],
)
def test_records_of_other_provinces_are_not_offered(fields: dict[str, Any], reason: Reason) -> None:
    assert procedure(**fields).trust is Trust.OUT_OF_AREA
    assert not procedure(**fields).offered
    assert reasons(**fields)[reason] is Outcome.OUT_OF_AREA


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "482/QĐ-TTPVHCC"},
        {"decision": "12/QĐ-UBND", "agency": "Sở Bơi Thành phố Hà Nội"},
        {"decision": "12/QĐ-UBND", "legal": ("Luật Thủ đô (39/2024/QH15)",)},
        {"decision": "12/QĐ-BTP", "agency": "Sở Bơi Thành phố Huế"},  # an agency slipped into a national record
        {"decision": "12/QĐ-BTP", "name": "Xét tặng giải thưởng Hồ Chí Minh"},
        {"decision": "1562/BNG-VP"},
    ],
)
def test_national_records_and_those_of_the_capital_are(fields: dict[str, Any]) -> None:
    assert procedure(**fields).trust is Trust.IMPORTED
    assert "Huế" not in procedure(**fields).where


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "Trình báo mất thẻ (thực hiện tại cấp huyện)"}, Reason.DISTRICT),
        ({"agency": "Ủy ban nhân dân huyện"}, Reason.DISTRICT),
        ({"steps": "    Bước 1: Nộp tại UBND quận\n    Bước 2: Nhận"}, Reason.DISTRICT),
        ({"cases": (("", (("Giấy xác nhận của UBND cấp huyện", 1, 0),)),)}, Reason.DISTRICT),
        ({"steps": "    Sở Lao động - Thương binh và Xã hội xem xét"}, Reason.FORMER_DEPARTMENT),
        ({"decision": "Demo/QĐ-BCA"}, Reason.TRIAL),
        ({"code": "2.002307"}, Reason.LISTED_WEAK),
    ],
)
def test_weak_records_are_only_named(fields: dict[str, Any], reason: Reason) -> None:
    assert procedure(**fields).trust is Trust.WEAK
    assert procedure(**fields).offered
    assert reasons(**fields)[reason] is Outcome.WEAK


def test_the_list_of_weak_records_says_why() -> None:
    assert len(listed_weak()) >= 5
    assert all(why.endswith(".") for why in listed_weak().values())


@pytest.mark.parametrize(
    ("fields", "reason", "outcome"),
    [
        ({"ways": (way(time="1 OTHER"),)}, Reason.OTHER_UNIT, Outcome.FACT_DROPPED),
        ({"ways": (way(fee="0 VNĐ ()"),)}, Reason.FEE_ZERO, Outcome.FACT_DROPPED),
        ({"ways": (way(fee="Do HĐND tỉnh quy định"),)}, Reason.FEE_COUNCIL, Outcome.FACT_DROPPED),
        ({"kind": "NOT_ASSIGNED_REGULATION"}, Reason.CONSTANT, Outcome.FACT_DROPPED),
        ({"legal": ()}, Reason.NO_LEGAL_BASIS, Outcome.FACT_DROPPED),
        ({"cases": ()}, Reason.PAPERS_NONE, Outcome.FACT_DROPPED),
        ({"decision": "1681"}, Reason.NO_ISSUER, Outcome.DOUBTFUL),
        ({"decision": NOTHING}, Reason.NO_ISSUER, Outcome.DOUBTFUL),
        ({"name": "CẤP THẺ THỬ NGHIỆM"}, Reason.LETTERS, Outcome.DOUBTFUL),
        ({"name": "1. Cấp thẻ thử nghiệm"}, Reason.LETTERS, Outcome.DOUBTFUL),
        ({"agency": "Sở Bơi tỉnh Cà Mau"}, Reason.AGENCY, Outcome.FACT_DROPPED),
        ({"steps": "    Nộp hồ sơ tại phường"}, Reason.STEPS_LONG, Outcome.FACT_DROPPED),
    ],
)
def test_what_is_doubtful_is_reported(fields: dict[str, Any], reason: Reason, outcome: Outcome) -> None:
    assert reasons(**fields) == {reason: outcome}


def test_names_are_put_right() -> None:
    assert procedure(name="2.1. CẤP THẺ CHO NGƯỜI VIỆT NAM").name == "Cấp thẻ cho người Việt Nam"


def test_copies_have_the_same_body_whatever_their_code() -> None:
    assert procedure(code="1.900001").body == procedure(code="1.900009", decision="99/QĐ-BTP").body
    assert procedure().body != procedure(ways=(way(time="6 WORKING_DAY"),)).body


def test_the_reasons_are_told_in_whole_sentences() -> None:
    assert all(reason.explanation.endswith(".") for reason in Reason)
    assert len({reason.value for reason in Reason}) == len(Reason)
