"""How callers are addressed, condoled and protected, over all that the bot can say."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from dialogs.actions import address, hearing
from services.database import Database
from services.models import ProcedureRow
from services.procedures import Aspect, ProcedureBook
from services.tickets import Tickets
from tests.dialogs.conversation import Conversation, said
from tests.dialogs.test_nlu_data import HELD_OUT, TRAINING
from tests.dialogs.test_prompts import SENTENCES

pytestmark = pytest.mark.usefixtures("services")

FORMS = ("anh", "chị", "anh chị", "bạn", "ông", "bà", "cụ", "cô", "chú")
CALLER = re.compile(r"(?i)(?<!\w)bác(?!\w)")


@pytest.mark.parametrize("form", FORMS)
def test_every_prompt_fits_every_form(form: str) -> None:
    changed = 0
    for key, wording in SENTENCES:
        put = address.put(wording, form)
        assert not CALLER.search(put), key
        assert put == CALLER.sub(lambda m: form.capitalize() if m.group()[0] == "B" else form, wording), key
        changed += put != wording
    assert changed > 100


def test_the_default_leaves_every_prompt_alone() -> None:
    for _, wording in SENTENCES:
        assert address.put(wording, None) == address.put(wording, "bác") == wording


def test_every_answer_of_the_knowledge_fits(database_url: str) -> None:
    database = Database(database_url)
    book = ProcedureBook(database)
    with database.session() as session:
        codes = session.scalars(select(ProcedureRow.code)).all()
    left, changed = set(), 0
    for code in codes:
        for aspect in Aspect:
            for part in book.answer(code, aspect).parts:
                put = address.put(part, "chị")
                changed += put != part
                left |= {put[found.start() : found.end() + 5] for found in CALLER.finditer(put)}
    assert changed > 30
    assert all(re.match(r"bác (?:ruột|sĩ)", rest) for rest in left), left


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("Bác sĩ khám cho bác ạ.", "Bác sĩ khám cho chị ạ."),
        ("Con của chú bác ruột thì bác khai ạ.", "Con của chú bác ruột thì chị khai ạ."),
        (
            "Người đứng tên là Nguyễn Văn Bác. Bác nghe rõ không ạ?",
            "Người đứng tên là Nguyễn Văn Bác. Chị nghe rõ không ạ?",
        ),
        ("Yêu cầu bị bác bỏ thì bác làm đơn ạ.", "Yêu cầu bị bác bỏ thì chị làm đơn ạ."),
        ("Dạ, em chia buồn với bác và gia đình bác ạ.", "Dạ, em chia buồn với chị và gia đình chị ạ."),
    ],
)
def test_only_the_caller_is_readdressed(text: str, put: str) -> None:
    assert address.put(text, "chị") == put


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("cho cháu hỏi làm khai sinh", "anh chị"),
        ("dạ em chào chị, em muốn hỏi chút", "anh chị"),
        ("con không hiểu ạ", "anh chị"),
        ("em ơi cho chị hỏi", "chị"),
        ("cháu ơi bác muốn hỏi", "bác"),
        ("bà muốn làm cái sổ", "bà"),
        ("nói chậm giúp ông với", "ông"),
        ("cho co hoi mot chut", "cô"),
        ("tôi muốn hỏi", None),
        ("nói lại đi cháu", None),
        ("con tôi muốn đi học", None),
        ("ông nhà tôi hỏi", None),
        ("có muốn", None),
        ("chỉ muốn hỏi", None),
        ("chi muon hoi", None),
        ("bà nội cháu muốn làm", None),
        ("", None),
    ],
)
def test_what_callers_call_themselves(text: str, form: str | None) -> None:
    assert address.heard(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("gọi tôi là anh", "anh"),
        ("đừng gọi bác nữa, gọi chị thôi", "chị"),
        ("đừng gọi tôi là bác nữa", "anh chị"),
        ("tôi còn trẻ sao lại gọi bác", "anh chị"),
        ("goi toi la chi nhe", "chị"),
        ("gọi em là em thôi ạ", "bạn"),
        ("gọi ông bằng cụ", "cụ"),
        ("gọi công an giúp tôi", None),
        ("hôm qua tôi gọi chị ấy", None),
        ("tôi gọi bác sĩ", None),
        ("đừng gọi lại cho bác", None),
    ],
)
def test_what_callers_ask_to_be_called(text: str, form: str | None) -> None:
    assert address.requested(text) == form


def test_no_other_intent_sounds_like_a_request() -> None:
    other = [text for intent, text in (*TRAINING, *HELD_OUT) if intent != "doi_xung_ho" and address.requested(text)]
    assert len(other) <= 1, other


async def test_the_form_that_is_heard_stays() -> None:
    conversation = Conversation()
    first = said(await conversation.turn("hoi_phi", "cho cháu hỏi lệ phí đăng ký khai sinh"))
    assert "anh chị" in first
    assert not CALLER.search(first)
    second = said(await conversation.turn("hoi_ho_so", "bà muốn hỏi đăng ký kết hôn cần giấy tờ gì"))
    assert "bà " not in second
    assert not CALLER.search(second)


async def test_a_form_that_is_asked_for_counts_more() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_phi", "cho cháu hỏi lệ phí đăng ký khai sinh")
    changed = said(await conversation.turn("doi_xung_ho", "gọi tôi là anh"))
    assert "em xin gọi là anh" in changed
    assert "anh còn việc gì" in said(await conversation.turn("hoi_thoi_han", "khai sinh mất bao lâu"))


async def test_a_request_within_a_question_is_heard_and_the_question_answered() -> None:
    conversation = Conversation()
    answer = said(await conversation.turn("hoi_phi", "đừng gọi bác nữa, lệ phí đăng ký khai sinh bao nhiêu"))
    assert "khai sinh" in answer
    assert "anh chị" in answer


async def test_a_request_without_a_form_is_met_and_the_open_question_kept() -> None:
    conversation = Conversation()
    await conversation.turn("gap_nhan_vien", "cho gặp người")
    messages = await conversation.turn("doi_xung_ho", "xưng hô kiểu gì kỳ vậy")
    assert "anh chị" in said(messages)
    assert conversation.slots["awaiting"]["what"] == "phone"
    assert messages[-2]["expects"] == "digits"


@pytest.mark.parametrize(
    ("text", "bereaved"),
    [
        ("bố tôi mới mất hôm qua", True),
        ("chồng tôi qua đời", True),
        ("bà cụ nhà tôi mất rồi", True),
        ("làm khai tử cho bố tôi mất hôm qua", True),
        ("mẹ em mất giấy khai sinh", False),
        ("giấy của bố tôi mất rồi", False),
        ("con tôi mất căn cước", False),
        ("làm cho con mất bao lâu", False),
        ("mẹ tôi mất năm ngoái", False),
    ],
)
def test_who_is_bereaved(text: str, bereaved: bool) -> None:
    assert hearing.bereaved(text) is bereaved


async def test_condoled_once_whatever_is_asked() -> None:
    conversation = Conversation()
    first = said(await conversation.turn("hoi_gio_lam_viec", "bố chị vừa mất hôm qua, phường mấy giờ làm việc"))
    assert first.count("chia buồn") == 1
    assert "chia buồn" not in said(await conversation.turn("hoi_ho_so", "khai tử cho bố tôi mất hôm qua cần giấy gì"))


async def test_codes_that_are_read_aloud_are_stopped_and_not_kept(database_url: str) -> None:
    conversation = Conversation(caller="0912345678")
    messages = await conversation.turn("gap_nhan_vien", "mã otp của tôi là 482915 cho gặp người")
    assert "mã" in said(messages)
    ticket = Tickets(Database(database_url)).list()[0]
    assert "482915" not in str(ticket)
    assert "482915" not in str(conversation.slots)
