"""Calls from end to end: client, channel, model, rules, actions, knowledge."""

from __future__ import annotations

import pytest

from services.database import Database
from services.tickets import Tickets
from tests.dialogs.calls import MONDAY_MORNING, Call
from tests.dialogs.conftest import AGENT
from voicebot.expectation import Expectation
from voicebot.rasa_client import RasaDialogue

pytestmark = pytest.mark.timeout(900)  # the first test waits for training

BIRTH = "1.001193"


@pytest.fixture
def tickets(database_url: str) -> Tickets:
    return Tickets(Database(database_url))


async def test_greeting_says_what_it_is_and_protects_only_the_notice(call: Call) -> None:
    reply = await call.does("chao_hoi")
    notice, question = (message for message in reply.messages[:-1])
    assert "tự động" in notice.text
    assert "ghi âm" in notice.text
    assert not notice.interruptible
    assert notice.expects == Expectation.NOTHING
    assert question.interruptible
    assert question.text.endswith("ạ?")
    assert (await call.does("chao_hoi")).text not in reply.text


async def test_papers_of_birth_registration_then_its_fee(call: Call) -> None:
    papers = await call.says("tôi muốn làm khai sinh cho cháu nội thì cần những giấy tờ gì")
    assert papers.understanding.procedure == BIRTH
    assert papers.understanding.aspect == "documents"
    assert papers.messages[0].source["code"] == BIRTH
    assert papers.understanding.candidates[0]["code"] == BIRTH
    fee = await call.says("thế còn lệ phí thì sao")
    assert fee.understanding.procedure == BIRTH
    assert fee.understanding.aspect == "fee"
    assert "phí" in fee.text


async def test_question_without_diacritics(call: Call) -> None:
    reply = await call.says("dang ky khai sinh can giay to gi")
    assert (reply.understanding.procedure, reply.understanding.aspect) == (BIRTH, "documents")


async def test_new_procedure_replaces_the_last_one(call: Call) -> None:
    await call.says("đăng ký khai sinh mất bao lâu")
    reply = await call.says("thế đăng ký kết hôn thì mất mấy ngày")
    assert reply.understanding.procedure == "1.000894"
    assert reply.understanding.aspect == "time"


async def test_long_list_is_read_in_parts(call: Call) -> None:
    first = await call.says("đăng ký khai sinh cần giấy tờ gì")
    assert first.expects == Expectation.YES_NO
    second = await call.says("vâng đọc tiếp đi cháu")
    assert second.text
    assert second.text != first.text
    assert second.understanding.procedure == BIRTH


async def test_list_may_be_cut_short(call: Call) -> None:
    await call.says("đăng ký khai sinh cần giấy tờ gì")
    reply = await call.says("không")
    assert "hang_up" not in reply.commands
    assert reply.expects == Expectation.OPEN


async def test_procedure_is_asked_for_and_the_question_kept(call: Call) -> None:
    asked = await call.says("làm cái đó hết bao nhiêu tiền")
    assert asked.understanding.procedure is None
    reply = await call.says("đăng ký khai sinh")
    assert (reply.understanding.procedure, reply.understanding.aspect) == (BIRTH, "fee")


@pytest.mark.parametrize("chosen", ["cái thứ hai", "số hai", "2"])
async def test_choice_by_place(call: Call, chosen: str) -> None:
    offered = await call.says("tôi muốn hỏi thủ tục chứng thực")
    assert offered.expects == Expectation.CHOICE
    names = [candidate["code"] for candidate in offered.understanding.candidates]
    reply = await call.says(chosen)
    assert reply.understanding.procedure == names[1]


async def test_repeat_brings_the_words_along(call: Call) -> None:
    said = await call.says("đăng ký khai sinh mất bao lâu")
    reply = await call.says("nhắc lại giúp tôi với")
    assert reply.commands["repeat"]["text"] == said.text
    again = await call.says("gì cơ, nói lại đi")
    assert again.commands["repeat"]["text"] == said.text


async def test_slower_louder_wait(call: Call) -> None:
    assert {"slower", "repeat"} <= (await call.says("nói chậm lại giúp bác")).commands.keys()
    assert {"louder", "repeat"} <= (await call.says("nói to lên cháu ơi")).commands.keys()
    assert "wait" in (await call.says("đợi bác một tí để bác lấy giấy bút")).commands


async def test_person_on_duty(dialogue: RasaDialogue) -> None:
    call = Call(dialogue, now=MONDAY_MORNING)
    await call.says("đăng ký khai sinh hết bao nhiêu tiền")
    reply = await call.says("cho tôi gặp nhân viên")
    command = reply.commands["hand_over"]
    assert command["target"] == AGENT
    assert command["reason"] == "asked"
    assert "khai sinh" in command["summary"]
    assert reply.understanding.handover
    assert reply.expects == Expectation.NOTHING


