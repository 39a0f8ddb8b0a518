"""Dossiers as they are imported and found again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.database import Database
from services.dossiers import DossierFileError, DossierStore, Imported, Result, Status, count, load
from services.dossiers.record import MOST, InvalidDossier, parse
from tests.services.dossier_records import CODE, record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
Import = Callable[..., list[Imported]]


@pytest.fixture
def store(database: Database) -> DossierStore:
    return DossierStore(database)


@pytest.fixture
def imports(database: Database, tmp_path: Path) -> Import:
    def run(*records: Any, now: datetime = NOW) -> list[Imported]:
        path = tmp_path / "dossiers.json"
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
        return list(load(database, path, now))

    return run


def test_importing_again_changes_nothing(imports: Import, store: DossierStore) -> None:
    other = record(code="G01-260211-00045", received="2026-02-11", due=None)
    assert count(imports(record(), other)) == {Result.ADDED: 2}
    assert count(imports(record(), other, now=NOW + timedelta(days=1))) == {Result.UNCHANGED: 2}
    assert [state.at for state in store.history(CODE)] == [NOW]
    assert [dossier.code for dossier in store.list()] == ["G01-260211-00045", CODE]


def test_a_changed_status_makes_history_and_nothing_else_does(imports: Import, store: DossierStore) -> None:
    later = NOW + timedelta(days=3)
    imports(record(status="da_tiep_nhan"))
    assert count(imports(record(status="da_tiep_nhan", due="2026-03-12"))) == {Result.CHANGED: 1}
    assert count(imports(record(status="cho_bo_sung", note="thiếu bản sao"), now=later)) == {Result.CHANGED: 1}
    assert [(state.status, state.at, state.note) for state in store.history(CODE)] == [
        ("da_tiep_nhan", NOW, ""),
        ("cho_bo_sung", later, "thiếu bản sao"),
    ]
    [found] = store.list(Status.PAPERS_MISSING)
    assert (found.note, found.holder, found.verify_last4) == ("thiếu bản sao", "Nguyễn Thị Lan", "4821")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"code": "H26-2602-0317"}, "code"),
        ({"code": "'; DROP TABLE dossiers; --"}, "code"),
        ({"status": "xong"}, "status"),
        ({"received": "31/02/2026"}, "received"),
        ({"received": "2026-02-30"}, "received"),
        ({"due": "2026-02-09"}, "due"),
        ({"verify_last4": 4821}, "verify_last4"),
        ({"verify_last4": "482"}, "verify_last4"),
        ({"verify_last4": "٤٨٢١"}, "verify_last4"),
        ({"procedure": "  "}, "procedure"),
        ({"note": "x" * 10_000}, "note"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_stored(
    imports: Import, store: DossierStore, changes: dict[str, Any], named: str
) -> None:
    done = imports(record(**changes), record(code="H26-260210-0999"))
    assert [one.result for one in done] == [Result.REFUSED, Result.ADDED]
    assert named in done[0].reason
    assert "4821" not in done[0].reason
    assert [dossier.code for dossier in store.list()] == ["H26-260210-0999"]


def test_records_that_are_none(imports: Import) -> None:
    done = imports(record(), "x", None, [], {}, record(holder="Lê Văn Tám"))
    assert [one.result for one in done] == [Result.ADDED] + [Result.REFUSED] * 5
    assert "twice" in done[-1].reason
    assert [one.record for one in done] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("content", [b"{", b'{"a": 1}', b"\xff\xfe", b""])
def test_a_file_that_is_none(database: Database, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(DossierFileError, match=r"x\.json"):
        list(load(database, path, NOW))
    with pytest.raises(DossierFileError, match="No such file"):
        list(load(database, tmp_path / "none.json", NOW))


def test_more_than_one_batch(imports: Import, store: DossierStore) -> None:
    records = [record(code=f"H26-260210-{n:05}") for n in range(1201)]
    assert count(imports(*records)) == {Result.ADDED: 1201}
    assert count(imports(*records, record(code="x"))) == {Result.UNCHANGED: 1201, Result.REFUSED: 1}
    assert len(store.list(limit=2000)) == 1201


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (CODE, [CODE]),
        ("H26-260210-0317", [CODE, "H26-260210-0317"]),  # callers leave the prefix out
        ("000.00.20.H26-260210-0317", ["H26-260210-0317"]),  # so may the record
        ("0317", [CODE, "H26-260210-0317"]),
        ("602100317", [CODE, "H26-260210-0317"]),
        ("000" + "00" + "19" + "26" + "260210" + "0317", [CODE]),
        ("0318", ["G01-260210-90318"]),
        ("318", []),  # too few to stand for a code
        ("H26-260210-0318", []),
        ("0%17", []),
    ],
)
def test_found_by_what_is_said_of_a_code(imports: Import, store: DossierStore, said: str, found: list[str]) -> None:
    imports(record(), record(code="H26-260210-0317"), record(code="G01-260210-90318"))
    assert [dossier.code for dossier in store.find(said)] == found


def test_no_more_are_found_than_can_be_told_apart(imports: Import, store: DossierStore) -> None:
    imports(*(record(code=f"H26-2602{n:02}-0317") for n in range(1, 20)))
    assert len(store.find("0317")) == MOST


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_anything_is_either_a_dossier_or_said_to_be_none(anything: Any) -> None:
    with pytest.raises(InvalidDossier):
        parse(anything)


@given(st.sampled_from(sorted(record())), st.none() | st.integers() | st.text() | st.lists(st.text()))
def test_a_record_with_anything_in_it(name: str, anything: Any) -> None:
    try:
        said = parse(record(**{name: anything})).code
    except InvalidDossier as error:
        said = str(error)
    assert said == CODE or name in said
