"""Prefilling from the citizen register: only with consent and a right identity, and never in the way of the form."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from language import vi
from services.database import Database
from services.forms.consents import Consents, wording
from services.forms.filling import FormFilling
from services.forms.models import RegisterConsentRow
from services.forms.register import (
    HttpCitizenRegister,
    IdentityMismatch,
    NoConsent,
    RegisterForbidden,
    RegisterUnavailable,
    prefill,
)
from services.settings import RegisterSettings
from tests.services.fake_register import TOKEN, FakeRegister, running

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER, BORN = "001150012345", date(1950, 3, 12)


@pytest.fixture
def fake() -> Iterator[FakeRegister]:
    with running() as register:
        yield register


def client(fake: FakeRegister, token: str = TOKEN, timeout: float = 5) -> HttpCitizenRegister:
    return HttpCitizenRegister(RegisterSettings(url=fake.url, token=token, timeout=timeout))


def fill(fake: FakeRegister, consents: Consents, call: str = "c1", born: date = BORN) -> tuple[FormFilling, list[str]]:
    filling = FormFilling.begin("form_huu_tri_xa_hoi")
    return filling, prefill(filling, client(fake), consents, call, NUMBER, born)


def test_with_consent_and_identity_the_form_is_prefilled(fake: FakeRegister, database: Database) -> None:
    consents = Consents(database)
    given = consents.give("c1", "0912345678", "vâng tôi đồng ý", NOW)
    filling, filled = fill(fake, consents)
    assert filled == ["name", "dob", "address", "id"]
    assert filling.values == {
        "name": "Trần Thị Mai",
        "dob": "1950-03-12",
        "id": NUMBER,
        "address": {"detail": "Số 12 ngõ 5 phố Chùa Láng", "ward": "Phường Láng", "code": "00199"},
    }
    assert not any(filling.entry(slot).confirmed for slot in filled)  # all of it is read back
    (asked,) = fake.asked
    assert asked["consent"] == {
        "id": str(given.id),
        "callId": "c1",
        "givenAt": "2026-11-23T02:00:00+00:00",
        "wordingVersion": wording().version,
        "wordingDigest": wording().digest,
    }


def test_what_the_caller_has_said_stays(fake: FakeRegister, database: Database) -> None:
    consents = Consents(database)
    consents.give("c1", None, "vâng", NOW)
    filling = FormFilling.begin("form_huu_tri_xa_hoi")
    filling.entry("name").value = "Trần Thị May"
    assert prefill(filling, client(fake), consents, "c1", NUMBER, BORN) == ["dob", "address", "id"]
    assert filling.values["name"] == "Trần Thị May"


def test_without_consent_nothing_is_asked(fake: FakeRegister, database: Database) -> None:
    consents = Consents(database)
    consents.give("another call", "0912345678", "vâng", NOW)
    with pytest.raises(NoConsent):
        fill(fake, consents)
    consents.give("c1", "0912345678", "vâng", NOW)
    assert consents.withdraw(NOW + timedelta(minutes=1), call_id="c1") == 1
    with pytest.raises(NoConsent):
        fill(fake, consents)
    assert fake.asked == []


def test_a_consent_is_kept_with_its_words_and_its_end(database: Database) -> None:
    consents = Consents(database)
    consents.give("c1", "0912345678", "vâng tôi đồng ý", NOW)
    consents.give("c2", "0912345678", "ừ", NOW)
    consents.give("c3", "0987654321", "có", NOW)
    assert consents.withdraw(NOW + timedelta(days=1), phone="0912345678") == 2
    assert consents.withdraw(NOW + timedelta(days=2), phone="0912345678") == 0
    assert consents.of_call("c1") is None
    assert consents.of_call("c3")
    with database.session() as session:
        row = session.scalars(select(RegisterConsentRow).where(RegisterConsentRow.call_id == "c1")).one()
    assert (row.answer, row.given_at, row.withdrawn_at) == ("vâng tôi đồng ý", NOW, NOW + timedelta(days=1))
    assert (row.wording_version, row.wording_digest) == (wording().version, wording().digest)
    with pytest.raises(ValueError, match="call or a number"):
        consents.withdraw(NOW)


def test_the_consent_is_asked_for_in_words_that_can_be_said() -> None:
    text = wording().text
    assert text.startswith("Dạ")
    assert text.endswith("Bác có đồng ý không ạ?")
    for words in ("dân cư", "không đồng ý", "rút lại", "chỉ để"):
        assert words in text
    assert not any(c.isdigit() for c in vi.speak(text))


def test_the_wrong_person_is_told_nothing(fake: FakeRegister, database: Database) -> None:
    consents = Consents(database)
    consents.give("c1", None, "vâng", NOW)
    with pytest.raises(IdentityMismatch) as wrong:
        fill(fake, consents, born=date(1951, 3, 12))
    assert NUMBER not in str(wrong.value)
    fake.status = 404
    with pytest.raises(IdentityMismatch):
        fill(fake, consents)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"", RegisterForbidden),
        (409, b"", RegisterForbidden),
        (429, b"", RegisterUnavailable),
        (500, b"Traceback", RegisterUnavailable),
        (302, b"", RegisterUnavailable),
        (200, b"<html>", RegisterUnavailable),
        (200, b"[]", RegisterUnavailable),
        (200, b"{}", RegisterUnavailable),
        (200, b'{"person": null}', RegisterUnavailable),
        (200, b'{"person": {"fullName": "", "dateOfBirth": "1950-03-12", "sex": "female"}}', RegisterUnavailable),
        (200, b'{"person": {"fullName": "A", "dateOfBirth": "1950-02-30", "sex": "female"}}', RegisterUnavailable),
    ],
)
def test_answers_that_are_no_help(
    fake: FakeRegister, database: Database, status: int, body: bytes, error: type[Exception]
) -> None:
    consents = Consents(database)
    consents.give("c1", None, "vâng", NOW)
    fake.status, fake.body = status, body
    with pytest.raises(error) as caught:
        fill(fake, consents)
    assert NUMBER not in str(caught.value)


def test_a_wrong_token(fake: FakeRegister, database: Database) -> None:
    given = Consents(database).give("c1", None, "vâng", NOW)
    with pytest.raises(RegisterForbidden):
        client(fake, token="wrong").look_up(NUMBER, BORN, given)


def test_a_register_that_is_slow_or_gone(fake: FakeRegister, database: Database) -> None:
    given = Consents(database).give("c1", None, "vâng", NOW)
    fake.delay = 1.0
    with pytest.raises(RegisterUnavailable, match="Timeout"):
        client(fake, timeout=0.1).look_up(NUMBER, BORN, given)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = HttpCitizenRegister(RegisterSettings(url=f"http://127.0.0.1:{port}"))
    with pytest.raises(RegisterUnavailable):
        gone.look_up(NUMBER, BORN, given)


def test_settings() -> None:
    with pytest.raises(ValueError, match="not set"):
        HttpCitizenRegister(RegisterSettings())
    for wrong in ({"url": "register"}, {"timeout": 0}, {"x": 1}):
        with pytest.raises(ValidationError):
            RegisterSettings.model_validate(wrong)
