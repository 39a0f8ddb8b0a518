"""The text form of records: labels in order, free text that repeats them, letters that are not as they should be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procedures.portal import text_form
from services.procedures.portal.record import Fee, LegalEntry, MalformedRecord
from services.procedures.record import Level, Method
from tests.services.portal.writing import NOTHING, record, text, way


def test_a_whole_record() -> None:
    found = record(level="Cấp Bộ/Trung ương", keywords="thẻ, thử", conditions="Đủ 18 tuổi.\nCư trú ở phường.")
    assert (found.code, found.name, found.decision) == ("1.900001", "Cấp thẻ thử nghiệm", "12/QĐ-BTP")
    assert found.levels == (Level.MINISTRY,)
    assert found.field == "Hộ tịch"
    assert found.conditions == "Đủ 18 tuổi.\nCư trú ở phường."
    assert found.keywords == "thẻ, thử"
    assert found.results == "Thẻ thử nghiệm"
    assert found.legal == (LegalEntry("Luật Hộ tịch", "60/2014/QH13"),)
    assert [(each.method, each.time, each.unit) for each in found.ways] == [(Method.DIRECT, "5", "WORKING_DAY")]
    assert found.wholly_online is None


def test_no_information_is_null_everywhere() -> None:
    found = record(
        level="", agency=NOTHING, results=NOTHING, legal=(), cases=(), field=NOTHING, ways=(way(fee=NOTHING),)
    )
    assert (found.levels, found.agency, found.results, found.legal, found.cases, found.field) == (
        (),
        "",
        "",
        (),
        (),
        "",
    )
    assert found.ways[0].fees == ()
    assert record(ways=(way(fee=f"0 VNĐ ({NOTHING})", note=NOTHING),)).ways[0].fees == (Fee(0, ""),)


@pytest.mark.parametrize("label", ["Mô tả", "Cơ quan thực hiện", "Từ khóa", "Kết quả thực hiện"])
def test_free_text_may_repeat_a_label(label: str) -> None:
    found = record(
        ways=(way(note=f"Nộp như sau:\n{label}: tại phường"), way("ONLINE")),
        conditions=f"Trước hết:\n{label}: đủ hồ sơ",
        description=f"Trước hết:\n{label}: đủ hồ sơ",
    )
    assert [each.method for each in found.ways] == [Method.DIRECT, Method.ONLINE]
    assert found.ways[0].note.endswith(f"{label}: tại phường")
    assert found.conditions == f"Trước hết:\n{label}: đủ hồ sơ"
    assert found.agency == "Ủy ban nhân dân cấp xã"
    assert found.keywords == ""


def test_a_name_that_runs_over_lines_and_holds_a_label() -> None:
    found = record(name="Hòa giải tranh chấp \n(1) Trình tự thực hiện:")
    assert found.name == "Hòa giải tranh chấp (1) Trình tự thực hiện:"
    assert len(found.stages) == 1


def test_a_method_may_stand_there_twice() -> None:
    found = record(ways=(way(time="10 ngày"), way(time="20 ngày"), way("POSTAL", "1 OTHER"), way("ONLINE", " OTHER")))
    assert [(each.method.value, each.time, each.unit) for each in found.ways] == [
        ("direct", "10", "DAY"),
        ("direct", "20", "DAY"),
        ("postal", "1", "OTHER"),
        ("online", "", "OTHER"),
    ]


def test_a_paragraph_may_stand_in_the_time() -> None:
    found = record(ways=(way(time="Không quá 10 ngày.\n    Nếu phải xác minh thì thêm 5 ngày. OTHER"),))
    assert found.ways[0].unit == "OTHER"
    assert found.ways[0].time == "Không quá 10 ngày.\nNếu phải xác minh thì thêm 5 ngày."


@pytest.mark.parametrize(
    ("printed", "fees"),
    [
        ("20000 VNĐ (lần đầu) | 0 VNĐ ()", [(20000, "lần đầu"), (0, "")]),
        ("5000 VNĐ (từ (a) đến (b)", [(5000, "từ (a) đến (b)")]),  # the last bracket is missing
        ("5000 VNĐ (a | b) | 7000 VNĐ (c)", [(5000, "a | b"), (7000, "c")]),
        ("Theo biểu phí kèm theo", [(None, "Theo biểu phí kèm theo")]),
        (" | ", []),
    ],
)
def test_parts_of_a_fee(printed: str, fees: list[tuple[int | None, str]]) -> None:
    assert [(fee.value, fee.note) for fee in record(ways=(way(fee=printed),)).ways[0].fees] == fees


def test_cases_and_their_items() -> None:
    papers = (("Đơn", 1, 0), ("Bản sao thẻ", 0, 2))
    found = record(cases=(("a) Cấp mới", papers), ("b) Cấp lại", papers[:1])))
    assert [(case.title, [(i.name, i.originals, i.copies) for i in case.items]) for case in found.cases] == [
        ("a) Cấp mới", [("Đơn", 1, 0), ("Bản sao thẻ", 0, 2)]),
        ("b) Cấp lại", [("Đơn", 1, 0)]),
    ]


def test_letters_are_put_right() -> None:
    crooked = unicodedata.normalize("NFD", "Uỷ ban\u00a0nhân\u200e dân\txã \uf0fc hoà giải")
    assert record(agency=crooked).agency == "Ủy ban nhân dân xã hòa giải"


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (lambda t: "", "Mã thủ tục"),
        (lambda t: "Không phải bản ghi", "Mã thủ tục"),
        (lambda t: t.replace("Lĩnh vực: Hộ tịch\n", ""), "Lĩnh vực"),
        (lambda t: t.replace("Từ khóa:", "Từ khoá rồi:"), "Từ khóa"),
        (lambda t: t.replace("1.900001", ""), "no code"),
        (lambda t: t.replace("Hình thức nộp: DIRECT", "Hình thức nộp: CARRIER_PIGEON"), "cannot be read"),
    ],
)
def test_what_is_no_record(spoilt: object, told: str) -> None:
    assert callable(spoilt)
    with pytest.raises(MalformedRecord, match=told):
        text_form.parse(spoilt(text()))


words = st.text("abcdeghiknt àâđêôưạếộ (),.;:-/|", min_size=1, max_size=40).map(lambda t: " ".join(t.split()))
written = words.filter(lambda t: any(c.isalpha() for c in t))


@settings(deadline=None)
@given(
    name=written,
    steps=st.lists(written, min_size=1, max_size=5),
    items=st.lists(st.tuples(written, st.integers(0, 9), st.integers(0, 9)), max_size=6),
    note=written,
    conditions=st.lists(written, min_size=1, max_size=4),
)
def test_what_is_written_is_read(
    name: str, steps: list[str], items: list[tuple[str, int, int]], note: str, conditions: list[str]
) -> None:
    found = record(
        name=name,
        steps="\n".join(f"    {step}" for step in steps),
        cases=(("Trường hợp một", items),),
        ways=(way(note=note), way("ONLINE", note=note)),
        conditions="\n".join(conditions),
    )
    assert found.name == name
    assert [stage.text for stage in found.stages] == ["\n".join(steps)]
    assert [(i.name, i.originals, i.copies) for case in found.cases for i in case.items] == items
    assert [each.note for each in found.ways] == [note, note]
    assert found.conditions == "\n".join(conditions)


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_a_record_or_malformed(anything: str) -> None:
    for candidate in (anything, text() + anything, anything + text()):
        told = ""
        try:
            told = text_form.parse(candidate).code
        except MalformedRecord as error:
            told = str(error)
        assert told
