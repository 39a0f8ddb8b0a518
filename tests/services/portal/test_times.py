"""How long: units that mean something, ways that differ, numbers that contradict each other."""

from __future__ import annotations

import pytest

from services.procedures.portal.findings import Reason
from services.procedures.portal.times import Times, times
from tests.services.portal.writing import record, way


def told(*ways: str) -> Times:
    return times(record(ways=ways).ways)


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ([way(time="5 WORKING_DAY")], "5 ngày làm việc"),
        ([way(time="15 ngày")], "15 ngày"),
        ([way(time="8 HOUR")], "8 giờ"),
        ([way(time="3 MONTH")], "3 tháng"),
        ([way(time="2 YEAR")], "2 năm"),
        ([way(time="7.5 WORKING_DAY")], "7,5 ngày làm việc"),
        ([way(time="5 WORKING_DAY"), way("ONLINE", "5 WORKING_DAY")], "5 ngày làm việc"),
        (
            [way("POSTAL", "10 ngày"), way("ONLINE", "10 ngày"), way("DIRECT", "20 ngày")],
            "nộp trực tiếp: 20 ngày; nộp trực tuyến hoặc qua bưu điện: 10 ngày",
        ),
        ([way(time="10 WORKING_DAY"), way(time="20 WORKING_DAY")], "từ 10 đến 20 ngày làm việc, tùy trường hợp"),
        ([way(time="10 ngày"), way(time="1 MONTH")], "10 ngày hoặc 1 tháng, tùy trường hợp"),
        ([way(time="0 ngày")], ""),
        ([way(time="Không quá 10 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ. OTHER")], "10 ngày làm việc"),
        ([way(time="Không quá 10 ngày làm việc. Phải xác minh thì 15 ngày. OTHER")], ""),
    ],
)
def test_what_is_told(ways: list[str], said: str) -> None:
    assert told(*ways).said == said


@pytest.mark.parametrize("time", ["1 OTHER", " OTHER", "Theo mô tả OTHER"])
def test_other_says_nothing_about_the_unit(time: str) -> None:
    found = told(way(time=time), way("ONLINE", "3 WORKING_DAY"))
    assert found.said == "3 ngày làm việc"
    assert [str(length) if length else None for length in found.by_way] == [None, "3 ngày làm việc"]
    assert [reason for reason, _ in found.problems] == [Reason.OTHER_UNIT]
    assert told(way(time=time)).said == ""


def test_ways_that_are_too_far_apart_are_not_told() -> None:
    found = told(way("POSTAL", "4 WORKING_DAY"), way("DIRECT", "18 WORKING_DAY"))
    assert found.said == ""
    assert found.by_way == (None, None)
    assert found.problems == ((Reason.TIME_SPREAD, "4 ngày làm việc, 18 ngày làm việc"),)


def test_a_note_that_names_another_length() -> None:
    found = told(way(time="8 WORKING_DAY", note="Không quá 08 ngày làm việc. Xã miền núi: 18 ngày làm việc."))
    assert found.said == "8 ngày làm việc; một số trường hợp có thời hạn khác"
    assert found.problems == ((Reason.TIME_NOTE, "18 ngày làm việc"),)
    assert told(way(time="8 WORKING_DAY", note="Nộp từ ngày 01/7/2025, trong 08 ngày làm việc")).problems == ()