async def test_a_browser_cannot_be_put_through_and_leaves_a_number(dialogue: RasaDialogue) -> None:
    reply = await Call(dialogue, now=MONDAY_MORNING).says("cho tôi gặp nhân viên", channel="webrtc")
    assert "hand_over" not in reply.commands
    assert reply.expects == Expectation.DIGITS


async def test_nobody_on_duty_known_number(dialogue: RasaDialogue, tickets: Tickets) -> None:
    call = Call(dialogue, caller="+84912345678")
    reply = await call.says("cho tôi gặp cán bộ")
    ticket = tickets.list()[0]
    assert ticket.call_id == call.id
    assert ticket.phone == "0912345678"
    assert ticket.id in reply.text
    assert reply.understanding.handover
    assert not reply.commands


async def test_nobody_on_duty_number_in_pieces(call: Call, tickets: Tickets) -> None:
    assert (await call.says("cho tôi gặp cán bộ")).expects == Expectation.DIGITS
    assert (await call.says("0987 654")).expects == Expectation.DIGITS
    read_back = await call.says("ba hai một")
    assert "0987 654 321" in read_back.text
    assert read_back.expects == Expectation.YES_NO
    reply = await call.says("đúng rồi")
    ticket = tickets.list()[0]
    assert (ticket.call_id, ticket.phone) == (call.id, "0987654321")
    assert ticket.id in reply.text


async def test_wrong_number_is_asked_for_again(call: Call) -> None:
    await call.says("cho tôi gặp cán bộ")
    await call.says("0987654321")
    assert (await call.says("không phải")).expects == Expectation.DIGITS
    assert "0987 654 322" in (await call.says("0987654322")).text


async def test_caller_without_number_still_leaves_a_ticket(call: Call, tickets: Tickets) -> None:
    await call.says("cho tôi gặp cán bộ")
    await call.says("không, bác không nhớ số")
    ticket = tickets.list()[0]
    assert (ticket.call_id, ticket.phone) == (call.id, None)


async def test_two_different_apologies_then_a_person(dialogue: RasaDialogue) -> None:
    call = Call(dialogue, now=MONDAY_MORNING)
    first = await call.says("ờ thì là cái kia kìa cái gì ấy nhỉ")
    second = await call.says("ờ à cái đó đó")
    third = await call.says("à ờ ừm thì là")
    assert first.text != second.text
    assert second.expects == Expectation.YES_NO
    assert third.commands["hand_over"]["reason"] == "not_understood"


async def test_words_heard_badly_are_not_acted_upon(call: Call) -> None:
    reply = await call.says("đăng ký khai sinh cần giấy tờ gì", confidence=0.3)
    assert reply.understanding.procedure is None
    again = await call.says("đăng ký khai sinh cần giấy tờ gì", confidence=0.7)
    assert "khai sinh" in again.messages[0].text
    assert len(again.messages) > 3  # the name is said back first


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("nhà tôi đang cháy", "114"),
        ("có người ngất cấp cứu với", "115"),
        ("có trộm vào nhà tôi", "113"),
        ("có cháy nhà ở ngõ 12 phố huế", "114"),
        ("tôi đang hỏi dở mà ông nhà tôi bất tỉnh rồi", "115"),
        ("mẹ tôi bị chảy máu nhiều quá cứu với", "115"),
        ("co nguoi chay xe bi tai nan goi cap cuu voi", "115"),
    ],
)
async def test_emergency_at_once(call: Call, text: str, number: str) -> None:
    reply = await call.says(text, confidence=0.4)
    assert number in reply.text
    assert not reply.last.interruptible


async def test_a_refusal_within_a_question_is_heard(call: Call) -> None:
    reply = await call.says("không ghi âm nhé, cho tôi hỏi làm giấy khai sinh cần giấy tờ gì")
    assert "stop_recording" in reply.commands
    assert "giấy chứng sinh" in reply.text


async def test_one_ticket_for_a_call(call: Call) -> None:
    await call.says("gặp nhân viên")
    await call.says("0912345678")
    first = await call.says("đúng rồi")
    number = first.understanding.actions[-1]["result"]
    again = await call.does("gap_nhan_vien")
    assert number in again.text
    assert not [action for action in again.understanding.actions if action["name"] == "ticket"]


async def test_a_person_who_does_not_answer_is_replaced_by_a_ticket(call: Call) -> None:
    reply = await call.does("gap_nhan_vien", khong_gap="no_answer")
    assert reply.expects == Expectation.DIGITS
    assert "hand_over" not in reply.commands


