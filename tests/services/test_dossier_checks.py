"""Nothing is said of a dossier before the caller has shown to know whose it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.database import Database
from services.dossiers import ATTEMPTS, DossierLookUp, DossierStore, Outcome, load
from tests.services.dossier_records import CODE, record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHORT = "H26-260210-0317"
Check = Callable[..., tuple[str, str | None, int]]


@pytest.fixture
def check(database: Database) -> Check:
    """Each as if in another call."""

    def run(code: str, last4: str, now: datetime = NOW) -> tuple[str, str | None, int]:
        done = DossierLookUp(database, DossierStore(database)).check(code, last4, now)
        return done.outcome, done.dossier and done.dossier.code, done.left

    return run


@pytest.fixture
def dossiers(database: Database, tmp_path: Path) -> Callable[..., None]:
    def run(*records: dict[str, Any]) -> None:
        (tmp_path / "d.json").write_text(json.dumps(records), encoding="utf-8")
        list(load(database, tmp_path / "d.json", NOW))

    return run


@pytest.mark.parametrize("said", [CODE, SHORT, "0317"])
def test_who_knows_the_digits_gets_the_dossier(check: Check, dossiers: Callable[..., None], said: str) -> None:
    dossiers(record())
    assert check(said, "4821") == (Outcome.FOUND, CODE, ATTEMPTS)


def test_a_code_that_does_not_exist_sounds_like_one_that_does(check: Check, dossiers: Callable[..., None]) -> None:
    dossiers(record())
    for code in (CODE, "H26-260210-9999"):
        assert [check(code, "0000") for _ in range(4)] == [
            (Outcome.WRONG, None, 2),
            (Outcome.WRONG, None, 1),
            (Outcome.WRONG, None, 0),
            (Outcome.LOCKED, None, 0),
        ]


def test_calling_again_does_not_help_and_neither_does_saying_it_otherwise(
    check: Check, dossiers: Callable[..., None]
) -> None:
    dossiers(record(), record(code="H26-260211-0555"))
    for said in (CODE, SHORT, "0317"):
        assert check(said, "0000")[0] == Outcome.WRONG
    for said in (CODE, SHORT, "0317", "602100317"):
        assert check(said, "4821")[:2] == (Outcome.LOCKED, None)
    assert check("H26-260211-0555", "4821")[0] == Outcome.FOUND


def test_the_lock_opens_after_a_day_without_attempts(check: Check, dossiers: Callable[..., None]) -> None:
    dossiers(record())
    for _ in range(ATTEMPTS):
        check(CODE, "0000")
    assert check(CODE, "4821", NOW + timedelta(hours=23, minutes=59))[0] == Outcome.LOCKED
    assert check(CODE, "4821", NOW + timedelta(hours=24, minutes=1))[0] == Outcome.FOUND


def test_the_right_digits_clear_the_count(check: Check, dossiers: Callable[..., None]) -> None:
    dossiers(record())
    check(CODE, "0000")
    check(CODE, "0000")
    assert check(CODE, "4821")[0] == Outcome.FOUND
    assert check(CODE, "0000") == (Outcome.WRONG, None, 2)


def test_dossiers_with_the_same_last_digits_are_told_apart_by_the_check(
    check: Check, dossiers: Callable[..., None]
) -> None:
    dossiers(record(), record(code="G01-250101-0317", verify_last4="1234"))
    for _ in range(ATTEMPTS + 1):  # and who passes is no failure for the other
        assert check("0317", "1234")[1] == "G01-250101-0317"
        assert check("0317", "4821")[1] == CODE


def test_too_many_or_equal_ones_need_the_whole_code(check: Check, dossiers: Callable[..., None]) -> None:
    dossiers(*(record(code=f"H26-2602{n:02}-0317", verify_last4=f"00{n}") for n in range(10, 20)))
    assert check("0317", "0015") == (Outcome.AMBIGUOUS, None, ATTEMPTS)
    assert check("H26-260215-0317", "0015")[1] == "H26-260215-0317"
    dossiers(record(code="H26-260101-0400"), record(code="G01-260101-0400"))
    assert check("0400", "4821")[:2] == (Outcome.AMBIGUOUS, None)


@pytest.mark.parametrize("last4", ["", "482", "48211", "48a1", "٤٨٢١", "' OR"])
def test_what_is_no_identity(check: Check, dossiers: Callable[..., None], last4: str) -> None:
    dossiers(record())
    with pytest.raises(ValueError, match="four digits"):
        check(CODE, last4)


def test_a_dossier_that_was_checked_before(database: Database, dossiers: Callable[..., None]) -> None:
    dossiers(record())
    look_up = DossierLookUp(database, DossierStore(database))
    found = look_up.known(CODE)
    assert found
    assert found.code == CODE
    assert look_up.known(SHORT) is None
