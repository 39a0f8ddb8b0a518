"""Forms filled in calls: what is asked, what comes in between, what is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import text as sql

from dialogs.actions.backing import backing
from dialogs.actions.forms.words import ASKS
from dialogs.actions.prompts import PATH
from services.database import Database
from services.forms.codes import read_code
from services.forms.store import FormState
from services.forms.values import Reason
from tests.dialogs.form_calls import CALLER, FormCall, saved

ID_1950 = "không không một một năm không không một hai ba bốn năm"
BIRTH = (
    "nguyễn văn an", "không không một không tám năm không một hai ba bốn năm", "bố", "nguyễn minh khôi",
    "mùng hai tháng mười một năm hai nghìn không trăm hai sáu", "con trai", "bệnh viện phụ sản hà nội", "dân tộc kinh",
    "theo bố", "không không một một tám tám không một hai ba bốn năm", "bỏ qua", "ba bản", "có",
)  # fmt: skip


@pytest.fixture(autouse=True)
def services(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", own_database)
    monkeypatch.setenv("VOICEBOT__DUTY__AGENT", "sip:officers@127.0.0.1")
    backing.cache_clear()
    yield
    backing.cache_clear()


async def begun(**fields: Any) -> FormCall:
    call = FormCall(**fields)
    await call.says("khai giúp tôi đơn đăng ký khai sinh", "dien_to_khai")
    return call


async def test_birth_registration_from_the_first_word_to_the_code() -> None:
    call = FormCall()
    said = await call.says("khai giúp tôi đơn đăng ký khai sinh cho cháu nội", "dien_to_khai")
    assert "tờ khai đăng ký khai sinh" in said
    assert call.expects == "name"
    said = await call.tells(*BIRTH)
    assert call.question == "form_submit"
    said = await call.says("ừ lưu đi cháu")
    (form,) = saved()
    assert form.state is FormState.FINISHED
    assert read_code(form.code) in said
    assert form.eform["fields"] == {
        "nycHoTen": "Nguyễn Văn An", "nycSoGiayToTuyThan": "001085012345", "nycQuanHe": "Cha", "nycQuanHeMa": "cha",
        "nksHoTen": "Nguyễn Minh Khôi", "nksNgaySinh": "02/11/2026", "nksGioiTinh": "Nam", "nksGioiTinhMa": "nam",
        "nksNoiSinh": "Bệnh viện Phụ Sản Hà Nội", "nksDanToc": "Kinh", "nksDanTocMa": "kinh",
        "nksQueQuan": "Theo quê quán của cha", "nksQueQuanMa": "theo_cha", "meSoGiayToTuyThan": "001188012345",
        "soBanSao": 3, "lienThong": True,
    }  # fmt: skip
    assert form.eform["name"]
    assert call.question == "form_message_offer"
    await call.says("thôi khỏi cháu", "phu_dinh")
    assert call.question == "anything_else"


@pytest.mark.parametrize(
    ("asked", "answers", "fields"),
    [
        (
            "cháu viết hộ bác đơn trợ cấp người già",
            ("hưởng mới", "trần thị mai", "sinh năm một nghìn chín trăm năm mươi", ID_1950,
             "số 12 ngõ 5 phố chùa láng phường láng", "ừ", "không", "không thuộc", "tiền mặt", "bác tự làm"),
            {"hoTen": "Trần Thị Mai", "ngaySinh": "1950", "noiOHienNayMaXa": "00199", "coLuongHuu": False,
             "hinhThucNhanMa": "tien_mat"},
        ),
        (
            "điền giúp em tờ khai nhập hộ khẩu",
            ("nhà người thân", "trần thị mai", ID_1950, "ừ", "trần văn hùng", "con", "bỏ qua",
             "số 12 ngõ 5 phố chùa láng phường láng", "không có ai"),
            {"truongHopMa": "nhan_than", "hoTenChuHo": "Trần Văn Hùng", "quanHeVoiChuHoMa": "con",
             "noiChuyenDenMaXa": "00199", "thanhVienCungThayDoi": []},
        ),
        (
            "khai giúp tôi đơn hộ kinh doanh",
            ("trần thị mai", ID_1950, "ừ", "tạp hóa cô mai", "số 12 ngõ 5 phố chùa láng phường láng", "bán tạp hóa",
             "năm mươi triệu", "một mình tôi", "không thuê ai", "chưa biết"),
            {"tenHoKinhDoanh": "Tạp hóa cô mai", "maNganh": "4711", "vonKinhDoanh": 50_000_000,
             "chuTheThanhLapMa": "ca_nhan", "soLaoDong": 0},
        ),
    ],
)  # fmt: skip
async def test_the_other_forms(asked: str, answers: tuple[str, ...], fields: dict[str, Any]) -> None:
    call = FormCall()
    await call.says(asked, "dien_to_khai")
    await call.tells(*answers)
    assert call.question == "form_submit"
    await call.says("ừ lưu đi")
    (form,) = saved()
    assert fields.items() <= form.eform["fields"].items()


async def test_several_answers_at_once_and_a_correction() -> None:
    call = await begun()
    await call.says("tôi tên là nguyễn văn an tôi là bố cháu tên là nguyễn minh khôi")
    assert call.filling.values == {
        "requester_name": "Nguyễn Văn An", "requester_relation": "cha", "child_name": "Nguyễn Minh Khôi",
    }  # fmt: skip
    said = await call.says("à quên, cháu tên là nguyễn minh khang")
    assert call.filling.values["child_name"] == "Nguyễn Minh Khang"
    assert "sửa" in said


async def test_a_question_in_between_is_answered_and_the_form_goes_on_where_it_was() -> None:
    call = await begun()
    await call.tells(BIRTH[0])
    said = await call.says("thế làm khai sinh hết bao nhiêu tiền hả cháu", "hoi_phi")
    assert "phí" in said
    assert call.question == "resume_task"
    await call.says("ừ làm tiếp đi")
    assert call.expects == "digits"
    assert call.filling.values == {"requester_name": "Nguyễn Văn An"}


async def test_after_a_question_in_between_the_answer_may_come_at_once() -> None:
    call = await begun()
    await call.tells(BIRTH[0])
    await call.says("thế làm khai sinh hết bao nhiêu tiền hả cháu", "hoi_phi")
    await call.says(BIRTH[1])
    assert call.filling.values["requester_id"] == "001085012345"
    assert call.question == "form_confirm"


async def test_a_question_may_hold_words_that_could_be_a_value() -> None:
    call = FormCall()
    await call.says("điền giúp bác đơn hộ kinh doanh", "dien_to_khai")
    await call.tells("nguyễn văn an", BIRTH[1], "ừ")  # the number of the line is taken
    await call.tells("tạp hóa cô lan", "số 5 phố chùa láng phường láng")
    said = await call.says("quán phở thì phải có những giấy tờ gì", "hoi_ho_so")
    assert "industry" not in str(call.filling.values if call.question == "form" else {})
    assert call.question in ("resume_task", "more", "choose", "aspects_hint")
    assert said


async def test_values_that_cannot_be_are_refused_with_the_reason() -> None:
    call = await begun()
    await call.tells(BIRTH[0])
    said = await call.says("chín chín chín không tám năm không một hai ba bốn năm")
    assert "mã tỉnh" in said or "ba số đầu" in said
    assert "requester_id" not in call.filling.values


async def test_numbers_come_in_pieces_and_by_key() -> None:
    call = await begun()
    await call.tells(BIRTH[0])
    said = await call.says("không không một không tám năm")
    assert "6" in said
    await call.says("012345", "chon", spoken="")
    assert call.filling.values["requester_id"] == "001085012345"


async def test_what_is_said_back_can_be_denied_and_said_anew() -> None:
    call = await begun()
    await call.tells(BIRTH[0])
    await call.says(BIRTH[1])
    assert call.question == "form_confirm"
    await call.says("không phải, không không một không tám năm không một hai ba bốn sáu")
    assert call.filling.values["requester_id"] == "001085012346"


async def test_two_failures_offer_a_person_and_no_keeps_the_form() -> None:
    call = await begun()
    first = await call.says("ờ thì", "khong_ro")
    await call.says("cái gì ấy nhỉ", "khong_ro")
    assert call.question == "form_stuck"
    assert first
    await call.says("không")
    assert call.question == "form_keep"
    await call.says("không, xóa đi")
    assert saved() == []
    assert call.question == "anything_else"


async def test_two_failures_hand_over_while_somebody_is_on_duty() -> None:
    call = await begun(now="2026-11-23T09:00:00+07:00")
    await call.tells(BIRTH[0])
    for _ in range(2):
        await call.says("trời ơi", "khong_ro")
    assert call.question == "form_stuck_keys"
    assert call.expects == "digits"
    await call.says("thế cho tôi gặp người đi", "gap_nhan_vien")
    assert call.commands == {"hand_over"}
    assert [form.state for form in saved()] == [FormState.PAUSED]


async def test_optional_values_are_skipped_and_needed_ones_are_not() -> None:
    call = await begun()
    said = await call.says("tôi không nhớ")
    assert "bắt buộc" in said or "thiếu mục này" in said
    await call.tells(*BIRTH[:10])
    said = await call.says("bỏ qua")
    assert "bỏ qua" in said or "để trống" in said
    assert "father_id" not in call.filling.values


async def test_all_can_be_changed_before_it_is_saved() -> None:
    call = await begun()
    await call.tells(*BIRTH)
    await call.says("chưa")
    assert call.question == "form_change"
    await call.says("ngày sinh")
    await call.says("mùng ba tháng mười một năm hai nghìn không trăm hai sáu")
    assert call.question == "form_confirm"
    await call.says("đúng rồi")
    assert call.question == "form_submit"
    assert call.filling.values["child_dob"] == "2026-11-03"
    assert call.filling.values["copies"] == 3


async def test_everything_is_read_again_to_whoever_does_not_say_what_to_change() -> None:
    call = await begun()
    await call.tells(*BIRTH)
    await call.says("chưa")
    await call.says("đọc lại cho tôi nghe")
    assert call.question == "form_read_back"
    await call.tells()
    for _ in range(5):
        await call.says("đúng rồi")
    assert call.question == "form_submit"


async def test_paused_and_taken_up_in_a_later_call_by_the_number_and_an_identity_check() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    said = await call.says("thôi tạm dừng nhé mai bác làm tiếp", "tam_dung")
    (form,) = saved()
    assert read_code(form.code) in said
    assert "bốn số cuối" in said
    later = FormCall(call_id="later")
    said = await later.says("hôm trước tôi khai dở tờ khai sinh giờ làm tiếp", "lam_tiep")
    assert later.question == "form_resume_check"
    await later.says("chín chín chín chín", "cung_cap_cccd")
    assert later.question == "form_resume_wrong"
    await later.says("hai ba bốn năm", "cung_cap_cccd")
    assert later.filling.values["child_name"] == "Nguyễn Minh Khôi"
    await later.tells(*BIRTH[4:])
    await later.says("ừ lưu đi")
    assert [(each.code, each.state) for each in saved()] == [(form.code, FormState.FINISHED)]


async def test_a_call_that_drops_loses_nothing() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    later = FormCall(call_id="later")
    await later.says("khai giúp tôi đơn khai sinh", "dien_to_khai")
    assert later.question == "form_resume_offer"
    await later.says("có")
    await later.says("2345", "chon", spoken="")
    assert later.filling.values["child_name"] == "Nguyễn Minh Khôi"


async def test_another_form_of_the_kind_may_be_begun_instead() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    later = FormCall(call_id="later")
    await later.says("khai giúp tôi đơn khai sinh", "dien_to_khai")
    await later.says("không, cháu khác")
    assert later.filling.values == {}


async def test_three_wrong_answers_lock_the_form() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    later = FormCall(call_id="later")
    await later.says("làm tiếp tờ khai hôm trước", "lam_tiep")
    for _ in range(3):
        said = await later.says("chín chín chín chín", "cung_cap_cccd")
    assert "khóa" in said
    assert later.question == "anything_else"


async def test_from_another_number_the_code_is_asked_for() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    (form,) = saved()
    other = FormCall(caller=None, call_id="other")
    await other.says("làm tiếp tờ khai hôm trước", "lam_tiep")
    assert other.question == "form_resume_code"
    await other.says("một hai ba bốn năm sáu bảy tám chín", "cung_cap_cccd")
    assert other.question == "form_resume_not_found"
    await other.says(read_code(form.code), "cung_cap_cccd")
    await other.says("hai ba bốn năm", "cung_cap_cccd")
    assert other.filling.values["child_name"] == "Nguyễn Minh Khôi"


async def test_a_form_that_nobody_knows_ends_with_a_person() -> None:
    call = FormCall(caller=None)
    await call.says("làm tiếp tờ khai hôm trước", "lam_tiep")
    await call.says("không nhớ mã", "khong_ro")
    await call.says("ơ thế à", "khong_ro")
    assert call.question == "offer_person"


async def test_a_form_of_the_caller_is_erased_when_they_want_it() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    await call.says("thôi tôi không làm nữa")
    assert call.question == "form_keep"
    await call.says("không, xóa đi")
    (form,) = saved()
    assert form.state is FormState.WITHDRAWN
    assert form.phone is None


async def test_goodbye_in_the_middle_keeps_the_form() -> None:
    call = await begun()
    await call.tells(*BIRTH[:2])
    said = await call.says("thôi chào cháu nhé bác bận", "ket_thuc")
    assert read_code(saved()[0].code) in said
    assert "hang_up" in call.commands


async def test_which_form_is_asked_and_the_caller_names_it() -> None:
    call = FormCall()
    await call.says("điền giúp tôi cái tờ khai", "dien_to_khai")
    assert call.question == "form_which_form"
    await call.says("ờ cái tờ ấy ấy", "khong_ro")
    assert call.question == "form_which_of"
    await call.says("tờ khai hộ khẩu", "hoi_thu_tuc")
    assert call.filling.form.name == "form_ct01"


async def test_the_form_of_the_procedure_that_was_spoken_of() -> None:
    call = FormCall()
    await call.says("đăng ký khai sinh cần giấy tờ gì", "hoi_ho_so")
    await call.says("thế khai giúp tôi luôn đi", "dien_to_khai")
    assert call.filling.form.name == "form_khai_sinh"


async def test_a_form_that_there_is_not_is_explained_instead() -> None:
    call = FormCall()
    said = await call.says("khai giúp tôi đơn đăng ký kết hôn", "dien_to_khai")
    assert "chưa" in said
    assert len(said.split()) > 20


async def test_without_any_form_a_pause_is_a_wait() -> None:
    call = FormCall()
    await call.says("tạm dừng tí", "tam_dung")
    assert call.commands == {"wait"}


async def test_silence_asks_again_in_other_words_and_a_person_may_be_declined() -> None:
    call = await begun()
    first = call.messages[-2]["text"]
    again = await call.says("", "im_lang", entities={"buoc": 1})
    assert again not in ("", first)
    await call.says("", "im_lang", entities={"buoc": 2})
    assert call.question == "no_input_2"
    await call.says("không")
    assert call.question == "resume_task"


async def test_nothing_is_lost_or_doubled_while_the_database_is_away(
    own_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    call = await begun()
    await call.tells(*BIRTH)
    database = Database(own_database)
    with database.session(write=True) as session:
        session.execute(sql("ALTER TABLE forms RENAME TO away"))
    said = await call.says("ừ lưu đi")
    assert "lưu" in said or "cất" in said
    assert call.question == "form_submit_again"
    with database.session(write=True) as session:
        session.execute(sql("ALTER TABLE away RENAME TO forms"))
    await call.says("ừ")
    assert [form.state for form in saved()] == [FormState.FINISHED]
    assert "call" in caplog.text
    for private in ("Nguyễn", "001085012345", CALLER):
        assert private not in caplog.text


async def test_nonsense_is_borne() -> None:
    call = await begun()
    for said in ("'; DROP TABLE forms; --", "<b>nguyễn</b>", "я 你好 🙂", "a " * 5000, "99/99/9999"):
        answer = await call.says(said, "khong_ro")
        assert answer.startswith("Dạ")
    assert saved() == []


async def test_the_code_is_sent_to_a_mobile_telephone() -> None:
    call = await begun()
    await call.tells(*BIRTH)
    await call.says("ừ lưu đi")
    assert call.question == "form_message_offer"
    assert "chưa nối cổng nhắn tin" in await call.says("ừ nhắn đi")  # no gateway is connected
    (message,) = backing().outbox.list()
    assert (message.channel, message.to) == ("sms", CALLER)
    assert read_code(saved()[0].code) in message.text
    assert call.question == "anything_else"


async def test_no_message_is_offered_to_a_landline() -> None:
    call = await begun(caller="02438255555")
    await call.tells(*BIRTH)
    await call.says("ừ lưu đi")
    assert call.question == "anything_else"


async def test_what_nobody_takes_up_is_erased() -> None:
    call = await begun()
    await call.tells(*BIRTH[:4])
    store, now = backing().forms.store, saved()[0].history[0].at
    assert store.erase_paused(now, now) == 0
    assert store.erase_paused(now + timedelta(days=1), now + timedelta(days=1)) == 1
    later = FormCall(call_id="later")
    await later.says("làm tiếp tờ khai", "lam_tiep")
    assert later.question == "form_resume_code"


def test_reasons_that_ask_are_known() -> None:
    prompts = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    for reason in Reason:
        asks = all(wording.endswith("?") for wording in prompts[f"form_reason_{reason}"])
        assert asks == (reason in ASKS), reason


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("điền giúp bác cái phiếu lấy số thứ tự", "queue_booking"),
        ("tôi muốn điền phiếu phản ánh", "complaint"),
        ("dien cho toi phieu tra cuu ho so", "dossier"),
    ],
)
async def test_slips_that_are_no_forms_are_filled_by_their_own_flows(words: str, task: str) -> None:
    call = FormCall()
    await call.says(words, "dien_to_khai")
    assert call.asked["task"] == task
