"""The citizen register in a call: consent, identity check, what is filled in, and what happens without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.actions.backing import backing
from dialogs.actions.forms.state import OpenForm
from services.database import Database
from services.forms.consents import wording
from services.forms.models import RegisterConsentRow
from tests.dialogs.form_calls import FormCall
from tests.services.fake_register import TOKEN, FakeRegister, running

ID = "không không một một năm không không một hai ba bốn năm"
BORN = "mười hai tháng ba năm một nghìn chín trăm năm mươi"


@pytest.fixture
def register() -> Iterator[FakeRegister]:
    with running() as register:
        yield register


@pytest.fixture(autouse=True)
def services(own_database: str, register: FakeRegister, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", own_database)
    monkeypatch.setenv("VOICEBOT__CITIZEN_REGISTER__URL", register.url)
    monkeypatch.setenv("VOICEBOT__CITIZEN_REGISTER__TOKEN", TOKEN)
    monkeypatch.setenv("VOICEBOT__CITIZEN_REGISTER__TIMEOUT", "1")
    backing.cache_clear()
    yield
    backing.cache_clear()


async def begun(call_id: str) -> FormCall:
    call = FormCall(caller=None, call_id=call_id)
    await call.says("điền giúp bác đơn trợ cấp hưu trí xã hội", "dien_to_khai")
    return call


async def identified(call_id: str) -> FormCall:
    call = await begun(call_id)
    await call.says("ừ bác đồng ý")
    await call.tells(ID, BORN)
    return call


def consents(own_database: str, call_id: str) -> list[RegisterConsentRow]:
    database = Database(own_database)
    with database.session() as session:
        return list(session.scalars(select(RegisterConsentRow).where(RegisterConsentRow.call_id == call_id)))


def at_hand(call: FormCall) -> OpenForm:
    return OpenForm.of(call.asked)


async def test_after_consent_and_identity_check_the_form_is_filled_in(
    own_database: str, register: FakeRegister
) -> None:
    call = await begun("agreed")
    notice = next(message for message in call.messages if not message.get("interruptible", True))
    assert notice["text"] in wording().text
    assert consents(own_database, "agreed") == []
    assert "mười hai số" in await call.says("ừ bác đồng ý")
    (consent,) = consents(own_database, "agreed")
    assert (consent.answer, consent.wording_digest) == ("ừ bác đồng ý", wording().digest)
    said = await call.tells(ID, BORN)
    assert "dữ liệu dân cư" in said
    assert "prefilled" in call.results
    assert call.filling.values["name"] == "Trần Thị Mai"
    assert call.filling.values["dob"] == "1950-03-12"
    assert call.filling.values["id"] == "001150012345"
    assert call.filling.values["address"]["ward"] == "Phường Láng"
    assert [asked["consent"]["callId"] for asked in register.asked] == ["agreed"]
    await call.says("hưởng mới")
    said = await call.says("không chín một hai ba bốn năm sáu bảy tám")
    assert "Trần Thị Mai" in said  # what the register says is read back


async def test_whoever_declines_is_asked_everything(own_database: str, register: FakeRegister) -> None:
    call = await begun("declined")
    await call.says("không, bác không đồng ý")
    assert consents(own_database, "declined") == []
    assert at_hand(call).who is None
    assert register.asked == []
    assert call.filling.values == {}


async def test_an_answer_that_is_no_consent_asks_again_in_other_words(
    own_database: str, register: FakeRegister
) -> None:
    call = await begun("unclear")
    said = await call.says("ờ thế là thế nào ấy nhỉ", "khong_ro")
    assert "đồng ý" in said
    assert said not in wording().text
    assert consents(own_database, "unclear") == []
    await call.says("có, bác đồng ý")
    assert len(consents(own_database, "unclear")) == 1


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [({"status": 403}, "mismatch"), ({"status": 503}, "unavailable"), ({"body": b"{}"}, "unavailable"),
     ({"delay": 1.5}, "unavailable")],
)  # fmt: skip
async def test_without_the_register_every_question_is_asked(
    register: FakeRegister, trouble: dict[str, Any], outcome: str
) -> None:
    for name, value in trouble.items():
        setattr(register, name, value)
    call = await identified(f"trouble-{outcome}-{next(iter(trouble))}")
    assert outcome in call.results
    assert call.filling.values == {}
    await call.tells("hưởng mới", "trần thị mai")
    assert call.filling.values["name"] == "Trần Thị Mai"


async def test_consent_may_be_withdrawn_and_what_came_of_it_goes(own_database: str) -> None:
    call = await identified("withdrawn")
    said = await call.says("thôi bác rút lại đồng ý, đừng xem dữ liệu nữa", "phu_dinh")
    assert "rút lại" in said or "xóa" in said
    assert call.filling.values == {}
    (consent,) = consents(own_database, "withdrawn")
    assert consent.withdrawn_at is not None


async def test_the_identity_check_may_be_left_out(register: FakeRegister) -> None:
    call = await begun("left-out")
    await call.says("ừ bác đồng ý")
    await call.says("bác không mang căn cước")
    await call.says("thôi bỏ qua")
    assert register.asked == []
    assert at_hand(call).who is None
