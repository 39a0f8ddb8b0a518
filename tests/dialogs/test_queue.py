"""Taking, changing and cancelling queue numbers: the actions on real services, with a clock of the test's own."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml

from dialogs.actions import queue, queue_held
from dialogs.actions.backing import backing
from dialogs.actions.prompts import PATH
from services.queue import Booking, Queue
from tests.dialogs.calls import MONDAY_MORNING
from tests.dialogs.conversation import BIRTH, Conversation, said

NOW = datetime.fromisoformat(MONDAY_MORNING)  # 2 March 2026, 9:00
PHONE = "0912345678"
WARD = "Phường Ba Đình"


@pytest.fixture(autouse=True)
def clean(services: None) -> None:
    """Nobody holds a number."""
    for booking in numbers().list(after=NOW):
        numbers().cancel(booking.number, NOW)


def numbers() -> Queue:
    return backing().queue


def held(phone: str = PHONE) -> list[Booking]:
    return numbers().list(phone, after=NOW)


def a_call(caller: str | None = PHONE) -> Conversation:
    return Conversation(now=MONDAY_MORNING, caller=caller, channel="sip")


def what(conversation: Conversation) -> str:
    awaiting = conversation.slots["awaiting"]
    return str(awaiting.get("slot") or awaiting["what"])


def moments() -> list[str]:
    return [f"{booking.start:%d/%m %H:%M}" for booking in held()]


async def test_a_number_is_taken_step_by_step() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "cho tôi đặt số thứ tự")
    assert what(call) == "ward"
    await call.turn("nlu_fallback", "phường ba đình cháu ạ")
    assert what(call) == "day"
    await call.turn("nlu_fallback", "thứ tư")
    assert what(call) == "session"
    await call.turn("nlu_fallback", "buổi chiều")
    assert what(call) == "procedure"
    asked = await call.turn("hoi_thu_tuc", "đăng ký khai sinh")
    assert held() == []
    text = said(asked)
    for part in ("phường Ba Đình", "1 giờ 30 chiều thứ tư, ngày 4/3", "đăng ký khai sinh"):
        assert part in text
    done = await call.turn("khang_dinh", "đúng rồi")
    (booking,) = held()
    assert (booking.ward, booking.procedure, booking.group) == (WARD, BIRTH, "ho_tich")
    assert moments() == ["04/03 13:30"]
    assert said(done).count(" ".join(booking.number)) == 2
    assert done[-1]["actions"] == [{"name": "queue", "result": booking.number}]


async def test_all_in_one_sentence() -> None:
    call = a_call()
    messages = await call.turn("dat_so_thu_tu", "đặt cho bác số làm khai sinh ở phường hoàng mai chín giờ sáng mai")
    assert what(call) == "queue_confirmed"
    assert "phường Hoàng Mai" in said(messages)
    await call.turn("khang_dinh", "vâng sáng mai nhé")
    assert moments() == ["03/03 09:00"]


async def test_the_procedure_spoken_of_before_is_taken_along() -> None:
    call = a_call()
    await call.turn("hoi_ho_so", "đăng ký khai sinh cần giấy tờ gì")
    messages = await call.turn("dat_so_thu_tu", "thế lấy cho bác cái số chiều mai ở phường láng")
    assert "đăng ký khai sinh" in said(messages)
    await call.turn("khang_dinh", "ừ")
    assert held()[0].procedure == BIRTH


async def test_what_is_wrong_in_the_summary_is_corrected() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    await call.turn("phu_dinh", "không phải, phường ba đình cơ")
    await call.turn("phu_dinh", "à quên buổi chiều")
    messages = await call.turn("nlu_fallback", "thứ năm mười giờ kém mười lăm")
    assert "9 giờ 30 sáng thứ năm" in said(messages)
    await call.turn("phu_dinh", "sai giờ rồi")
    assert what(call) == "session"
    await call.turn("nlu_fallback", "hai giờ rưỡi chiều")
    await call.turn("khang_dinh", "đúng")
    assert (held()[0].ward, moments()) == (WARD, ["05/03 14:30"])


async def test_a_mere_no_asks_what_is_wrong_and_a_second_one_drops_it() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    await call.turn("phu_dinh", "không")
    assert what(call) == "correction"
    await call.turn("phu_dinh", "không đặt nữa")
    assert what(call) == "anything"
    assert held() == []


@pytest.mark.parametrize("intent", ["phu_dinh", "ket_thuc", "huy_so_thu_tu"])
async def test_it_can_be_given_up_at_any_question(intent: str) -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số phường láng")
    await call.turn(intent, "thôi không làm nữa")
    assert what(call) == "anything"


async def test_a_question_in_between_is_answered_and_the_booking_goes_on() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng")
    answer = await call.turn("hoi_noi_nop", "đăng ký khai sinh thì nộp ở đâu")
    assert answer[-1]["aspect"] == "where"
    assert what(call) == "resume"
    assert "đặt số thứ tự" in said(answer)
    await call.turn("khang_dinh", "ừ")
    assert what(call) == "day"
    await call.turn("nlu_fallback", "sáng thứ năm")
    await call.turn("khang_dinh", "được")
    assert (held()[0].ward, held()[0].procedure) == ("Phường Láng", BIRTH)


async def test_a_former_district_is_said_to_be_gone() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh")
    messages = await call.turn("nlu_fallback", "bác ở quận hoàn kiếm")
    assert "quận Hoàn Kiếm" in said(messages)
    assert what(call) == "ward"
    await call.turn("nlu_fallback", "phường hoàn kiếm")
    assert what(call) == "day"


async def test_a_ward_that_cannot_be_made_out_goes_to_a_person_after_two_tries() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số")
    first = await call.turn("nlu_fallback", "ở chỗ kia kìa")
    assert what(call) == "ward"
    second = await call.turn("khong_ro", "bác không biết")
    assert first != second
    assert second[-1]["handover"]


async def test_several_wards_are_chosen_from() -> None:
    call = a_call()
    messages = await call.turn("dat_so_thu_tu", "phường láng", alternatives=["phường bồ đề"])
    assert "1 là phường Láng; 2 là phường Bồ Đề" in said(messages)
    await call.turn("chon", entities={"so": 2})
    assert (what(call), call.slots["awaiting"]["visit"]["wards"]) == ("day", ("Phường Bồ Đề",))


@pytest.mark.parametrize(
    ("said_day", "why", "instead"),
    [
        ("chủ nhật", "", "thứ sáu, ngày 6/3"),
        ("ngày 20 tháng 3", "chủ nhật, ngày 8/3", "thứ sáu, ngày 6/3"),
        ("tám giờ sáng nay", "", "9 giờ 30 sáng thứ hai"),
    ],
)
async def test_a_time_that_cannot_be_had_gets_the_nearest_offered(said_day: str, why: str, instead: str) -> None:
    call = a_call()
    messages = await call.turn("dat_so_thu_tu", f"đặt số khai sinh phường láng {said_day}")
    assert what(call) == "queue_offered"
    assert why in said(messages)
    assert instead in said(messages)
    await call.turn("khang_dinh", "ừ")
    assert what(call) == "queue_confirmed"


async def test_a_full_slot_gets_the_nearest_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__QUEUE__CAPACITY", "1")
    backing.cache_clear()
    start = datetime.fromisoformat("2026-03-05T08:00:00+07:00")
    numbers().book(WARD, start, "0987654321", NOW)
    call = a_call()
    messages = await call.turn("dat_so_thu_tu", "đặt số khai sinh phường ba đình tám giờ sáng thứ năm")
    assert "8 giờ 30 sáng thứ năm" in said(messages)
    await call.turn("khang_dinh", "được")
    await call.turn("khang_dinh", "đúng")
    assert moments() == ["05/03 08:30"]


async def test_a_slot_that_fills_up_before_the_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__QUEUE__CAPACITY", "1")
    backing.cache_clear()
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường ba đình tám giờ sáng thứ năm")
    numbers().book(WARD, datetime.fromisoformat("2026-03-05T08:00:00+07:00"), "0987654321", NOW)
    messages = await call.turn("khang_dinh", "đúng")
    assert what(call) == "queue_offered"
    assert "8 giờ 30" in said(messages)
    assert held() == []


async def test_any_time_will_do() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng")
    messages = await call.turn("nlu_fallback", "hôm nào cũng được, càng sớm càng tốt")
    assert "9 giờ 30 sáng thứ hai, ngày 2/3" in said(messages)


async def test_a_telephone_number_is_asked_for_and_read_back() -> None:
    call = a_call(caller=None)
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    assert what(call) == "queue_phone"
    await call.turn("cung_cap_sdt", "không chín một hai")
    messages = await call.turn("cung_cap_sdt", "ba bốn năm sáu bảy tám")
    assert "0912 345 678" in said(messages)
    await call.turn("phu_dinh", "không phải")
    assert what(call) == "queue_phone"
    await call.turn("nlu_fallback", PHONE)
    await call.turn("khang_dinh", "đúng")
    await call.turn("khang_dinh", "ừ đặt đi")
    assert len(held()) == 1


async def test_asking_again_for_the_same_gives_the_same_number() -> None:
    for _ in range(2):
        call = a_call()
        await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
        await call.turn("khang_dinh", "đúng")
    assert len(held()) == 1


async def test_too_many_numbers_for_one_telephone() -> None:
    for hour in (8, 9, 10):
        numbers().book(WARD, datetime.fromisoformat(f"2026-03-05T{hour:02}:00:00+07:00"), PHONE, NOW)
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    messages = await call.turn("khang_dinh", "đúng")
    assert "hủy bớt" in said(messages)
    assert len(held()) == 3


def booked(hour: int = 8, phone: str = PHONE) -> Booking:
    return numbers().book(WARD, datetime.fromisoformat(f"2026-03-05T{hour:02}:00:00+07:00"), phone, NOW)


async def test_cancelled_only_after_a_yes() -> None:
    booking = booked()
    call = a_call()
    messages = await call.turn("huy_so_thu_tu", "hủy số cho bác")
    assert " ".join(booking.number) in said(messages)
    assert held() == [booking]
    await call.turn("phu_dinh", "không")
    assert held() == [booking]
    await call.turn("huy_so_thu_tu", "hủy số cho bác")
    await call.turn("khang_dinh", "ừ hủy đi")
    assert held() == []


async def test_one_of_several_numbers_is_cancelled() -> None:
    first, second = booked(8), booked(14)
    call = a_call()
    await call.turn("huy_so_thu_tu", "hủy số")
    assert what(call) == "queue_which"
    await call.turn("nlu_fallback", "cái buổi chiều ấy")
    await call.turn("khang_dinh", "đúng")
    assert held() == [first]
    assert numbers().get(second.number).state == "cancelled"  # type: ignore[union-attr]


async def test_from_another_telephone_number_and_telephone_must_fit() -> None:
    booking = booked()
    call = a_call(caller="0987654321")
    await call.turn("huy_so_thu_tu", f"hủy số {booking.number}")
    assert what(call) == "queue_identified"
    await call.turn("cung_cap_sdt", "0900000000")
    assert held() == [booking]
    assert what(call) == "queue_identified"
    await call.turn("cung_cap_sdt", booking.number)
    await call.turn("cung_cap_sdt", PHONE)
    assert what(call) == "queue_cancelled"
    await call.turn("khang_dinh", "đúng")
    assert held() == []


async def test_someone_who_knows_neither_gets_a_person() -> None:
    call = a_call(caller=None)
    await call.turn("huy_so_thu_tu", "hủy số")
    await call.turn("nlu_fallback", "bác quên rồi")
    messages = await call.turn("nlu_fallback", "bác không nhớ")
    assert messages[-1]["handover"]


async def test_a_change_keeps_what_is_not_spoken_of() -> None:
    booking = booked(14)
    call = a_call()
    messages = await call.turn("doi_so_thu_tu", "đổi sang thứ sáu cho bác")
    assert "2 giờ chiều thứ sáu, ngày 6/3" in said(messages)
    assert moments() == ["05/03 14:00"]
    await call.turn("khang_dinh", "ừ")
    assert held()[0].number == booking.number
    assert moments() == ["06/03 14:00"]
    await call.turn("doi_so_thu_tu", "đổi sang buổi sáng")
    await call.turn("khang_dinh", "ừ")
    assert moments() == ["06/03 08:00"]


async def test_a_change_asks_what_to_and_may_name_another_ward() -> None:
    booked()
    call = a_call()
    await call.turn("doi_so_thu_tu", "tôi muốn đổi lịch hẹn")
    assert what(call) == "day"
    await call.turn("nlu_fallback", "phường láng sáng thứ tư")
    await call.turn("khang_dinh", "đồng ý")
    assert (held()[0].ward, moments()) == ("Phường Láng", ["04/03 08:00"])


@pytest.mark.parametrize(
    "nonsense", ["", "...", "😀 ∑ 中文", "'; DROP TABLE queue_bookings; --", "x" * 10_000, "{ward} {0}"]
)
async def test_nonsense_gets_a_polite_question(nonsense: str) -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", nonsense)
    messages = await call.turn("nlu_fallback", nonsense)
    assert said(messages).endswith("ạ?")


def test_all_questions_have_their_prompts_and_tasks_their_names() -> None:
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    assert {key for first, again, _ in queue.QUESTIONS.values() for key in (first, again)} <= entries.keys()
    assert {queue.BOOKING, queue.CHANGING, queue_held.CANCELLING} <= entries["tasks"].keys()


async def test_a_group_of_procedures_is_enough() -> None:
    call = a_call()
    messages = await call.turn("dat_so_thu_tu", "lấy số chứng thực ở phường láng sáng mai")
    assert "chứng thực" in said(messages)
    await call.turn("khang_dinh", "đúng")
    assert (held()[0].group, held()[0].procedure) == ("chung_thuc", None)


@pytest.mark.parametrize("answer", ["bác chưa biết", "việc riêng của bác"])
async def test_the_errand_need_not_be_told(answer: str) -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "dat so thu tu phuong lang sang mai")
    assert what(call) == "procedure"
    await call.turn("nlu_fallback", answer)
    assert what(call) == "queue_confirmed"


async def test_saying_the_same_again_is_no_progress() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số sáng mai")
    await call.turn("nlu_fallback", "sáng mai")
    messages = await call.turn("nlu_fallback", "sáng mai mà")
    assert messages[-1]["handover"]


async def test_the_telephone_of_somebody_else_alone_finds_nothing() -> None:
    booking = booked()
    call = a_call(caller=None)
    await call.turn("huy_so_thu_tu", f"hủy số của máy {PHONE}")
    await call.turn("cung_cap_sdt", PHONE)
    assert what(call) == "queue_identified"
    assert held() == [booking]


async def test_a_number_that_was_cancelled_in_the_meantime_is_not_changed() -> None:
    booking = booked()
    call = a_call()
    await call.turn("doi_so_thu_tu", "đổi sang thứ sáu")
    numbers().cancel(booking.number, NOW)
    messages = await call.turn("khang_dinh", "ừ")
    assert "không" in said(messages)
    assert held() == []


async def test_number_time_and_place_are_sent_to_a_mobile_telephone() -> None:
    call = a_call()
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    offered = await call.turn("khang_dinh", "đúng")
    (booking,) = held()
    assert "nhắn" in said(offered) or "tin nhắn" in said(offered)
    assert what(call) == "message_wanted"
    done = await call.turn("khang_dinh", "ừ nhắn đi")
    assert "cổng nhắn tin" in said(done)  # none is connected, which is not kept from the caller
    message = backing().outbox.list()[0]
    assert (message.to, message.channel) == (PHONE, "sms")
    for part in (booking.number, "Phường Láng", "sáng thứ ba, ngày 3/3"):
        assert part in message.text


@pytest.mark.parametrize("intent", ["phu_dinh", "ket_thuc"])
async def test_whoever_wants_no_message_gets_none(intent: str) -> None:
    call = a_call()
    before = len(backing().outbox.list())
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    await call.turn("khang_dinh", "đúng")
    await call.turn(intent, "thôi khỏi")
    assert what(call) == "anything"
    assert len(backing().outbox.list()) == before


async def test_a_landline_is_offered_no_message() -> None:
    call = a_call(caller="02438255555")
    await call.turn("dat_so_thu_tu", "đặt số khai sinh phường láng sáng mai")
    await call.turn("khang_dinh", "đúng")
    assert len(held("02438255555")) == 1
    assert what(call) == "anything"
