"""A procedure walked through step by step: moves, cases, questions in between, the end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dialogs.actions.backing import backing
from language.vi import speak
from services.database import Database
from services.procedures import BUNDLED, load
from services.procedures.portal import import_portal
from tests.dialogs.conversation import Conversation, said
from tests.services.portal.writing import folder, text

pytestmark = pytest.mark.usefixtures("services")

MARRIAGE, SALE = "1.000894", "1.013076"
CALLER = {"caller": "0912345678"}


def question(messages: list[dict[str, Any]]) -> str:
    return str([message["text"] for message in messages if message["type"] == "say"][-1])


async def walking(case: str = "chưa", **metadata: Any) -> Conversation:
    """At the first piece of the walk through a marriage."""
    conversation = Conversation(**{**CALLER, **metadata})
    await conversation.turn("hoi_huong_dan", "hướng dẫn bác đăng ký kết hôn")
    await conversation.turn("phu_dinh" if case == "chưa" else "khang_dinh", case)
    return conversation


async def test_the_case_is_asked_for_first_and_decides_on_the_papers() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_huong_dan", "hướng dẫn bác đăng ký kết hôn")
    assert question(messages) == "Dạ, có ai từng đăng ký kết hôn trước đây chưa ạ?"
    assert messages[0]["expects"] == "yes_no"
    messages = await conversation.turn("khang_dinh", "có rồi")
    assert "trường hợp đã từng kết hôn, có 4 bước" in said(messages)
    assert "3 loại" in said(messages) + said(await conversation.turn("buoc_tiep", "tiếp"))


async def test_a_case_that_was_told_is_not_asked_for() -> None:
    messages = await Conversation().turn("hoi_huong_dan", "hướng dẫn bác đăng ký kết hôn, bác ly hôn rồi")
    assert "trường hợp đã từng kết hôn" in said(messages)


async def test_a_procedure_without_cases_begins_at_once() -> None:
    messages = await Conversation().turn("hoi_huong_dan", "hướng dẫn gia hạn tạm trú")
    assert "có 1 bước" in said(messages)
    assert messages[-1]["aspect"] == "steps"


async def test_whole_walk_in_pieces_of_few_syllables_up_to_the_offer_of_a_message() -> None:
    conversation = await walking()
    told: list[str] = []
    for _ in range(12):
        messages = await conversation.turn("buoc_tiep", "tiếp")
        told.append(messages[0]["text"])
        before = " ".join(message["text"] for message in messages[:-2])
        assert len(speak(before).split()) <= 35
        assert messages[0]["source"]["code"] == MARRIAGE
        if conversation.slots["awaiting"]["what"] == "message_offer":
            break
    assert [piece.split(",")[1].strip() for piece in told[-4:]] == ["bước 1", "bước 2", "bước 3", "bước 4"]
    messages = await conversation.turn("khang_dinh", "có")
    assert "6 7 8" in question(messages)
    await conversation.turn("khang_dinh", "ừ gửi đi")
    message = backing().outbox.list()[0]
    assert (message.channel, message.to) == ("sms", "0912345678")
    assert "Đăng ký kết hôn" in message.text
    assert "Giấy tờ" in message.text


async def test_moves() -> None:
    conversation = await walking()
    assert "bước 3," in said(await conversation.turn("buoc_may", "bước ba"))
    assert "bước 2," in said(await conversation.turn("buoc_truoc", "quay lại bước trước"))
    assert "bước 1," in said(await conversation.turn("nlu_fallback", "cho nghe lại bước một", certainty=0.3))
    assert "không có bước 9" in said(await conversation.turn("buoc_may", "bước chín"))
    assert "bước 2," in said(await conversation.turn("khang_dinh", "vâng"))
    assert "có 4 bước" in said(await conversation.turn("buoc_truoc", "quay lại phần giấy tờ"))


async def test_where_am_i() -> None:
    conversation = await walking()
    assert "phần giấy tờ" in said(await conversation.turn("buoc_may", "bước mấy rồi"))
    await conversation.turn("buoc_may", "bước hai")
    where = said(await conversation.turn("buoc_may", "tôi đang ở bước mấy"))
    assert "bước 2" in where
    assert "4 bước" in where
    assert "bước 3," in said(await conversation.turn("buoc_tiep", "tiếp"))  # asking has not moved it


async def test_say_that_again_is_the_piece_heard_last_or_the_step_that_was_named() -> None:
    conversation = await walking()
    heard = conversation.slots["last_words"]
    messages = await conversation.turn("noi_lai", "nhắc lại")
    assert messages[0] == {"type": "command", "name": "repeat", "text": " ".join(heard)}
    messages = await conversation.turn("noi_lai", "nhắc lại bước bốn")
    assert "bước 4," in said(messages)
    assert conversation.slots["last_words"][0].startswith("Dạ, bước 4,")
    assert "bước 3," in said(await conversation.turn("noi_lai", "đọc lại bước ba"))  # after the end, too


async def test_a_question_in_between_is_answered_and_the_walk_goes_on() -> None:
    conversation = await walking()
    await conversation.turn("buoc_may", "bước một")
    messages = await conversation.turn("hoi_phi", "thế mất bao nhiêu tiền")
    assert "miễn lệ phí" in said(messages)
    assert "hướng dẫn từng bước" in question(messages)
    messages = await conversation.turn("khang_dinh", "ừ")
    assert "bước 2," in said(messages)
    assert conversation.slots.get("paused") is None


async def test_next_is_a_yes_to_going_on() -> None:
    conversation = await walking()
    await conversation.turn("buoc_may", "bước một")
    await conversation.turn("hoi_phi", "lệ phí thế nào")
    assert "bước 2," in said(await conversation.turn("buoc_tiep", "bước tiếp theo"))


async def test_declining_to_go_on_ends_the_walk() -> None:
    conversation = await walking()
    await conversation.turn("hoi_phi", "thế mất bao nhiêu tiền")
    messages = await conversation.turn("phu_dinh", "thôi")
    assert conversation.slots.get("paused") is None
    assert conversation.slots["awaiting"]["what"] == "anything"
    assert "bước" not in said(messages)


async def test_a_question_in_between_before_the_case_is_known() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn bác đăng ký kết hôn")
    await conversation.turn("hoi_noi_nop", "mà nộp ở chỗ nào thế")
    messages = await conversation.turn("khang_dinh", "ừ")
    assert "từng đăng ký kết hôn" in question(messages)


async def test_another_procedure_takes_its_place() -> None:
    conversation = await walking()
    messages = await conversation.turn("hoi_huong_dan", "hướng dẫn tôi gia hạn tạm trú cơ")
    assert "gia hạn tạm trú có 1 bước" in said(messages)
    assert conversation.slots.get("paused") is None


async def test_asking_again_for_the_same_goes_on_where_it_was_left() -> None:
    conversation = await walking()
    await conversation.turn("buoc_may", "bước hai")
    await conversation.turn("hoi_phi", "thế mất bao nhiêu tiền")
    assert "bước 2," in said(await conversation.turn("hoi_huong_dan", "hướng dẫn đăng ký kết hôn đi"))


@pytest.mark.parametrize(
    ("intent", "words"), [("phu_dinh", "thôi"), ("ket_thuc", "thôi cảm ơn cháu"), ("phu_dinh", "không")]
)
async def test_enough(intent: str, words: str) -> None:
    conversation = await walking()
    messages = await conversation.turn(intent, words)
    assert messages[-1]["actions"] == [{"name": "guide", "result": "stopped"}]
    assert conversation.slots["awaiting"]["what"] == "anything"
    assert conversation.slots.get("paused") is None


async def test_not_heard_is_no_no() -> None:
    conversation = await walking()
    first = conversation.slots["last_words"][0]
    assert said(await conversation.turn("phu_dinh", "chưa nghe rõ")).startswith(first)


async def test_correcting_the_case_on_the_way() -> None:
    conversation = await walking()
    await conversation.turn("buoc_tiep", "tiếp")
    messages = await conversation.turn("phu_dinh", "à quên, bác ly hôn rồi")
    assert "trường hợp đã từng kết hôn" in said(messages)


async def test_two_answers_that_are_none_tell_every_case() -> None:
    conversation = Conversation()
    first = await conversation.turn("hoi_huong_dan", "hướng dẫn đăng ký sang tên xe")
    again = await conversation.turn("khong_ro", "ờ thì")
    assert question(first) != question(again)  # in other words
    assert "người bán hay người mua" in question(again)
    messages = await conversation.turn("nlu_fallback", "cái đấy", certainty=0.3)
    assert "đăng ký sang tên xe có 3 bước" in said(messages)


async def test_not_knowing_tells_every_case_at_once() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn đăng ký sang tên xe")
    assert "có 3 bước" in said(await conversation.turn("phu_dinh", "bác không biết"))


async def test_case_by_key_and_by_place() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn đăng ký sang tên xe")
    assert "trường hợp người mua, có 2 bước" in said(await conversation.turn("chon", entities={"so": 2}))
    other = Conversation()
    await other.turn("hoi_huong_dan", "hướng dẫn đăng ký sang tên xe")
    assert "trường hợp người bán, có 1 bước" in said(await other.turn("chon", "cái thứ nhất"))


async def test_keys_of_the_walk() -> None:
    conversation = await walking()
    first = conversation.slots["awaiting"]["at"]
    await conversation.turn("chon", entities={"so": 1})
    assert conversation.slots["awaiting"]["at"] == first + 1
    await conversation.turn("chon", entities={"so": 2})
    assert conversation.slots["awaiting"]["what"] == "anything"


async def test_another_procedure_is_done_in_this_case() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn làm thẻ căn cước cho người từ 14 tuổi")
    messages = await conversation.turn("nlu_fallback", "bị mất cháu ạ", certainty=0.4)
    assert messages[-1]["procedure"] == "1.014064"
    assert "cấp lại thẻ căn cước" in said(messages)


async def test_a_case_whose_procedure_is_not_known_is_left_to_an_officer() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn đăng ký khai sinh")
    messages = await conversation.turn("phu_dinh", "bố mẹ cháu chưa cưới")
    assert "kết hợp nhận cha, mẹ, con" in said(messages)
    assert "có 4 bước" not in said(messages)
    assert messages[-2]["expects"] == "yes_no"


async def test_moves_without_a_walk_begin_one() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_phi", "gia hạn tạm trú hết bao nhiêu")
    assert "gia hạn tạm trú có 1 bước" in said(await conversation.turn("buoc_tiep", "bước tiếp theo là gì"))
    assert "thủ tục" in said(await Conversation().turn("buoc_may", "bước mấy rồi"))


async def test_the_message_can_be_declined() -> None:
    conversation = await walking()
    await conversation.turn("buoc_may", "bước cuối cùng")
    assert conversation.slots["awaiting"]["what"] == "message_offer"
    await conversation.turn("phu_dinh", "không cần đâu")
    assert conversation.slots["awaiting"]["what"] == "anything"


@pytest.fixture
def imported(services: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with a record of the portal that lists its papers by case."""
    url = f"sqlite:///{tmp_path}/imported.db"
    database = Database(url)
    database.migrate()
    load(database, BUNDLED)
    named = [
        (f"Trường hợp {name}", ((f"Đơn của {name}", 1, 0),)) for name in ("học sinh", "công nhân", "nông dân", "bộ đội")
    ]
    records = {
        "1.900001": text(code="1.900001", name="Cấp thẻ bơi lội", cases=[("", (("Tờ khai", 1, 0),)), *named]),
        "1.000689": text(code="1.000689", name="Khai sinh kết hợp nhận cha, mẹ, con", steps="    Nộp."),
    }
    import_portal(database, folder(tmp_path / "portal", records), date(2026, 7, 19), datetime.now(UTC))
    database.close()
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", url)
    backing.cache_clear()


