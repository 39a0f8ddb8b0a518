"""Saved forms: paused and taken up again, finished once, guarded, withdrawn, erased; and a database that is away."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services import database as database_module
from services.database import Database, DatabaseError
from services.forms.codes import is_code
from services.forms.filling import FormFilling
from services.forms.models import FormRow
from services.forms.store import FormLocked, FormNotFound, FormState, FormStore, WrongIdentity
from tests.services.form_talk import LINE, Talk

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
IDENTITY = "001150012345"


def begun(*more: str) -> FormFilling:
    talk = Talk("form_huu_tri_xa_hoi", LINE)
    talk.tell("xin mới", "tôi tên là trần thị mai sinh năm năm mươi", *more)
    return talk.filling


def whole(phone: str = "vâng đúng") -> FormFilling:
    talk = Talk("form_huu_tri_xa_hoi", LINE)
    talk.tell("xin mới", "tôi tên là trần thị mai sinh năm năm mươi", IDENTITY, "tổ 5 phường láng", phone)
    talk.tell("không", "không", "tiền mặt", "tự làm")
    return talk.filling


def test_a_form_is_paused_and_taken_up_in_a_later_call(database: Database) -> None:
    store = FormStore(database)
    saved = store.pause(begun(IDENTITY), "c1", LINE, NOW)
    assert is_code(saved.code)
    assert (saved.state, saved.eform) == (FormState.PAUSED, {})
    assert [form.code for form in store.paused(LINE)] == [saved.code]
    filling = store.resume(saved.code, "2345", "c2", LATER)
    assert filling.values == begun(IDENTITY).values
    assert store.pause(filling, "c2", LINE, LATER).code == saved.code
    assert len(store.list()) == 1


def test_paused_twice_in_one_call_it_is_one_form_with_the_latest_content(database: Database) -> None:
    store = FormStore(database)
    first = store.pause(begun(), "c1", LINE, NOW)
    second = store.pause(begun(IDENTITY), "c1", LINE, NOW)
    assert first.code == second.code
    assert [change.state for change in second.history] == [FormState.PAUSED]
    assert store.resume(first.code, "2345", "c2", LATER).values["id"] == IDENTITY


def test_only_who_knows_the_identity_number_opens_it(database: Database) -> None:
    store = FormStore(database)
    code = store.pause(begun(IDENTITY), "c1", LINE, NOW).code
    for left in (2, 1):
        with pytest.raises(WrongIdentity) as wrong:
            store.resume(code, "0000", "c2", NOW)
        assert wrong.value.left == left
    with pytest.raises(FormLocked):
        store.resume(code, "5678", "c2", NOW)
    with pytest.raises(FormLocked) as locked:  # the right digits do not help now
        store.resume(code, "2345", "c3", NOW + timedelta(minutes=59))
    assert locked.value.until == NOW + timedelta(hours=1)
    assert store.resume(code, "2345", "c4", NOW + timedelta(hours=1)).values["id"] == IDENTITY
    with pytest.raises(WrongIdentity):  # counted from the start again
        store.resume(code, "0000", "c5", LATER)


def test_while_it_has_no_identity_number_the_code_and_the_telephone_open_it(database: Database) -> None:
    store = FormStore(database)
    code = store.pause(begun(), "c1", LINE, NOW).code
    assert store.paused(LINE) == []  # the number of the line alone is no proof
    with pytest.raises(WrongIdentity):
        store.resume(code, "2345", "c2", NOW)
    assert store.resume(code, LINE[-4:], "c2", NOW).values["name"] == "Trần Thị Mai"
    nowhere = store.pause(begun(), "c9", None, NOW).code
    with pytest.raises(WrongIdentity):
        store.resume(nowhere, "", "c2", NOW)


@pytest.mark.parametrize("code", ["", "123456789", "' OR 1=1 --"])
def test_a_code_that_is_none(database: Database, code: str) -> None:
    with pytest.raises(FormNotFound):
        FormStore(database).resume(code, "2345", "c1", NOW)
    assert FormStore(database).get(code) is None


def test_a_finished_form_has_a_draft(database: Database) -> None:
    store = FormStore(database)
    done = store.finish(whole(), "c1", LINE, NOW, procedure_name="Trợ cấp hưu trí xã hội")
    assert done.state is FormState.FINISHED
    assert done.eform["code"] == "1.014027"
    assert done.eform["draft"]["code"] == done.code
    assert done.eform["fields"]["hoTen"] == "Trần Thị Mai"
    assert done.eform["fields"]["noiOHienNayMaXa"] == "00199"
    assert done.eform["fields"]["coLuongHuu"] is False
    assert done.eform["fields"]["hinhThucNhanMa"] == "tien_mat"
    assert store.get(done.code) == done
    assert store.paused(LINE) == []
    with pytest.raises(FormNotFound):
        store.resume(done.code, "2345", "c2", NOW)


def test_a_form_that_lacks_something_is_not_finished(database: Database) -> None:
    with pytest.raises(ValueError, match="not complete"):
        FormStore(database).finish(begun(IDENTITY), "c1", LINE, NOW)
    assert FormStore(database).list() == []


def test_sent_twice_it_is_one_form(database: Database) -> None:
    store = FormStore(database)
    first = store.finish(whole(), "c1", LINE, NOW)
    assert store.finish(whole(), "c1", LINE, LATER) == first
    assert store.finish(FormFilling.from_json(json.loads(json.dumps(whole().to_json()))), "c1", LINE, NOW) == first
    other_content = store.finish(whole("không chín tám bảy sáu năm bốn ba hai một"), "c1", LINE, NOW)
    other_call = store.finish(whole(), "c2", LINE, NOW)
    assert len({first.code, other_content.code, other_call.code}) == 3


def test_sent_by_many_at_once_it_is_one_form(database: Database) -> None:
    store, codes = FormStore(database), list[str]()
    threads = [
        threading.Thread(target=lambda: codes.append(store.finish(whole(), "c1", LINE, NOW).code)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 8
    assert len(set(codes)) == 1
    assert len(store.list()) == 1


def test_a_paused_form_is_finished_under_its_code_and_can_be_corrected_in_the_same_call(database: Database) -> None:
    store = FormStore(database)
    paused = store.pause(begun(IDENTITY), "c1", LINE, NOW)
    done = store.finish(whole(), "c2", LINE, LATER, code=paused.code)
    assert done.code == paused.code
    assert [change.state for change in done.history] == ["paused", "finished"]
    changed = store.finish(whole("không chín tám bảy sáu năm bốn ba hai một"), "c2", LINE, LATER, code=done.code)
    assert changed.code == done.code
    assert changed.eform["fields"]["soDienThoai"] == "0987654321"
    with pytest.raises(FormNotFound):  # in another call it is no longer the caller's to change
        store.finish(whole(), "c3", LINE, LATER, code=done.code)
    with pytest.raises(FormNotFound):
        store.pause(begun(), "c2", LINE, LATER, code=done.code)
    with pytest.raises(FormNotFound):
        store.finish(whole(), "c3", LINE, LATER, code="999999999")


def test_a_code_that_is_taken_is_not_given_again(database: Database) -> None:
    codes = iter(["111111111", "111111111", "111111111", "222222222"])
    store = FormStore(database, lambda: next(codes))
    assert store.pause(begun(), "c1", LINE, NOW).code == "111111111"
    assert store.pause(begun(), "c2", LINE, NOW).code == "222222222"


def test_officers_move_it_and_its_history_stays(database: Database) -> None:
    store = FormStore(database)
    code = store.finish(whole(), "c1", LINE, NOW).code
    returned = store.move(code, FormState.RETURNED, by="lan", now=LATER, note="thiếu số nhà")
    assert [(c.state, c.by, c.note) for c in returned.history] == [
        ("finished", "voicebot", ""),
        ("returned", "lan", "thiếu số nhà"),
    ]
    assert store.resume(code, "2345", "c2", LATER).complete
    assert store.move(code, FormState.ACCEPTED, by="lan", now=LATER).state is FormState.ACCEPTED
    with pytest.raises(ValueError, match="cannot become"):
        store.move(code, FormState.WITHDRAWN, by="caller", now=LATER)
    with pytest.raises(FormNotFound):
        store.move("123456789", FormState.ACCEPTED, by="lan", now=LATER)
    assert [form.code for form in store.list(FormState.ACCEPTED)] == [code]


def test_withdrawn_nothing_personal_is_left(database: Database) -> None:
    store = FormStore(database)
    code = store.finish(whole(), "c1", LINE, NOW).code
    gone = store.move(code, FormState.WITHDRAWN, by="caller", now=LATER)
    assert (gone.eform, gone.phone) == ({}, None)
    with database.session() as session:
        row = session.scalars(select(FormRow)).one()
        assert (row.filling, row.eform, row.phone, row.submission) == ({}, {}, None, None)


def test_what_nobody_takes_up_is_erased(database: Database) -> None:
    store = FormStore(database)
    old = store.pause(begun(IDENTITY), "c1", LINE, NOW)
    young = store.pause(begun(IDENTITY), "c2", LINE, LATER)
    done = store.finish(whole(), "c3", LINE, NOW)
    assert store.erase_paused(LATER, LATER) == 1
    assert [form.state for form in map(store.get, (old.code, young.code, done.code)) if form] == [
        "withdrawn",
        "paused",
        "finished",
    ]
    assert [form.code for form in store.paused(LINE)] == [young.code]


def test_a_locked_database_is_said_and_nothing_is_doubled(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LOCK_WAIT", 0.2)
    impatient = Database(f"sqlite:///{tmp_path}/hotline.db")
    store, filling = FormStore(impatient), whole()
    other = sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="locked") as caught:
        store.finish(filling, "c1", LINE, NOW)
    assert "Mai" not in str(caught.value)
    assert store.list() == []  # readers go on
    other.execute("COMMIT")
    other.close()
    first = store.finish(filling, "c1", LINE, NOW)
    assert store.finish(filling, "c1", LINE, NOW) == first
    assert [form.code for form in store.list()] == [first.code]
    impatient.close()


def test_a_database_that_is_gone_is_said(tmp_path: Path) -> None:
    home = tmp_path / "var"
    database = Database(f"sqlite:///{home}/hotline.db")
    database.migrate()
    store = FormStore(database)
    code = store.pause(begun(IDENTITY), "c1", LINE, NOW).code
    os.rename(home, tmp_path / "away")
    for use in (
        lambda: store.pause(begun(), "c2", LINE, NOW),
        lambda: store.finish(whole(), "c2", LINE, NOW),
        lambda: store.resume(code, "2345", "c2", NOW),
        lambda: store.paused(LINE),
    ):
        with pytest.raises(DatabaseError):
            use()
    os.rename(tmp_path / "away", home)
    assert store.resume(code, "2345", "c2", NOW).values["id"] == IDENTITY
    assert len(store.list()) == 1
    database.close()