async def test_papers_burnt_long_ago_are_no_emergency(call: Call) -> None:
    reply = await call.says("hồi trước có cháy nhà nên mất giấy khai sinh gốc giờ làm lại thế nào")
    assert "114" not in reply.text


async def test_a_word_for_many_procedures_is_answered_with_a_choice(call: Call) -> None:
    assert (await call.says("thì cái sổ đỏ ấy")).expects == Expectation.CHOICE


async def test_a_phone_number_instead_of_a_yes_is_taken(call: Call) -> None:
    await call.says("đăng ký khai sinh muộn thì bị phạt bao nhiêu tiền")
    await call.says("có, cho bác gặp cán bộ")
    reply = await call.says("số của tôi là 0912345678")
    assert "0912 345 678" in reply.text


async def test_unknown_fact_is_said_to_be_unknown(call: Call) -> None:
    await call.says("đăng ký khai sinh cần giấy tờ gì")
    reply = await call.says("nộp muộn thì bị phạt bao nhiêu tiền")
    assert "chưa" in reply.text
    assert not any(character.isdigit() for character in reply.text)
    assert reply.expects == Expectation.YES_NO
    assert (await call.says("có, cho bác gặp")).expects == Expectation.DIGITS


async def test_recording_refused(call: Call) -> None:
    await call.does("chao_hoi")
    reply = await call.says("tôi không đồng ý ghi âm")
    assert "stop_recording" in reply.commands
    assert "ghi âm" in reply.text


async def test_refusal_does_not_lose_the_open_question(call: Call) -> None:
    await call.says("cho tôi gặp cán bộ")
    assert (await call.says("không ghi âm")).expects == Expectation.DIGITS
    assert "0987 654 321" in (await call.says("0987654321")).text


async def test_silence(call: Call) -> None:
    asked = await call.says("làm cái đó hết bao nhiêu tiền")
    first = await call.does("im_lang", buoc=1)
    second = await call.does("im_lang", buoc=2)
    third = await call.does("im_lang", buoc=3)
    assert len({asked.text, first.text, second.text, third.text}) == 4
    assert second.expects == Expectation.YES_NO
    assert "hang_up" in third.commands


async def test_what_the_machine_cannot_do_becomes_a_ticket(dialogue: RasaDialogue, tickets: Tickets) -> None:
    call = Call(dialogue, caller="0912345678")
    reply = await call.says("bà yếu không đi được, cho cán bộ đến tận nhà làm giúp")
    assert reply.expects == Expectation.YES_NO
    done = await call.says("ừ ghi giúp bác")
    ticket = tickets.list()[0]
    assert (ticket.call_id, ticket.kind) == (call.id, "hoi_ho_tro_tai_nha")
    assert "tận nhà" in ticket.summary
    assert ticket.id in done.text


async def test_a_complaint_from_its_story_to_its_ticket(call: Call, tickets: Tickets) -> None:
    heard = await call.says("tôi muốn phản ánh hôm qua ở phường láng cô tiếp nhận quát mắng tôi")
    assert "Phường Láng, hôm qua" in heard.text
    await call.says("đúng rồi")
    await call.says("không cần gọi lại đâu")
    ticket = tickets.list()[0]
    assert (ticket.kind, ticket.call_id, ticket.phone) == ("complaint", None, None)
    assert ticket.report
    assert ticket.report.category == "attitude"


async def test_money_lost_to_a_scam(call: Call) -> None:
    reply = await call.says("tôi muốn trình báo, tôi bị lừa mất tiền rồi")
    assert "ngân hàng" in reply.text


async def test_abuse_is_met_calmly_and_in_the_end_not_endlessly(call: Call) -> None:
    first = await call.says("đồ ngu")
    second = await call.says("mày là đồ ngu")
    third = await call.says("đồ ngu")
    assert first.text != second.text
    assert second.expects == Expectation.YES_NO
    assert "hang_up" in third.commands


async def test_nothing_more_ends_the_call(call: Call) -> None:
    await call.says("đăng ký khai sinh mất bao lâu")
    offer = await call.says("không cháu ạ")
    assert "hang_up" not in offer.commands
    assert offer.expects == Expectation.YES_NO
    reply = await call.says("thôi bác bận rồi")
    assert "hang_up" in reply.commands
    assert reply.expects == Expectation.NOTHING


async def test_condolence_before_a_death_procedure_once(call: Call) -> None:
    reply = await call.says("đăng ký khai tử cho ông cụ cần giấy tờ gì")
    assert "chia buồn" in reply.text
    assert "chia buồn" not in (await call.says("khai tử mất bao lâu")).text
