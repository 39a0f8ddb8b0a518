"""Legal documents by number, by name and by procedure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialogs.actions.backing import backing
from services.database import Database
from services.procedures import BUNDLED, load
from services.procedures.portal import import_portal
from tests.dialogs.conversation import Conversation, said
from tests.dialogs.test_guide import question
from tests.services.portal.writing import folder, text

pytestmark = pytest.mark.usefixtures("services")

DECREE = "Nghị định số 123/2015/NĐ-CP"


@pytest.fixture
def imported(services: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with a record of the portal that names its laws with their dates."""
    url = f"sqlite:///{tmp_path}/imported.db"
    database = Database(url)
    database.migrate()
    load(database, BUNDLED)
    cited = ("Luật Hộ tịch ngày 20/11/2014 (60/2014/QH13)", f"{DECREE} ngày 15/11/2015 của Chính phủ (123/2015/NĐ-CP)")
    content = text(code="1.900001", name="Cấp thẻ bơi lội", legal=cited)
    import_portal(database, folder(tmp_path / "portal", {"1.900001": content}), date(2026, 7, 19), datetime.now(UTC))
    database.close()
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", url)
    backing.cache_clear()


async def test_what_a_procedure_rests_on_three_documents_at_a_time() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_can_cu", "đăng ký khai sinh căn cứ pháp lý nào")
    assert "Ngoài ra còn 12 văn bản khác" in said(messages)
    assert messages[-1]["aspect"] == "legal_basis"
    assert "Nghị định" in said(await conversation.turn("khang_dinh", "đọc tiếp đi"))


@pytest.mark.parametrize(
    "asked",
    [
        "nghị định 123/2015/NĐ-CP là gì",
        "nghị định một hai ba năm hai nghìn không trăm mười lăm",
        "nghị định số một trăm hai mươi ba ban hành ngày nào",
    ],
)
@pytest.mark.usefixtures("imported")
async def test_a_document_by_number_with_its_date(asked: str) -> None:
    messages = await Conversation().turn("hoi_can_cu", asked)
    assert f"{DECREE} ngày 15/11/2015" in said(messages)
    assert messages[0]["source"]["code"]


@pytest.mark.usefixtures("imported")
async def test_a_law_by_name() -> None:
    assert "Luật Hộ tịch số 60/2014/QH13 ngày 20/11/2014" in said(
        await Conversation().turn("hoi_can_cu", "luật hộ tịch năm nào")
    )


@pytest.mark.usefixtures("imported")
async def test_whether_it_is_in_force_is_not_guessed() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_can_cu", "nghị định 123 còn hiệu lực không")
    assert DECREE in said(messages)
    assert "hiệu lực" in said(messages)
    assert messages[-2]["expects"] == "yes_no"  # a person may know
    assert conversation.slots["awaiting"]["what"] == "person"


async def test_a_date_that_is_not_known_is_said_to_be_so() -> None:
    messages = await Conversation().turn("hoi_can_cu", "nghị định 123 ra ngày nào")
    assert "ngày ban hành thì em chưa có" in said(messages)


async def test_the_procedure_spoken_of_comes_first() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_phi", "đăng ký khai sinh mất bao nhiêu tiền")
    messages = await conversation.turn("hoi_can_cu", "nghị định 123 là nghị định gì")
    assert "thủ tục đăng ký khai sinh có căn cứ vào văn bản này" in said(messages)


@pytest.mark.parametrize(
    ("intent", "words", "year"),
    [("chon", "cái thứ hai", "2020"), ("hoi_can_cu", "năm 2024", "2024"), ("chon", "1", "2024")],
)
async def test_one_number_of_several_years(intent: str, words: str, year: str) -> None:
    conversation = Conversation()
    await conversation.turn("hoi_phi", "đăng ký khai sinh mất bao nhiêu tiền")
    messages = await conversation.turn("hoi_can_cu", "thông tư không bốn còn hiệu lực không")
    assert "1 là Thông tư số 04/2024/TT-BTP; 2 là Thông tư số 04/2020/TT-BTP" in question(messages)
    messages = await conversation.turn(intent, words)
    assert f"Thông tư số 04/{year}/TT-BTP" in said(messages)
    assert "hiệu lực" in said(messages)


@pytest.mark.parametrize("asked", ["nghị định chín trăm chín chín còn hiệu lực không", "luật đường sắt năm nào"])
async def test_what_no_record_cites_is_not_told(asked: str) -> None:
    messages = await Conversation().turn("hoi_can_cu", asked)
    assert messages[-1]["actions"][0] == {"name": "legal", "result": "unknown"}
    assert messages[-2]["expects"] == "yes_no"


async def test_another_kind_with_the_same_number_is_not_told() -> None:
    messages = await Conversation().turn("hoi_can_cu", "quyết định 123 năm 2015 là gì")
    assert DECREE not in said(messages)


async def many_circulars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    """In a call that has asked for a number that five circulars have."""
    url = f"sqlite:///{tmp_path}/many.db"
    database = Database(url)
    database.migrate()
    numbers = ("77/2018/TT-BTP", "77/2019/TT-BTP", "77/2020/TT-BCA", "77/2020/TT-BTC", "77/2021/TT-BTP")
    content = text(code="1.900001", name="Cấp thẻ bơi lội", legal=[f"Thông tư ({number})" for number in numbers])
    import_portal(database, folder(tmp_path / "portal", {"1.900001": content}), date(2026, 7, 19), datetime.now(UTC))
    database.close()
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", url)
    backing.cache_clear()
    conversation = Conversation()
    messages = await conversation.turn("hoi_can_cu", "thông tư bảy bảy ban hành ngày nào")
    assert messages[0]["expects"] == "open"
    return conversation


async def test_many_of_one_number_are_narrowed_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await many_circulars(tmp_path, monkeypatch)
    messages = await conversation.turn("nlu_fallback", "năm hai nghìn không trăm hai mươi")
    assert "1 là Thông tư số 77/2020/TT-BCA; 2 là Thông tư số 77/2020/TT-BTC" in question(messages)
    messages = await conversation.turn("nlu_fallback", "của bộ công an cơ")
    assert "77/2020/TT-BCA" in said(messages)
    assert "TT-BTC" not in said(messages)


async def test_not_knowing_the_year_leads_to_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await many_circulars(tmp_path, monkeypatch)
    await conversation.turn("phu_dinh", "bác không nhớ năm")
    assert conversation.slots["awaiting"]["what"] == "person"
