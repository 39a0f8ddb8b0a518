"""Messages, call-backs, the survey and broken-off tasks, on trackers made by hand and real services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from dialogs.actions import hearing
from dialogs.actions.backing import backing
from services.callbacks import Callback
from services.database import Database
from services.messages import Message
from services.procedures import BUNDLED, load
from services.survey import SurveyAnswers
from tests.dialogs.calls import MONDAY_MORNING, NIGHT
from tests.dialogs.conversation import BIRTH, Conversation

MOBILE, LANDLINE = "0912345678", "02438255555"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('after')}/hotline.db"
    database = Database(url)
    database.migrate()
    load(database, BUNDLED)
    database.close()
    return url


@pytest.fixture(autouse=True)
def services(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", url)
    monkeypatch.setenv("VOICEBOT__MESSAGES__SMS__URL", "http://127.0.0.1:9/")
    backing.cache_clear()
    yield
    backing.cache_clear()


class Call(Conversation):
    """With a call id of its own."""

    numbers = iter(range(1000))

    def __init__(self, caller: str | None = None, now: str = MONDAY_MORNING, **metadata: Any) -> None:
        super().__init__(caller=caller, now=now, **metadata)
        self.call_id = f"after-{next(self.numbers)}"

    async def says(self, intent: str, text: str = "", **more: Any) -> str:
        """All that the bot says to it."""
        self.messages = await self.turn(intent, text, **more)
        return " ".join(message["text"] for message in self.messages if message["type"] == "say")

    @property
    def waits_for(self) -> str | None:
        return (self.slots.get("awaiting") or {}).get("what")

    @property
    def hung_up(self) -> bool:
        return any(message.get("name") == "hang_up" for message in self.messages)

    @property
    def sent(self) -> list[Message]:
        return [each for each in backing().outbox.list() if each.key.startswith(f"{self.call_id}:")]

    @property
    def callbacks(self) -> list[Callback]:
        return [each for each in backing().callbacks.list() if each.call_id == self.call_id]

    @property
    def survey(self) -> SurveyAnswers | None:
        return next((each for each in backing().survey.export() if each.call_id == self.call_id), None)


async def about_birth(caller: str | None = None, **metadata: Any) -> Call:
    call = Call(caller, **metadata)
    await call.says("hoi_noi_nop", "đăng ký khai sinh nộp ở đâu")
    return call


async def test_papers_go_to_the_number_that_calls() -> None:
    call = await about_birth(MOBILE)
    asked = await call.says("yeu_cau_nhan_tin", "nhắn tin cho bác kẻo bác quên")
    assert "6 7 8" in asked
    assert MOBILE not in asked
    said = await call.says("khang_dinh", "ừ")
    assert "gửi" in said
    [message] = call.sent
    assert (message.channel, message.to, message.state) == ("sms", MOBILE, "waiting")
    for words in ("Đăng ký khai sinh", BIRTH, "giấy chứng sinh", "Nơi nộp"):
        assert words in message.text
    assert call.messages[-1]["actions"] == [{"name": "message", "result": "waits_for_sender"}]
    assert call.waits_for == "anything"


async def test_asking_twice_sends_once_and_another_number_is_another_message() -> None:
    call = await about_birth(MOBILE)
    for _ in range(2):
        await call.says("yeu_cau_nhan_tin", "nhắn tin cho bác")
        await call.says("khang_dinh", "ừ")
    assert len(call.sent) == 1
    await call.says("yeu_cau_nhan_tin", "nhắn cả cho con trai bác nữa")
    assert call.waits_for == "message_phone"
    await call.says("cung_cap_sdt", "0987 654 321")
    await call.says("khang_dinh", "đúng rồi")
    assert {message.to for message in call.sent} == {MOBILE, "0987654321"}


async def test_without_a_gateway_the_truth_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICEBOT__MESSAGES__SMS__URL")
    backing.cache_clear()
    call = await about_birth(MOBILE)
    await call.says("yeu_cau_nhan_tin", "nhắn tin cho bác")
    said = await call.says("khang_dinh", "ừ")
    assert "chưa nối" in said
    assert [message.state for message in call.sent] == ["waiting"]


async def test_which_procedure_is_asked_and_a_choice_is_made_by_key() -> None:
    call = Call(MOBILE)
    await call.says("yeu_cau_nhan_tin", "gửi tin nhắn cho tôi")
    assert call.waits_for == "message_what"
    await call.says("hoi_thu_tuc", "giấy phép lái xe")
    choices = call.slots["awaiting"]["choices"]
    await call.says("chon", "2")
    assert call.waits_for == "message_to_caller"
    assert call.slots["procedure"] == choices[1]["code"]


@pytest.mark.parametrize(
    "said",
    [
        "nhắn cho con trai tôi với",
        "nhắn giúp tôi cái vừa nói",
        "nhắn cái địa chỉ đó cho tôi",
        "gửi qua zalo",
        "gửi lại nội dung vừa rồi bằng tin nhắn",
    ],
)
async def test_the_wish_itself_names_no_procedure(said: str) -> None:
    call = await about_birth(MOBILE)
    await call.says("yeu_cau_nhan_tin", said)
    assert call.slots["awaiting"]["key"].endswith(BIRTH)


async def test_procedure_and_number_in_one_sentence() -> None:
    call = Call()
    asked = await call.says("yeu_cau_nhan_tin", "gửi giấy tờ đăng ký kết hôn vào số 0987654321 cho tôi")
    assert "0987 654 321" in asked
    await call.says("cung_cap_sdt", "không phải, 0987654322 cơ")
    assert call.waits_for == "message_phone_right"
    await call.says("khang_dinh", "đúng")
    assert [message.to for message in call.sent] == ["0987654322"]


async def test_landlines_get_no_messages() -> None:
    call = await about_birth(LANDLINE)
    await call.says("yeu_cau_nhan_tin", "nhắn tin cho bác")
    assert call.waits_for == "message_phone"
    said = await call.says("cung_cap_sdt", LANDLINE)
    assert "di động" in said
    await call.says("cung_cap_sdt", "không chín một hai, ba bốn năm")
    await call.says("cung_cap_sdt", "sáu bảy tám")
    await call.says("khang_dinh", "đúng")
    assert [message.to for message in call.sent] == [MOBILE]


async def test_zalo_and_email_fall_back_on_what_is_connected() -> None:
    call = await about_birth(MOBILE)
    assert "Zalo" in await call.says("yeu_cau_nhan_tin", "gửi qua da lô cho bác")
    await call.says("khang_dinh", "ừ")
    assert [message.channel for message in call.sent] == ["sms"]
    spelled = await about_birth(MOBILE)
    assert "thư điện tử" in await spelled.says("yeu_cau_nhan_tin", "gửi email cho em được không")
    typed = await about_birth()
    await typed.says("yeu_cau_nhan_tin", "gửi vào lan.nguyen@example.vn giúp em")
    assert [(message.channel, message.to) for message in typed.sent] == [("email", "lan.nguyen@example.vn")]
    assert "giấy tờ" in typed.sent[0].text.lower()


@pytest.mark.parametrize("answers", [[("phu_dinh", "thôi khỏi")], [("khong_ro", "ờ thì")] * 2])
async def test_whoever_gives_no_number_gets_no_message(answers: list[tuple[str, str]]) -> None:
    call = await about_birth()
    await call.says("yeu_cau_nhan_tin", "nhắn tin cho bác")
    for intent, text in answers:
        said = await call.says(intent, text)
    assert call.sent == []
    assert "không" in said
    assert call.waits_for == "anything"


async def test_a_question_in_between_and_back_to_the_message() -> None:
    call = await about_birth(MOBILE)
    await call.says("yeu_cau_nhan_tin", "nhắn tin cho bác")
    said = await call.says("hoi_thoi_han", "thế mấy ngày thì xong")
    assert "ngày" in said
    assert call.waits_for in ("resume", "person")
    if call.waits_for == "person":
        await call.says("phu_dinh", "không cần")
    await call.says("khang_dinh", "ừ")
    assert call.waits_for == "message_to_caller"
    await call.says("khang_dinh", "ừ")
    assert len(call.sent) == 1


async def test_a_message_when_the_dossier_is_done_is_a_reminder() -> None:
    call = await about_birth(MOBILE)
    await call.says("yeu_cau_nhan_tin", "khi nào có kết quả nhắn cho tôi nhé")
    assert call.waits_for == "dossier_code"
    assert call.sent == []


async def test_procedure_that_cannot_be_named_ends_with_a_person() -> None:
    call = Call(MOBILE)
    await call.says("yeu_cau_nhan_tin", "gửi tin nhắn cho tôi")
    await call.says("khong_ro", "cái đó đó")
    await call.says("khong_ro", "ờ ờ")
    assert call.waits_for == "person"


async def test_call_back_tomorrow_afternoon_within_office_hours() -> None:
    call = await about_birth(MOBILE)
    said = await call.says("goi_lai", "chiều mai gọi lại cho bác nhé")
    assert "ngày mai, từ 12 giờ trưa đến 5 giờ 30 chiều" in said
    await call.says("khang_dinh", "ừ được luôn")
    [kept] = call.callbacks
    assert (kept.phone, kept.state) == (MOBILE, "waiting")
    assert kept.window.start == datetime.fromisoformat("2026-03-03T12:00+07:00")
    assert kept.window.end == datetime.fromisoformat("2026-03-03T17:30+07:00")
    assert "đăng ký khai sinh" in kept.about


async def test_call_back_outside_office_hours_is_moved_and_corrected() -> None:
    call = Call(MOBILE)
    await call.says("goi_lai", "gọi lại cho tôi")
    assert call.waits_for == "callback_when"
    said = await call.says("khong_ro", "tối nay")
    assert "không" in said
    assert "ngày mai" in said
    said = await call.says("phu_dinh", "không, thứ tư từ chín đến mười giờ")
    assert "thứ tư ngày 4/3, từ 9 giờ sáng đến 10 giờ sáng" in said
    await call.says("khang_dinh", "đúng rồi")
    assert [each.window.start.isoformat() for each in call.callbacks] == ["2026-03-04T02:00:00+00:00"]


async def test_call_back_on_friday_night_is_on_monday() -> None:
    call = Call(MOBILE, now="2026-03-06T20:00:00+07:00")
    said = await call.says("goi_lai", "mai gọi lại cho bác")
    assert "thứ hai ngày 9/3" in said


async def test_call_back_needs_a_number() -> None:
    call = Call()
    await call.says("goi_lai", "sáng mai cho người gọi lại cho bác")
    await call.says("khang_dinh", "được")
    assert call.waits_for == "callback_phone"
    await call.says("cung_cap_sdt", MOBILE)
    await call.says("khang_dinh", "đúng")
    assert [each.phone for each in call.callbacks] == [MOBILE]


async def test_number_and_time_in_one_sentence() -> None:
    call = Call(LANDLINE)
    await call.says("goi_lai", "gọi lại vào số 0987 654 321 lúc 9 giờ sáng mai")
    await call.says("khang_dinh", "ừ")
    [kept] = call.callbacks
    assert (kept.phone, kept.window.start.isoformat()) == ("0987654321", "2026-03-03T02:00:00+00:00")


async def test_time_that_is_not_understood_twice_is_proposed() -> None:
    call = Call(MOBILE)
    await call.says("goi_lai", "gọi lại cho tôi")
    await call.says("khong_ro", "ờ bác cũng không biết nữa")
    assert call.waits_for == "callback_when"
    said = await call.says("khong_ro", "ờ")
    assert call.waits_for == "callback_agreed"
    assert "hôm nay" in said
    await call.says("phu_dinh", "không")
    await call.says("ket_thuc", "thôi khỏi")
    assert call.callbacks == []


async def test_asking_again_in_the_same_call_changes_the_call_back() -> None:
    call = Call(MOBILE)
    for when in ("sáng mai", "chiều mai"):
        await call.says("goi_lai", f"{when} gọi lại nhé")
        await call.says("khang_dinh", "ừ")
    assert [each.window.start.isoformat() for each in call.callbacks] == ["2026-03-03T05:00:00+00:00"]


async def test_survey_after_a_call_that_helped() -> None:
    call = await about_birth(MOBILE)
    await call.says("ket_thuc", "cảm ơn cháu")
    assert (call.waits_for, call.hung_up) == ("survey_offer", False)
    await call.says("khang_dinh", "ừ hỏi đi, ba câu thôi nhé")
    assert call.messages[-2]["expects"] == "digits"
    await call.says("chon", "4")
    assert call.messages[-2]["expects"] == "choice"
    await call.says("khong_ro", "1")
    await call.says("hoi_phi", "phường trả kết quả còn chậm", certainty=0.4)
    assert call.hung_up
    kept = call.survey
    assert kept is not None
    assert (kept.satisfaction, kept.understood, kept.comment) == (4, True, "phường trả kết quả còn chậm")
    assert kept.procedure == BIRTH


async def test_survey_is_declined_and_not_offered_again() -> None:
    call = await about_birth(MOBILE)
    await call.says("phu_dinh", "không")  # nothing more
    assert call.waits_for == "survey_offer"
    await call.says("hoi_phi", "à mà lệ phí bao nhiêu")  # a question after all
    assert not call.hung_up
    await call.says("ket_thuc", "thôi cảm ơn cháu")
    assert call.hung_up
    assert call.survey is None


async def test_survey_is_declined() -> None:
    call = await about_birth(MOBILE)
    await call.says("ket_thuc", "cảm ơn cháu")
    await call.says("phu_dinh", "thôi bác bận")
    assert call.hung_up
    assert call.survey is None


@pytest.mark.parametrize(
    "before",
    [
        [],
        [("khong_ro", "ờ")],
        [("hoi_noi_nop", "đăng ký khai sinh nộp ở đâu"), ("xuc_pham", "đồ ngu")],
        [("hoi_noi_nop", "đăng ký khai sinh nộp ở đâu"), ("khan_cap", "cháy nhà rồi")],
        [("hoi_noi_nop", "đăng ký khai tử nộp ở đâu")],
    ],
)
async def test_no_survey_of_who_was_not_helped_is_angry_in_need_or_in_grief(before: list[tuple[str, str]]) -> None:
    call = Call(MOBILE)
    for intent, text in before:
        await call.says(intent, text)
    await call.says("ket_thuc", "chào cháu")
    assert call.hung_up


async def test_survey_may_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__SURVEY__ENABLED", "false")
    backing.cache_clear()
    call = await about_birth(MOBILE)
    await call.says("ket_thuc", "chào cháu")
    assert call.hung_up


async def test_a_mark_that_is_none_twice_is_passed_over() -> None:
    call = await about_birth(MOBILE)
    await call.says("ket_thuc", "chào cháu")
    await call.says("khang_dinh", "ừ")
    await call.says("khong_ro", "9")
    assert call.waits_for == "survey_mark"
    await call.says("khong_ro", "mười điểm")
    assert call.waits_for == "survey_understood"
    await call.says("phu_dinh", "chưa hiểu lắm")
    await call.says("phu_dinh", "không có gì")
    assert call.hung_up
    kept = call.survey
    assert kept is not None
    assert (kept.satisfaction, kept.understood, kept.comment) == (None, False, None)


async def test_callers_may_rate_by_themselves_once() -> None:
    call = Call(MOBILE)
    await call.says("danh_gia", "tôi rất hài lòng về cuộc gọi này")
    assert call.waits_for == "survey_understood"
    kept = call.survey
    assert kept is not None
    assert kept.satisfaction == 5
    await call.says("danh_gia", "cho tôi chấm điểm")
    assert call.survey == kept
    asked = Call(MOBILE)
    await asked.says("danh_gia", "tôi muốn đánh giá cuộc gọi")
    assert asked.waits_for == "survey_mark"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("5", 5), ("năm điểm", 5), ("bốn sao", 4), ("rất hài lòng", 5), ("hài lòng", 4), ("bình thường thôi", 3),
        ("tạm được", 3), ("không hài lòng", 2), ("rất tệ", 1), ("rất không hài lòng", 1), ("mười điểm", None),
        ("ờ", None), ("0", None), ("tốt lắm cháu ạ", 5), ("máy kém quá, cho một sao", 1), ("mức ba", 3),
        ("khen cháu một câu", None), ("tôi muốn làm khảo sát hài lòng", None), ("đánh giá năm sao", 5),
        ("điểm của cháu là năm", 5), ("2", 2), ("khao sat hai long", None), ("mức hài lòng của tôi là bốn", 4),
    ],
)  # fmt: skip
def test_marks(text: str, mark: int | None) -> None:
    assert hearing.rating(text) == mark


async def broken_off(now: str = MONDAY_MORNING) -> Call:
    call = await about_birth(MOBILE, now=now)
    await call.says("goi_lai", "gọi lại cho tôi")
    return call


async def test_a_broken_off_task_is_offered_to_the_same_number_and_goes_on() -> None:
    await broken_off()
    call = Call(MOBILE, now="2026-03-02T09:10:00+07:00")
    said = await call.says("chao_hoi")
    assert "hẹn gọi lại" in said
    assert "ghi âm" in said
    assert not call.messages[0]["interruptible"]
    await call.says("khang_dinh", "ừ tiếp đi")
    assert call.waits_for == "callback_when"
    assert call.slots["procedure"] == BIRTH
    await call.says("khong_ro", "sáng mai")
    await call.says("khang_dinh", "ừ")
    assert len(call.callbacks) == 1
    again = Call(MOBILE, now="2026-03-02T09:15:00+07:00")
    assert "hẹn gọi lại" not in await again.says("chao_hoi")


@pytest.mark.parametrize(
    ("caller", "now"),
    [("0987111222", "2026-03-02T09:10:00+07:00"), (None, NIGHT), (MOBILE, "2026-03-02T09:30:00+07:00")],
)
async def test_others_and_those_who_call_much_later_hear_nothing_of_it(caller: str | None, now: str) -> None:
    await broken_off()
    call = Call(caller, now=now)
    assert "hẹn gọi lại" not in await call.says("chao_hoi")


@pytest.mark.parametrize("ending", [("ket_thuc", "thôi cảm ơn cháu"), ("gap_nhan_vien", "cho gặp người")])
async def test_what_ended_properly_is_not_offered(ending: tuple[str, str]) -> None:
    call = await broken_off()
    await call.says(*ending)
    if not call.hung_up:
        await call.says("ket_thuc", "chào cháu")
        await call.says("ket_thuc", "chào cháu")
    again = Call(MOBILE, now="2026-03-02T09:05:00+07:00")
    assert "hẹn gọi lại" not in await again.says("chao_hoi")


async def test_a_line_that_fell_silent_counts_as_lost() -> None:
    call = await broken_off()
    for step in (1, 2, 3):
        await call.says("im_lang", entities={"buoc": step})
    assert call.hung_up
    again = Call(MOBILE, now="2026-03-02T09:05:00+07:00")
    assert "hẹn gọi lại" in await again.says("chao_hoi")
    await again.says("phu_dinh", "thôi không cần nữa")
    assert again.waits_for is None
    third = Call(MOBILE, now="2026-03-02T09:06:00+07:00")
    assert "hẹn gọi lại" not in await third.says("chao_hoi")


async def test_another_question_comes_first_and_the_task_is_offered_after_it() -> None:
    await broken_off()
    call = Call(MOBILE, now="2026-03-02T09:05:00+07:00")
    await call.says("chao_hoi")
    said = await call.says("hoi_noi_nop", "đăng ký kết hôn nộp ở đâu")
    assert "kết hôn" in said
    assert call.waits_for == "resume"
    await call.says("khang_dinh", "ừ")
    assert call.waits_for == "callback_when"


async def test_a_database_that_is_away_does_not_spoil_the_greeting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", f"sqlite:///{tmp_path}/missing/hotline.db")
    backing.cache_clear()
    said = await Call(MOBILE).says("chao_hoi")
    assert "trợ lý ảo" in said
    assert said.endswith("?")
    assert MOBILE not in caplog.text
