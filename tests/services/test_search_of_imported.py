"""Reviewed procedures and those of the portal in one book: which are found, and what is said of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.database import Database
from services.procedures import BUNDLED, Aspect, ProcedureBook, is_clear, load
from services.procedures.answers import OFFER
from services.procedures.load import read
from services.procedures.portal import import_portal
from tests.services.portal.writing import folder, text

RECORDS = (
    text(code="1.001193", name="Thủ tục đăng ký khai sinh", decision="9/QĐ-BTP"),  # reviewed as well
    text(code="1.900001", name="Cấp thẻ lặn biển", level="Cấp Tỉnh"),
    text(code="1.900002", name="Cấp lại thẻ lặn biển", level="Cấp Tỉnh"),
    text(code="1.900003", name="Công nhận làng bơi", agency="Ủy ban nhân dân cấp huyện"),
    text(code="1.900004", name="Hỗ trợ thuyền thúng", decision="1/QĐ-UBND", agency="Sở Bơi tỉnh Cà Mau"),
    text(code="1.900005", name="Đăng ký kết hôn trên thuyền", level="Cấp Tỉnh"),
)


@pytest.fixture
def book(database: Database, tmp_path: Path) -> ProcedureBook:
    load(database)
    named = {f"{number}": content for number, content in enumerate(RECORDS)}
    import_portal(database, folder(tmp_path / "records", named), date(2026, 7, 19), datetime(2026, 7, 20, tzinfo=UTC))
    return ProcedureBook(database)


def test_a_reviewed_record_wins_over_the_imported_one(book: ProcedureBook) -> None:
    hits = book.search("làm giấy khai sinh cho cháu")
    assert hits[0].code == "1.001193"
    assert is_clear(hits)
    answer = book.answer("1.001193", Aspect.DOCUMENTS)
    assert (answer.source["origin"], answer.source["trust"]) == ("reviewed", "reviewed")
    assert "Cổng dịch vụ công quốc gia ngày" not in answer.parts[0]


def test_an_imported_record_is_found_and_told_with_its_date(book: ProcedureBook) -> None:
    hits = book.search("tôi muốn cấp thẻ lặn biển")
    assert hits[0].code == "1.900001"
    assert "ngày 19/07/2026" in book.answer(hits[0].code, Aspect.TIME).parts[0]


def test_a_weak_record_is_found_and_only_named(book: ProcedureBook) -> None:
    [hit, *_] = book.search("công nhận làng bơi")
    answer = book.answer(hit.code, Aspect.DOCUMENTS)
    assert (hit.code, answer.known, answer.offers_officer) == ("1.900003", False, True)
    assert answer.parts == (
        "Dạ, thủ tục công nhận làng bơi thì em chưa có thông tin chắc chắn để trả lời bác ạ.",
        OFFER,
    )


def test_a_record_of_another_province_is_not_found(book: ProcedureBook) -> None:
    assert "1.900004" not in {hit.code for hit in book.search("hỗ trợ thuyền thúng", 10)}
    assert book.get("1.900004") is not None


def test_names_of_reviewed_procedures_still_find_them(book: ProcedureBook) -> None:
    for said in read(BUNDLED):
        found = book.search(str(said.record["ten_noi"]))
        assert found[0].code == said.code


def test_what_is_told_apart(book: ProcedureBook) -> None:
    hits = [hit for hit in book.search("thẻ lặn biển") if hit.code.startswith("1.9000")][:2]
    choices = book.choices(hits)
    assert choices.subject == "thẻ lặn biển"
    assert {each.code: each.difference for each in choices.each} == {"1.900001": "làm lần đầu", "1.900002": "cấp lại"}
