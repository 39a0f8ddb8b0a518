"""Fields of procedures, the police's above all."""

from __future__ import annotations

import pytest

from services.database import Database
from services.procedures import ProcedureBook, load
from services.procedures.groups import group, groups, procedures_of


@pytest.fixture
def book(database: Database) -> ProcedureBook:
    load(database)
    return ProcedureBook(database)


def test_residence_identity_cards_and_driving_licences_come_first() -> None:
    assert [each.key for each in groups()][:3] == ["cu_tru", "can_cuoc", "gplx"]
    assert all(group(key).police for key in ("cu_tru", "can_cuoc", "gplx"))
    with pytest.raises(LookupError):
        group("khong_co")


def test_every_reviewed_procedure_is_in_one_group_and_every_code_exists(book: ProcedureBook) -> None:
    found = [each.code for own in groups() for each in procedures_of(own, book)]
    assert len(found) == len(set(found)) == 56
    for own in groups():
        assert set(own.first) <= {each.code for each in procedures_of(own, book)}, own.key


def test_the_most_frequent_are_told_first(book: ProcedureBook) -> None:
    for own in groups():
        assert [each.code for each in procedures_of(own, book)][: len(own.first)] == list(own.first)


def test_where_to_ask_is_what_the_records_say(book: ProcedureBook) -> None:
    for own in groups():
        places = " | ".join(each.where for each in procedures_of(own, book))
        assert own.ask_at in places, own.key
        assert not any(sign.isdigit() for sign in own.ask_at)  # no record holds a telephone number


def test_a_group_that_nothing_is_known_of(database: Database) -> None:
    assert procedures_of(group("cu_tru"), ProcedureBook(database)) == []
