"""Where records are read from, and the portal's JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.procedures.portal import json_form
from services.procedures.portal.fees import fees
from services.procedures.portal.record import MalformedRecord, PortalRecord
from services.procedures.portal.source import SourceError, date_of, read
from services.procedures.portal.times import times
from services.procedures.record import Level, Method
from tests.services.portal.writing import archive, folder, json_lines, json_record, text

RECORDS = {f"1.90000{n}.txt": text(code=f"1.90000{n}") for n in range(1, 4)}
CODES = ["1.900001", "1.900002", "1.900003"]


def codes(path: Path) -> list[str]:
    each = list(read(path))
    assert [one.share for one in each] == sorted(one.share for one in each)
    assert all(0 < one.share <= 1 for one in each)
    return [one.record.code if isinstance(one.record, PortalRecord) else f"? {one.record}" for one in each]


@pytest.mark.parametrize("packed", ["xz", "gz", "bz2", ""])
def test_archives(tmp_path: Path, packed: str) -> None:
    assert codes(archive(tmp_path / f"portal.tar.{packed}", RECORDS, packed)) == CODES


def test_a_folder_and_one_file(tmp_path: Path) -> None:
    path = folder(tmp_path / "portal", {name.removesuffix(".txt"): content for name, content in RECORDS.items()})
    (path / "README.md").write_text("not a record")
    json_lines(path / "1.900004.json", [json_record(code="1.900004")])
    assert codes(path) == [*CODES, "1.900004"]
    assert codes(path / "1.900002.txt") == ["1.900002"]


def test_json_lists_and_lines(tmp_path: Path) -> None:
    records = [json_record(code=code) for code in CODES]
    (tmp_path / "list.json").write_text("\n " + json.dumps(records))
    assert codes(tmp_path / "list.json") == CODES
    assert codes(json_lines(tmp_path / "lines.jsonl", records)) == CODES
    (tmp_path / "one.json").write_text(json.dumps(records[0], indent=1))
    assert codes(tmp_path / "one.json") == CODES[:1]
    assert codes(archive(tmp_path / "a.tar.xz", {"1.json": json.dumps(records[1])})) == CODES[1:2]


def test_records_that_cannot_be_read_do_not_stop_the_others(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "a.txt": b"\xff\xfe\x00",
        "b.txt": "no record",
        "c.json": "{",
        "huge.txt": b" " * 5_000_001,
        "notes.md": "not a record",
        **RECORDS,
    }
    found = codes(archive(tmp_path / "a.tar.xz", members))
    assert found[4:] == CODES
    for complaint, told in zip(found, ("UTF-8", "label", "JSON", "larger"), strict=False):
        assert complaint.startswith("? ")
        assert told in complaint


def test_links_and_folders_in_an_archive_are_left_alone(tmp_path: Path) -> None:
    import tarfile

    path = archive(tmp_path / "a.tar", RECORDS, "")
    with tarfile.open(path, "a") as file:
        link = tarfile.TarInfo("evil.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
        inner = tarfile.TarInfo("inner.txt")
        inner.type = tarfile.DIRTYPE
        file.addfile(inner)
    assert codes(path) == CODES


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("none.tar.xz", None, "no such file"),
        ("none", None, "no such file"),
        ("none.json", None, "no such file"),
        ("a.tar.xz", b"", "no folder, archive"),
        ("a.tar.xz", b"garbage" * 100, "no folder, archive"),
        ("a.json", b"[{", "not JSON"),
        ("a.json", b"\xff", "not JSON"),
    ],
)
def test_sources_that_are_none(tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=told) as caught:
        list(read(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_an_archive_that_breaks_off(tmp_path: Path) -> None:
    whole = archive(tmp_path / "a.tar.xz", {f"{n}.txt": text(code=f"1.9{n:05}", name="ă" * n) for n in range(200)})
    broken = tmp_path / "broken.tar.xz"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(SourceError, match=r"broken\.tar\.xz"):
        list(read(broken))


def test_the_day_of_a_source() -> None:
    assert date_of(Path("/x/portal-2026-07-19.tar.xz")) == date(2026, 7, 19)
    assert date_of(Path("/x/2026-07-19")) == date(2026, 7, 19)
    assert date_of(Path("/2026-07-19/portal.tar.xz")) is None
    assert date_of(Path("portal-2026-13-40.tar.xz")) is None


def test_a_whole_json_record() -> None:
    found = json_form.parse(json_record())
    assert (found.code, found.name, found.decision) == ("1.900002", "Cấp giấy xác nhận thử nghiệm", "34/QĐ-BTP")
    assert found.levels == (Level.WARD,)
    assert (found.wholly_online, found.anywhere) == (False, True)
    assert [stage.name for stage in found.stages] == ["Bước 1: Nộp hồ sơ", "Bước 2: Nhận kết quả"]
    assert found.ways[0].method is Method.ONLINE
    assert times(found.ways).said == "3 ngày làm việc"
    assert fees(found.ways, date(2026, 7, 19)).said == "20.000 đồng"
    assert [(entry.title, entry.number) for entry in found.legal] == [
        ("Nghị định 123/2015/NĐ-CP ngày 15/11/2015", ""),
        ("Luật Hộ tịch 60/2014/QH13", ""),
    ]
    assert found.results == "Giấy xác nhận"
    assert found.conditions == ""


def test_json_of_little() -> None:
    found = json_form.parse({"code": "1.900001", "name": "Thẻ", "executionMethods": None, "resultsDetails": None})
    assert (found.ways, found.cases, found.legal, found.results, found.levels) == ((), (), (), "", ())
    proposed = json_form.parse({"code": "1", "name": "Thẻ", "procedureProposal": {"proposalNumber": "5/QĐ-BTP"}})
    assert proposed.decision == "5/QĐ-BTP"


def test_dollars_are_no_dong() -> None:
    fee = {"value": 145000, "currencyName": "USD", "description": "một thẻ"}
    methods = [{"submissionMethod": "DIRECT", "processingTime": 1.5, "processingTimeUnit": "ngày", "fees": [fee]}]
    found = json_form.parse(json_record(executionMethods=methods))
    assert fees(found.ways, date(2026, 7, 19)).said == ""
    assert times(found.ways).said == "1,5 ngày"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "dictionary"),
        (None, "dictionary"),
        ({}, "code"),
        ({"code": "", "name": "x"}, "code"),
        ({"code": "1.900001"}, "name"),
        (json_record(executionMethods=[{"submissionMethod": "PIGEON"}]), "submissionMethod"),
        (json_record(executionMethods=["DIRECT"]), "executionMethods"),
        (json_record(executionCases="none"), "executionCases"),
        (json_record(isWard="perhaps"), "isWard"),
    ],
)
def test_what_is_no_json_record(given: Any, told: str) -> None:
    with pytest.raises(MalformedRecord, match=told):
        json_form.parse(given)