@pytest.mark.usefixtures("imported")
async def test_cases_of_an_imported_record_are_offered_three_at_a_time() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_huong_dan", "hướng dẫn cấp thẻ bơi lội")
    assert "1 là học sinh; 2 là công nhân; 3 là nông dân" in question(messages)
    messages = await conversation.turn("phu_dinh", "trường hợp khác")
    assert "1 là bộ đội" in question(messages)
    messages = await conversation.turn("chon", "một")
    told = said(messages)
    while conversation.slots["awaiting"]["what"] == "guide_step":
        told += said(await conversation.turn("buoc_tiep", "tiếp"))
    assert "đơn của bộ đội" in told
    assert "đơn của học sinh" not in told
    assert "19/07/2026" in told


@pytest.mark.usefixtures("imported")
async def test_none_of_the_cases() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn cấp thẻ bơi lội")
    await conversation.turn("phu_dinh", "trường hợp khác")
    messages = await conversation.turn("phu_dinh", "không phải")
    assert "có 2 bước" in said(messages)


@pytest.mark.usefixtures("imported")
async def test_papers_are_told_where_no_steps_are_known() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_huong_dan", "hướng dẫn đăng ký khai sinh")
    messages = await conversation.turn("phu_dinh", "bố mẹ cháu chưa cưới")
    assert messages[-1]["procedure"] == "1.000689"
    assert "các bước em chưa có thông tin chính xác" in said(messages)
    told = said(messages)
    while conversation.slots["awaiting"]["what"] == "guide_step":
        told += said(await conversation.turn("buoc_tiep", "tiếp"))
    assert "đơn đề nghị" in told
    for words in ("bước mấy rồi", "bước hai"):
        answer = said(await conversation.turn("buoc_may", words))
        assert "chưa" in answer
        assert "0 bước" not in answer
