"""Complaints and reports of scams: from the first word to the ticket, by actions on real services."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogs.actions.moments import find_time
from services.database import Database, DatabaseError
from services.tickets import Category, Kind, Priority, Report, Ticket, Tickets, TicketState
from tests.dialogs.conversation import Conversation, said

pytestmark = pytest.mark.usefixtures("services")

RUDE = "hôm qua tôi ra phường ba đình bị cô ở quầy số hai quát trước mặt mọi người"


@pytest.fixture
def tickets(database_url: str) -> Tickets:
    return Tickets(Database(database_url))


def newest(tickets: Tickets) -> Ticket:
    return tickets.list(limit=1)[0]


def asked(messages: list[dict[str, Any]]) -> str:
    return str([message["text"] for message in messages if message["type"] == "say"][-1])


async def test_a_story_that_tells_everything_is_only_confirmed(tickets: Tickets) -> None:
    conversation = Conversation()
    heard = await conversation.turn("phan_anh", RUDE)
    assert "Phường Ba Đình, hôm qua" in asked(heard)
    consent = asked(await conversation.turn("khang_dinh", "đúng rồi"))
    assert "đồng ý" in consent
    await conversation.turn("khang_dinh", "ừ bác đồng ý")
    await conversation.turn("cung_cap_sdt", "0912345678")
    done = said(await conversation.turn("khang_dinh", "đúng"))
    ticket = newest(tickets)
    assert done.count(ticket.id) == 2
    assert (ticket.kind, ticket.phone, ticket.call_id) == (Kind.COMPLAINT, "0912345678", "call")
    assert ticket.report == Report(
        RUDE, Category.ATTITUDE, "Phường Ba Đình", "Phường Ba Đình", "hôm qua", date(2026, 3, 1)
    )
    assert ticket.consent
    assert (ticket.consent.asked, ticket.consent.answered) == (consent, "ừ bác đồng ý")
    assert ticket.consent.at.isoformat() == "2026-03-02T22:00:00+07:00"
    assert [turn["caller"] for turn in ticket.details["transcript"]] == [
        RUDE,
        "đúng rồi",
        "ừ bác đồng ý",
        "0912345678",
        "đúng",
    ]


async def test_only_what_is_missing_is_asked_for(tickets: Tickets) -> None:
    conversation = Conversation(caller="+84912345678")
    expected = []
    for intent, text in (
        ("phan_anh", "tôi muốn phản ánh"),
        ("nlu_fallback", "họ vòi tiền"),
        ("nlu_fallback", "cái anh ở bộ phận một cửa đòi tôi hai triệu mới làm sổ"),
        ("hoi_noi_nop", "ở phường láng"),
        ("nlu_fallback", "thứ hai tuần trước"),
        ("khang_dinh", "đúng"),
        ("khang_dinh", "đồng ý"),
    ):
        messages = await conversation.turn(intent, text)
        expected.append((messages[-2]["expects"], conversation.slots["awaiting"]["what"]))
    assert expected == [
        ("open", "complaint_story"),
        ("open", "complaint_story"),
        ("address", "complaint_place"),
        ("date", "complaint_time"),
        ("yes_no", "complaint_right"),
        ("yes_no", "report_consent"),
        ("yes_no", "report_calling"),
    ]
    assert "0912 345 678" in asked(messages)
    await conversation.turn("khang_dinh", "được")
    ticket = newest(tickets)
    assert (ticket.priority, ticket.phone) == (Priority.HIGH, "0912345678")
    assert ticket.report
    assert (ticket.report.category, ticket.report.day) == (Category.FEE, date(2026, 2, 23))


async def test_without_a_name_nothing_leads_back_to_the_caller(tickets: Tickets) -> None:
    conversation = Conversation(caller="0912345678")
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("khang_dinh", "đúng")
    done = said(await conversation.turn("phu_dinh", "thôi khỏi"))
    assert "không ghi tên" in done
    ticket = newest(tickets)
    assert (ticket.phone, ticket.call_id, ticket.consent, ticket.details) == (None, None, None, {})
    assert "0912345678" not in str(ticket)


async def test_who_asks_for_no_name_is_not_asked_for_consent(tickets: Tickets) -> None:
    conversation = Conversation(caller="0912345678")
    await conversation.turn("phan_anh", f"{RUDE}, giấu tên giúp tôi nhé")
    await conversation.turn("khang_dinh", "đúng")
    assert newest(tickets).report
    assert newest(tickets).phone is None


async def test_silence_about_consent_is_none(tickets: Tickets) -> None:
    conversation = Conversation(caller="0912345678")
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("khang_dinh", "đúng")
    await conversation.turn("nlu_fallback", "ờ thì là")
    done = await conversation.turn("nlu_fallback", "cái kia kìa")
    assert newest(tickets).id in said(done)
    assert newest(tickets).phone is None


async def test_what_was_read_back_wrong_is_put_right(tickets: Tickets) -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    again = asked(await conversation.turn("phu_dinh", "không phải, phường ngọc hà, sáng nay"))
    assert "Phường Ngọc Hà, sáng nay" in again
    await conversation.turn("khang_dinh", "đúng")
    await conversation.turn("phu_dinh", "không")
    report = newest(tickets).report
    assert report
    assert (report.ward, report.day) == ("Phường Ngọc Hà", date(2026, 3, 2))


async def test_what_is_meant_instead_stands_after_but() -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("phu_dinh", "sai rồi")
    again = await conversation.turn("nlu_fallback", "không phải hôm qua mà chiều hôm kia")
    assert "Phường Ba Đình, chiều hôm kia" in asked(again)
    assert conversation.slots["awaiting"]["report"]["day"] == "2026-02-28"


async def test_a_scam_told_in_the_middle_of_a_complaint_is_warned_of_first() -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", "ổ gà to trước cổng trường đã lâu lắm rồi mà không sửa")
    messages = await conversation.turn("canh_bao_lua_dao", "vừa có người gọi đòi mã otp của tôi")
    assert "OTP" in messages[0]["text"]
    assert conversation.slots["awaiting"]["what"] == "complaint_place"


async def test_a_plain_no_is_asked_what_is_wrong_and_ends() -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    assert conversation.slots["awaiting"]["what"] == "complaint_right"
    await conversation.turn("phu_dinh", "không")
    assert conversation.slots["question"]["key"] == "complaint_fix"
    await conversation.turn("phu_dinh", "sai")
    assert conversation.slots["awaiting"]["what"] == "report_consent"


async def test_more_in_the_same_call_goes_to_the_same_ticket(tickets: Tickets) -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("khang_dinh", "đúng")
    await conversation.turn("phu_dinh", "không")
    ticket, count = newest(tickets), len(tickets.list())
    assert ticket.id in said(await conversation.turn("phan_anh", "cô ấy còn dọa đánh tôi"))
    assert ticket.id in said(await conversation.turn("phan_anh", "tôi muốn phản ánh"))
    await conversation.turn("nlu_fallback", "bảo vệ còn đuổi tôi ra ngoài")
    assert len(tickets.list()) == count
    more = newest(tickets)
    assert more.report
    assert more.report.story == f"{RUDE} cô ấy còn dọa đánh tôi bảo vệ còn đuổi tôi ra ngoài"
    assert more.priority is Priority.URGENT


async def test_a_turn_that_comes_twice_files_once(tickets: Tickets) -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("khang_dinh", "đúng")
    before, count = dict(conversation.slots), len(tickets.list())
    first = said(await conversation.turn("phu_dinh", "không"))
    conversation.slots = before  # as when the answer was lost on its way
    assert said(await conversation.turn("phu_dinh", "không")) == first
    assert len(tickets.list()) == count + 1


async def test_a_question_in_between_comes_back_to_the_complaint() -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", "ổ gà to trước cổng trường đã lâu lắm rồi mà không sửa")
    assert conversation.slots["awaiting"]["what"] == "complaint_place"
    answer = await conversation.turn("hoi_phi", "lệ phí đăng ký khai sinh bao nhiêu")
    assert "ghi phản ánh" in asked(answer)
    await conversation.turn("khang_dinh", "ừ")
    assert conversation.slots["awaiting"]["what"] == "complaint_place"


async def test_ways_out(tickets: Tickets) -> None:
    count = len(tickets.list())
    conversation = Conversation()
    await conversation.turn("phan_anh", "ổ gà to trước cổng trường đã lâu lắm rồi mà không sửa")
    assert "không ghi" in said(await conversation.turn("phu_dinh", "thôi không phản ánh nữa"))
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("khang_dinh", "đúng")
    assert "không ghi" in said(await conversation.turn("phu_dinh", "thôi không phản ánh nữa đâu"))
    conversation = Conversation()
    await conversation.turn("phan_anh", "tôi muốn khiếu nại")
    await conversation.turn("nlu_fallback", "ờ")
    assert "không ghi" in said(await conversation.turn("nlu_fallback", "à"))
    assert len(tickets.list()) == count


async def test_unknown_place_and_time_are_left_open(tickets: Tickets) -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", "đèn đường ở chỗ tôi hỏng mãi mà không thấy sửa")
    await conversation.turn("nlu_fallback", "đầu ngõ nhà tôi")
    await conversation.turn("nlu_fallback", "gần chợ")
    await conversation.turn("nlu_fallback", "không nhớ")
    await conversation.turn("khang_dinh", "đúng")
    await conversation.turn("phu_dinh", "không")
    report = newest(tickets).report
    assert report
    assert (report.ward, report.place, report.time) == (None, "gần chợ", None)


@pytest.mark.parametrize(
    ("answer", "category"),
    [("2", Category.FEE), ("cái thứ nhất", Category.ATTITUDE), ("họ làm chậm quá", Category.SLOW), ("gì cơ", None)],
)
async def test_a_category_that_the_story_does_not_tell(answer: str, category: Category | None) -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", "tôi muốn phản ánh chuyện ở chỗ tiếp nhận hồ sơ của ủy ban ấy mà")
    assert conversation.slots["awaiting"]["what"] == "complaint_category"
    await conversation.turn("chon" if answer == "2" else "nlu_fallback", answer)
    assert conversation.slots["awaiting"]["report"]["category"] == (category or Category.OTHER)


async def test_wards_that_may_be_meant_are_offered() -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", "đèn đường ở chỗ tôi hỏng từ hôm qua mà không thấy sửa")
    choices = await conversation.turn("nlu_fallback", "chỗ giáp ba đình với giảng võ")
    assert "1 là Phường Ba Đình; 2 là Phường Giảng Võ" in asked(choices)
    await conversation.turn("chon", "cái thứ nhất")
    assert conversation.slots["awaiting"]["report"]["ward"] == "Phường Ba Đình"


async def test_danger_is_met_before_the_paperwork() -> None:
    conversation = Conversation()
    messages = await conversation.turn("phan_anh", "cột điện ở phường láng sắp đổ vào nhà dân từ sáng nay")
    assert "113" in messages[0]["text"]
    fire = await conversation.turn("khang_dinh", "nhà tôi đang cháy")
    assert "114" in said(fire)
    assert conversation.slots["awaiting"]["what"] == "complaint_right"


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "<b>' OR 1=1; --</b> cán bộ quát tôi", "\x00\x07 hách dịch quá trời 你好"]
)
async def test_whatever_is_said_is_kept_once(text: str, tickets: Tickets) -> None:
    conversation = Conversation()
    count = len(tickets.list())
    for intent, answer in (
        ("phan_anh", "cán bộ ở phường láng hôm qua hách dịch với dân"),
        ("phu_dinh", f"không phải {text}"),
        ("khang_dinh", "đúng"),
        ("phu_dinh", "không"),
    ):
        assert said(await conversation.turn(intent, answer))
    assert len(tickets.list()) == count + 1
    report = newest(tickets).report
    assert report
    assert len(report.story) <= 4000


async def test_nothing_is_said_to_be_filed_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = Conversation()
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("khang_dinh", "đúng")

    def away(*_: object, **__: object) -> Ticket:
        raise DatabaseError("database is unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(Tickets, "open", away)
        with pytest.raises(DatabaseError):
            await conversation.turn("phu_dinh", "không")
    assert "phiếu số" in said(await conversation.turn("phu_dinh", "không"))


async def test_a_question_about_a_scam_is_answered_and_a_report_offered(tickets: Tickets) -> None:
    conversation = Conversation()
    first = await conversation.turn("canh_bao_lua_dao", "có người xưng công an gọi bảo tôi đọc mã")
    assert "không bao giờ" in first[0]["text"] or "là lừa đảo" in first[0]["text"]
    await conversation.turn("khang_dinh", "có")
    assert conversation.slots["awaiting"]["what"] == "scam_lost"
    await conversation.turn("phu_dinh", "chưa")
    await conversation.turn("cung_cap_sdt", "0987654321")
    await conversation.turn("khang_dinh", "đúng")
    await conversation.turn("phu_dinh", "không cần gọi lại")
    ticket = newest(tickets)
    assert (ticket.kind, ticket.priority) == (Kind.SCAM, Priority.HIGH)
    assert ticket.report == Report("có người xưng công an gọi bảo tôi đọc mã", suspect="0987654321", loss=False)


async def test_money_that_is_gone_means_bank_and_police_first(tickets: Tickets) -> None:
    conversation = Conversation()
    first = await conversation.turn("bao_lua_dao", "sáng nay tôi lỡ đọc mã otp 483920 cho nó rồi mất tiền")
    texts = [message["text"] for message in first if message["type"] == "say"]
    assert "ngân hàng" in " ".join(texts[:3])
    assert conversation.slots["awaiting"]["what"] == "scam_suspect"
    await conversation.turn("nlu_fallback", "không nhớ số")
    await conversation.turn("phu_dinh", "không")
    ticket = newest(tickets)
    assert ticket.priority is Priority.URGENT
    assert ticket.report
    assert (ticket.report.loss, ticket.report.suspect, ticket.report.time) == (True, None, "sáng nay")
    assert "483920" not in str(ticket)


async def test_a_bare_report_of_a_scam_is_warned_first_and_asked_for_the_story() -> None:
    conversation = Conversation()
    messages = await conversation.turn("bao_lua_dao", "tôi muốn báo lừa đảo")
    assert "OTP" in messages[0]["text"]
    assert conversation.slots["awaiting"]["what"] == "scam_story"
    told = await conversation.turn("nlu_fallback", "nó giả làm cán bộ thuế, bác đã chuyển cho nó hai triệu")
    assert "ngân hàng" in said(told)


async def test_a_scam_is_filed_once_a_call(tickets: Tickets) -> None:
    conversation = Conversation()
    await conversation.turn("bao_lua_dao", "mẹ em bị lừa mất năm mươi triệu")
    await conversation.turn("nlu_fallback", "không nhớ số")
    await conversation.turn("phu_dinh", "không")
    count = len(tickets.list())
    await conversation.turn("canh_bao_lua_dao", "số 0987 có phải lừa đảo không")
    assert conversation.slots["awaiting"]["what"] == "anything"
    await conversation.turn("bao_lua_dao", "nó còn lấy cả ảnh căn cước của mẹ em")
    assert len(tickets.list()) == count
    report = newest(tickets).report
    assert report
    assert "ảnh căn cước" in report.story


async def test_a_scam_that_is_only_asked_about_leaves_no_ticket(tickets: Tickets) -> None:
    count = len(tickets.list())
    conversation = Conversation()
    await conversation.turn("canh_bao_lua_dao", "số này có phải lừa đảo không")
    await conversation.turn("phu_dinh", "không cần")
    assert len(tickets.list()) == count
    assert conversation.slots["awaiting"]["what"] == "anything"


async def test_a_hand_over_in_the_middle_takes_along_what_is_known(tickets: Tickets) -> None:
    conversation = Conversation(caller="0912345678")
    await conversation.turn("phan_anh", RUDE)
    await conversation.turn("gap_nhan_vien", "cho tôi gặp người")
    ticket = newest(tickets)
    assert (ticket.kind, ticket.state) == (Kind.HAND_OVER, TicketState.OPEN)
    assert ticket.details["slots"]["report"]["ward"] == "Phường Ba Đình"
    assert [turn["caller"] for turn in ticket.details["transcript"]] == [RUDE, "cho tôi gặp người"]
    assert "Phường Ba Đình" in ticket.details["transcript"][0]["bot"]


@pytest.mark.parametrize(
    ("said_", "time", "day"),
    [
        ("sáng hôm qua tôi ra phường", "sáng hôm qua", date(2026, 3, 1)),
        ("lúc chín giờ sáng nay", "lúc chín giờ sáng nay", date(2026, 3, 2)),
        ("hôm 18 vừa rồi", "hôm 18 vừa rồi", date(2026, 2, 18)),
        ("thứ hai tuần trước", "thứ hai tuần trước", date(2026, 2, 23)),
        ("đèn hỏng mấy tuần nay", "mấy tuần nay", None),
        ("hom qua toi ra do", "hom qua", None),
        ("đêm nào cũng ồn", "đêm nào", None),
    ],
)
def test_time_within_a_story(said_: str, time: str, day: date | None) -> None:
    assert find_time(said_, date(2026, 3, 2)) == (time, day)


@pytest.mark.parametrize("text", ["họ thu hai trăm nghìn", "cô ấy quát tôi", "phường ba đình", ""])
def test_no_time_is_heard_where_none_is_told(text: str) -> None:
    assert find_time(text, date(2026, 3, 2)) is None
