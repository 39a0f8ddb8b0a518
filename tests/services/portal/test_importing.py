"""Imports into a database: whole or not at all, again without effect, with history; reviewed records win."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.database import Database
from services.models import ProcedureRow, ProcedureVersionRow
from services.procedures import BUNDLED, Aspect, Origin, ProcedureBook, Stored, Trust, load, versions
from services.procedures.book import CHECK_EVERY
from services.procedures.portal import Imported, ImportRefused, Outcome, Reason, SourceError, import_portal, write_csv
from tests.services.portal.writing import folder, text, way
from tests.services.waiting import wait_until

DAY = date(2026, 7, 19)
NOW = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
REVIEWED = "1.001193"

Importer = Callable[..., Imported]


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    def run(*records: str, day: date = DAY, complete: bool | None = None) -> Imported:
        named = {content.split("Mã thủ tục: ")[1].split("\n")[0]: content for content in records}
        path = folder(tmp_path / f"{len(list(tmp_path.iterdir()))}", named)
        return import_portal(database, path, day, NOW + (day - DAY), complete)

    return run


def several(count: int, **fields: Any) -> list[str]:
    return [text(code=f"1.9000{n:02}", name=f"Cấp thẻ số {n}", **fields) for n in range(1, count + 1)]


def rows(database: Database) -> list[tuple[Any, ...]]:
    """Everything that is stored of procedures."""
    with database.session() as session:
        tables = (ProcedureRow.__table__, ProcedureVersionRow.__table__)
        return [tuple(row) for table in tables for row in session.execute(select(table)).all()]


def test_importing_again_changes_nothing(database: Database, importer: Importer) -> None:
    first = importer(*several(4), text(code="1.900099-Xoa"))
    assert first.stored == Stored(added=4, changed=0, unchanged=0)
    assert (first.dropped, first.withdrawn, first.by_trust) == (1, 0, {Trust.IMPORTED: 4})
    before = rows(database)
    assert importer(*several(4)).stored == Stored(added=0, changed=0, unchanged=4)
    assert rows(database) == before


def test_the_same_in_a_newer_source_gets_its_date_and_no_new_version(database: Database, importer: Importer) -> None:
    importer(*several(2))
    later = DAY + timedelta(days=30)
    assert importer(*several(2), day=later).stored == Stored(added=0, changed=0, unchanged=2)
    [version] = versions(database, "1.900001")
    assert (version.number, version.since, version.until) == (1, "2026-07-19", None)
    answer = ProcedureBook(database).answer("1.900001", Aspect.TIME)
    assert "ngày 18/08/2026" in answer.parts[0]
    assert (answer.source["date"], answer.source["since"]) == ("2026-08-18", "2026-07-19")


def test_a_changed_record_keeps_its_history(database: Database, importer: Importer) -> None:
    importer(*several(3))
    changed = [text(code="1.900001", name="Cấp thẻ số 1", decision="99/QĐ-BTP", ways=(way(time="9 ngày"),))]
    found = importer(*changed, *several(3)[1:], day=DAY + timedelta(days=10))
    assert found.stored == Stored(added=0, changed=1, unchanged=2)
    new, old = versions(database, "1.900001")
    assert (new.number, new.decision, new.since, new.until) == (2, "99/QĐ-BTP", "2026-07-29", None)
    assert (old.number, old.decision, old.since, old.until) == (1, "12/QĐ-BTP", "2026-07-19", "2026-07-29")
    assert (old.record["thoi_han_noi"], new.record["thoi_han_noi"]) == ("5 ngày làm việc", "9 ngày")
    importer(*several(3), day=DAY + timedelta(days=20))  # and back again
    assert [(each.number, each.since, each.until) for each in versions(database, "1.900001")] == [
        (3, "2026-08-08", None),
        (2, "2026-07-29", "2026-08-08"),
        (1, "2026-07-19", "2026-07-29"),
    ]


def test_a_record_that_is_gone_is_withdrawn_not_deleted(database: Database, importer: Importer) -> None:
    importer(*several(10))
    book = ProcedureBook(database)
    assert importer(*several(9), day=DAY + timedelta(days=1)).withdrawn == 1
    book = ProcedureBook(database)
    found = book.get("1.900010")
    assert found is not None
    assert found.withdrawn
    assert not found.offered
    answer = book.answer("1.900010", Aspect.FEE)
    assert answer.parts[0] == "Dạ, thủ tục cấp thẻ số 10 không còn trong danh mục của Cổng dịch vụ công ạ."
    assert answer.offers_officer
    assert "1.900010" not in [hit.code for hit in book.search("cấp thẻ số 10", 20)]
    assert versions(database, "1.900010")[0].until == "2026-07-20"
    importer(*several(9), day=DAY + timedelta(days=2))  # does not end a second time
    assert versions(database, "1.900010")[0].until == "2026-07-20"
    importer(*several(10), day=DAY + timedelta(days=3))
    assert [(each.number, each.since, each.until) for each in versions(database, "1.900010")] == [
        (2, "2026-07-22", None),
        (1, "2026-07-19", "2026-07-20"),
    ]


def test_a_source_that_lacks_much_must_be_said_to_be_complete_or_not(database: Database, importer: Importer) -> None:
    importer(*several(10))
    before = rows(database)
    with pytest.raises(ImportRefused, match=r"lacks 7 of the 10 .*--partial.*--complete"):
        importer(*several(3))
    assert rows(database) == before
    assert importer(*several(3), complete=False).withdrawn == 0
    assert importer(*several(3), complete=True).withdrawn == 7


def test_an_older_source_is_refused(database: Database, importer: Importer) -> None:
    importer(*several(2))
    before = rows(database)
    with pytest.raises(ImportRefused, match="older"):
        importer(*several(3), day=DAY - timedelta(days=1))
    assert rows(database) == before


def test_nothing_usable_is_refused(database: Database, importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="holds no record"):
        importer(text(code="1.900001-Xoa"))
    with pytest.raises(SourceError, match="no such file"):
        import_portal(database, tmp_path / "nowhere", DAY, NOW)
    assert rows(database) == []


def test_reviewed_records_win_whatever_comes_first(database: Database, importer: Importer) -> None:
    imported = text(code=REVIEWED, name="Thủ tục đăng ký khai sinh", decision="163/QĐ-BTP", ways=(way(time="99 ngày"),))
    load(database)
    importer(imported)
    reviewed = ProcedureBook(database).answer(REVIEWED, Aspect.TIME)
    assert "99" not in reviewed.parts[0]
    assert reviewed.source["trust"] == "reviewed"
    assert load(database) == Stored(0, 0, 56)
    assert importer(imported).stored == Stored(0, 0, 1)
    assert [version.origin for version in versions(database, REVIEWED)] == [Origin.REVIEWED, Origin.PORTAL]


def test_loading_the_bundle_does_not_undo_an_import(database: Database, importer: Importer) -> None:
    importer(*several(2), text(code=REVIEWED, name="Khai sinh"))
    imported = [row for row in rows(database) if Origin.PORTAL in row]
    load(database)
    assert [row for row in rows(database) if Origin.PORTAL in row] == imported
    assert len(rows(database)) == 3 + 56


def test_the_officer_hears_when_the_portal_has_moved_on(database: Database, importer: Importer) -> None:
    load(database)
    found = importer(text(code=REVIEWED, decision="999/QĐ-BTP"))
    told = {(finding.code, finding.reason): finding.detail for finding in found.findings}
    assert told[REVIEWED, Reason.REVIEWED_OLDER] == "163/QĐ-BTP → 999/QĐ-BTP"
    assert sum(reason == Reason.REVIEWED_GONE for _, reason in told) == 55
    partial = importer(text(code=REVIEWED, decision="163/QĐ-BTP"), complete=False)
    assert not {finding.reason for finding in partial.findings} & {Reason.REVIEWED_OLDER, Reason.REVIEWED_GONE}


def test_what_an_officer_has_approved_outlives_a_new_bundle(database: Database, tmp_path: Path) -> None:
    file = json.loads(BUNDLED.read_text("utf-8"))
    approved = {**file["procedures"][0], "phi_noi": "9.000 đồng/bản", "trang_thai_duyet": "da_duyet"}
    own = tmp_path / "own.json"
    own.write_text(json.dumps({**file, "procedures": [approved]}))
    load(database)
    load(database, own)
    assert load(database, keep_approved=True) == Stored(0, 0, 55)
    assert "9.000" in ProcedureBook(database).answer(approved["ma_thu_tuc"], Aspect.FEE).parts[0]
    assert load(database).changed == 1  # unless it is said


def test_knowledge_of_an_earlier_day_is_left_alone(database: Database, tmp_path: Path) -> None:
    file = json.loads(BUNDLED.read_text("utf-8"))
    old = tmp_path / "old.json"
    old.write_text(json.dumps({**file, "as_of": "2025-01-01 (bản cũ)"}))
    load(database)
    assert load(database, old) == Stored(0, 0, 0, older=56)


def test_twins_and_copies_are_known(database: Database, importer: Importer) -> None:
    importer(
        text(code="1.900001", name="Đổi thẻ bơi (thực hiện tại cấp trung ương)", level="Cấp Bộ/Trung ương"),
        text(code="1.900002", name="Đổi thẻ bơi (thực hiện tại cấp tỉnh)", level="Cấp Tỉnh"),
        text(code="1.900003", name="Thủ tục đổi thẻ bơi", level="Cấp Xã"),
        text(code="1.900004", name="Đổi thẻ lặn"),
        text(code="1.900005", name="Đổi thẻ lặn"),
        text(code="1.900006", name="Đổi thẻ lặn", decision="1/QĐ-UBND", agency="Sở Bơi tỉnh Cà Mau"),
    )
    book = ProcedureBook(database)
    found = {code: book.get(code) for code in (f"1.90000{n}" for n in range(1, 7))}
    assert [each and each.twins for each in found.values()] == [
        ("1.900003", "1.900002"),  # those of the ward first
        ("1.900003", "1.900001"),
        ("1.900002", "1.900001"),
        ("1.900005",),
        ("1.900004",),
        ("1.900004", "1.900005"),  # another province's has those that can be offered instead
    ]
    assert [each and each.copy_of for each in found.values()] == [None, None, None, None, "1.900004", "1.900004"]
    assert {hit.code for hit in book.search("đổi thẻ lặn", 10)} >= {"1.900004"}
    assert not {hit.code for hit in book.search("đổi thẻ lặn", 10)} & {"1.900005", "1.900006"}


def test_the_report_is_a_table(importer: Importer, tmp_path: Path) -> None:
    found = importer(
        text(code="1.900001", name="=CẤP THẺ", agency="Sở Bơi tỉnh Cà Mau", decision="1/QĐ-UBND"),
        text(code="1.900002", ways=(way(time="1 OTHER"),)),
        text(code="1.900003-Xoa"),
        text(code="1.900004").replace("Lĩnh vực", "Lĩnh"),
    )
    write_csv(tmp_path / "findings.csv", found.findings)
    content = (tmp_path / "findings.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    told = {(row["ma_thu_tuc"], row["ly_do"]): row for row in table}
    assert told["1.900001", "other_province"]["chi_tiet"] == "Cà Mau"
    assert told["1.900001", "other_province"]["ten_thu_tuc"].startswith("'=")
    assert told["1.900002", "other_unit"]["ket_qua"] == Outcome.FACT_DROPPED.value
    assert told["1.900003-Xoa", "deleted"]["ket_qua"] == Outcome.DROPPED.value
    assert "Lĩnh vực" in told["1.900004", "malformed"]["chi_tiet"]
    assert all(row["giai_thich"].endswith(".") for row in table)


def test_the_book_goes_on_while_it_reads_what_is_new(
    database: Database, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    from services.procedures import book as module

    importer(*several(2))
    clock = [0.0]
    book = ProcedureBook(database, lambda: clock[0])
    assert book.get("1.900003") is None
    importer(*several(3), day=DAY + timedelta(days=1))
    reading, go_on = Event(), Event()
    original = module.read_shelf

    def slow(opened: Database) -> Any:
        reading.set()
        assert go_on.wait(60)
        return original(opened)

    monkeypatch.setattr(module, "read_shelf", slow)
    clock[0] += CHECK_EVERY
    assert book.get("1.900003") is None
    assert reading.wait(60)
    clock[0] += CHECK_EVERY
    assert book.get("1.900001")  # answered from what it had, and not read a second time
    go_on.set()
    wait_until(lambda: book.get("1.900003") is not None)
