"""Forms filled turn by turn: order, several values at once, corrections, confirmation, failures."""

from __future__ import annotations

import pytest

from services.forms.filling import FormFilling
from services.forms.notices import Notice, notices
from services.forms.state import Ask, Complete, Confirm, Event, Offer, ReadBack, Stuck, Which
from services.forms.values import Heard, Reason
from tests.services.form_talk import LINE, TODAY, Talk, find_procedures

ID_SAID = "không không một không tám năm không một hai ba bốn năm"


def test_a_whole_birth_registration() -> None:
    talk = Talk("form_khai_sinh")
    step = talk.tell(
        "dạ tôi tên là nguyễn văn an ạ",
        ID_SAID,
        "tôi là bố cháu",
        "cháu tên là nguyễn minh anh",
        "mười lăm tháng ba năm hai nghìn không trăm hai sáu",
        "con trai",
        "bệnh viện phụ sản hà nội",
        "dân tộc kinh",
        "theo bố",
        "không không một một tám sáu không một hai ba bốn năm",
        "bỏ qua",
        "hai bản",
        "có",
    )
    assert step == Complete()
    assert talk.values == {
        "requester_name": "Nguyễn Văn An",
        "requester_id": "001085012345",
        "requester_relation": "cha",
        "child_name": "Nguyễn Minh Anh",
        "child_dob": "2026-03-15",
        "child_sex": "nam",
        "birth_place": "Bệnh viện Phụ Sản Hà Nội",
        "child_ethnic": "kinh",
        "hometown": "theo_cha",
        "mother_id": "001186012345",
        "copies": 2,
        "residence_bundle": True,
    }


def test_several_values_in_one_sentence() -> None:
    talk = Talk("form_khai_sinh")
    events = talk.say(f"tôi tên là nguyễn văn an, tôi là bố cháu, số căn cước của tôi là {ID_SAID}")
    assert {event.slot for event in events} == {"requester_name", "requester_relation", "requester_id"}
    talk.says("đúng", "đúng")
    talk.say(
        "cháu tên là trần gia bảo con trai sinh ngày mười lăm tháng ba năm hai nghìn không trăm hai sáu "
        "ở bệnh viện bạch mai"
    )
    assert talk.values["child_name"] == "Trần Gia Bảo"
    assert talk.values["child_sex"] == "nam"
    assert talk.values["child_dob"] == "2026-03-15"
    assert talk.values["birth_place"].endswith("Bạch Mai")


@pytest.mark.parametrize(
    "said",
    [
        "xin mới, tên tôi là trần thị mai, sinh năm năm mươi, ở thôn đoài xã sơn đồng",
        "tôi tên là trần thị mai sinh năm năm mươi ở thôn đoài xã sơn đồng xin mới",
        "ten toi la tran thi mai, sinh nam 1950, dia chi thon doai xa son dong, xin moi",
    ],
)
def test_values_come_in_any_order(said: str) -> None:
    talk = Talk("form_huu_tri_xa_hoi")
    talk.say(said)
    assert {"name", "dob", "address"} <= talk.values.keys()
    assert talk.values["dob"] == "1950"
    assert talk.values["address"]["ward"] == "Xã Sơn Đồng"


def test_a_label_that_two_slots_share_belongs_to_the_one_asked_for() -> None:
    talk = Talk("form_ct01")
    talk.says("nhà thuê", "tôi tên là lê văn nam", ID_SAID, "đúng", "đúng", "0912345678")
    assert isinstance(step := talk.step(), Ask)
    assert step.slot == "owner_name"
    talk.say("chủ hộ tên là trần văn bình")
    assert talk.values["name"] == "Lê Văn Nam"
    assert talk.values["owner_name"] == "Trần Văn Bình"


@pytest.mark.parametrize(
    ("said", "slot", "expected"),
    [
        ("à quên, sinh ngày mười sáu tháng ba năm hai nghìn không trăm hai sáu", "child_dob", "2026-03-16"),
        ("à quên, ngày mười sáu", "child_dob", "2026-03-16"),
        ("không, cháu tên là nguyễn minh ánh", "child_name", "Nguyễn Minh Ánh"),
        ("nhầm rồi, con gái", "child_sex", "nu"),
        ("sửa lại là sinh năm hai nghìn không trăm hai lăm", "child_dob", "2025-03-15"),
    ],
)
def test_corrections_of_what_was_said_before(said: str, slot: str, expected: str) -> None:
    talk = Talk("form_khai_sinh")
    talk.says(f"tôi tên là nguyễn văn an, tôi là bố cháu, số căn cước của tôi là {ID_SAID}", "đúng", "đúng")
    talk.says(
        "cháu tên là nguyễn minh anh con trai sinh ngày mười lăm tháng ba năm hai nghìn không trăm hai sáu", "đúng"
    )
    assert isinstance(talk.step(), ReadBack)
    events = talk.say(said)
    assert [(event.what, event.slot) for event in events] == [("corrected", slot)]
    assert talk.values[slot] == expected


def test_a_slot_is_opened_again_by_its_name() -> None:
    talk = Talk("form_khai_sinh")
    talk.says(f"tôi tên là nguyễn văn an, tôi là bố cháu, số căn cước của tôi là {ID_SAID}", "đúng", "đúng")
    assert talk.say("sửa số căn cước") == [Event("reopened", "requester_id")]
    assert isinstance(step := talk.step(), Ask)
    assert step.slot == "requester_id"
    assert talk.say("001 086 012 345")[0].what == "corrected"


def test_the_first_zero_of_a_number_is_no_denial() -> None:
    talk = Talk("form_khai_sinh")
    talk.says("tôi tên là nguyễn văn an", ID_SAID)
    talk.say("không, không không một không tám sáu không một hai ba bốn năm")
    assert talk.values["requester_id"] == "001086012345"
    talk.say("không không một không tám bảy không một hai ba bốn năm")
    assert talk.values["requester_id"] == "001087012345"


def test_read_back_in_groups_and_which_of_them_is_wrong() -> None:
    talk = Talk("form_hkd", LINE)
    talk.tell("tôi tên là nguyễn thị hoa", ID_SAID, "vâng đúng", "phở hoa")
    step = talk.says("số 5 phố huế phường hai bà trưng", "bán phở")
    assert isinstance(step, ReadBack)
    assert [slot for slot, _, _ in step.items] == ["biz_name", "address", "industry"]
    assert talk.say("sai rồi") == [Event("denied", None)]
    assert talk.step() == Which(("tên cửa hàng", "địa chỉ", "ngành nghề"))
    assert talk.say("địa chỉ") == [Event("reopened", "address")]
    talk.say("số 7 phố huế phường hai bà trưng")
    step = talk.says("năm mươi triệu", "một mình")
    assert isinstance(step, ReadBack)  # the others were not named: they are right
    assert [slot for slot, _, _ in step.items] == ["address", "capital", "founder_kind"]


def test_read_backs_hold_three_values_at_most_and_short_groups_go_together() -> None:
    talk = Talk("form_phan_anh", LINE)
    talk.says("cán bộ cứ hẹn mãi không trả hồ sơ", "chậm trễ", "ở bộ phận một cửa phường láng", "hôm qua", "đúng")
    step = talk.says("không có")
    assert isinstance(step, ReadBack)
    assert [slot for slot, _, _ in step.items] == ["topic", "kind", "where"]


@pytest.mark.parametrize(
    ("confidence", "step"), [(0.95, Ask), (0.85, Ask), (0.84, Confirm), (0.55, Confirm), (0.54, Ask)]
)
def test_what_was_not_heard_well_is_said_back_or_asked_again(confidence: float, step: type) -> None:
    talk = Talk("form_khai_sinh")
    events = talk.say("tôi tên là nguyễn văn an", confidence)
    assert isinstance(talk.step(), step)
    if confidence < 0.55:
        assert events == [Event("refused", "requester_name", reason=Reason.UNHEARD)]
        assert talk.values == {}
    else:
        assert talk.values == {"requester_name": "Nguyễn Văn An"}


@pytest.mark.parametrize(
    ("form", "before", "said"),
    [
        ("form_khai_sinh", ["tôi tên là nguyễn văn an"], ID_SAID),
        ("form_tra_cuu", [], "H26-250101-0001"),
        ("form_so_thu_tu", [], "phường láng"),
    ],
)
def test_some_values_are_always_said_back(form: str, before: list[str], said: str) -> None:
    talk = Talk(form)
    assert isinstance(talk.says(*before, said), Confirm)


def test_a_denied_value_is_not_believed_again() -> None:
    talk = Talk("form_khai_sinh")
    talk.say("nguyễn thùy linh", 0.7, alternatives=("nguyễn thùy ninh",))
    assert isinstance(step := talk.step(), Confirm)
    assert step.said == "Nguyễn Thùy Linh"
    talk.say("không")
    assert isinstance(step := talk.step(), Confirm)  # what else it may have been
    assert step.said == "Nguyễn Thùy Ninh"
    talk.say("đúng rồi")
    assert talk.values["requester_name"] == "Nguyễn Thùy Ninh"


def test_a_name_that_was_not_heard_well_is_spelt() -> None:
    talk = Talk("form_khai_sinh")
    talk.says(f"tôi tên là nguyễn văn an, tôi là bố cháu, số căn cước của tôi là {ID_SAID}", "đúng", "đúng")
    talk.say("cháu tên là trần gia bảo", 0.7)
    assert isinstance(step := talk.step(), Confirm)
    assert step.said == "Trần Gia Bảo, tên Bảo đánh vần là bê a o"


def test_a_question_is_never_asked_in_the_same_words_twice_running() -> None:
    talk = Talk("form_khai_sinh")
    asked = []
    for _ in range(2):
        step = talk.step()
        assert isinstance(step, Ask)
        asked.append(step.wordings[0])
        talk.say("hôm nay trời đẹp quá")
    assert len(set(asked)) == 2
    assert talk.step() == Stuck("requester_name", "tên người khai", keyed=False, required=True)


def test_two_failures_offer_keys_and_keys_are_taken() -> None:
    talk = Talk("form_khai_sinh")
    talk.says("tôi tên là nguyễn văn an", "tôi để quên thẻ ở nhà", "trời ơi khó quá")
    assert talk.step() == Stuck("requester_id", "số căn cước", keyed=True, required=True)
    talk.say("001085012345", keyed=True)
    assert isinstance(talk.step(), Confirm)
    assert talk.values["requester_id"] == "001085012345"


def test_after_being_stuck_the_dialogue_may_go_on() -> None:
    talk = Talk("form_ct01")
    filling = talk.filling
    with pytest.raises(ValueError, match="required"):
        filling.skip("name")
    filling.skip("members")
    filling.entry("name").failures = 2
    filling.retry("name")
    talk.keep(filling)
    talk.says("nhà thuê")
    assert isinstance(step := talk.step(), Ask)
    assert step.slot == "name"


def test_a_value_that_nobody_confirms_goes_when_its_optional_slot_is_skipped() -> None:
    filling = FormFilling.begin("form_ct01")
    filling.entry("members").value = ["Minh Bác"]
    filling.entry("members").confidence = 0.6
    filling.entry("members").failures = 2
    assert filling.must_confirm(filling.form.slots["members"])
    filling.skip("members")
    assert "members" not in filling.values
    assert not filling.must_confirm(filling.form.slots["members"])


def test_pieces_of_a_number_are_no_failures() -> None:
    talk = Talk("form_khai_sinh")
    talk.say("tôi tên là nguyễn văn an")
    for said in ("không không một", "không tám năm", "không một hai"):
        (event,) = talk.say(said)
        assert (event.what, event.reason) == ("more", Reason.DIGITS_MORE)
        assert isinstance(step := talk.step(), Ask)
        assert step.wordings == ()
    talk.say("ba bốn năm")
    assert talk.values["requester_id"] == "001085012345"


def test_optional_slots_can_be_skipped_and_required_ones_not() -> None:
    talk = Talk("form_phan_anh", LINE)
    talk.tell("cán bộ cứ hẹn mãi không trả hồ sơ", "chậm trễ", "ở phường láng", "hôm qua")
    assert talk.say("không có") == [Event("skipped", "dossier")]
    talk.agree()
    assert talk.say("tôi muốn giấu tên") == [Event("skipped", "name")]
    other = Talk("form_hkd")
    assert other.say("bỏ qua") == [Event("refused", "owner_name", reason=Reason.NEEDED)]


def test_a_bare_yes_to_a_question_for_a_value_is_waited_for() -> None:
    talk = Talk("form_phan_anh", LINE)
    talk.tell("cán bộ cứ hẹn mãi không trả hồ sơ", "chậm trễ", "ở phường láng", "hôm qua")
    assert talk.say("có") == [Event("more", "dossier")]
    talk.say("H26-250101-0001")
    assert talk.values["dossier"] == "H26-250101-0001"


def test_a_slot_that_depends_on_another_is_asked_only_then() -> None:
    talk = Talk("form_huu_tri_xa_hoi", LINE)
    talk.tell("xin mới", "tôi tên là trần thị mai sinh năm năm mươi", "001150012345", "tổ 5 phường láng", "vâng đúng")
    assert isinstance(step := talk.step(), Ask)
    assert step.slot == "has_pension"
    assert isinstance(step := talk.says("có"), Ask)
    assert step.slot == "pension_amount"
    talk.says("hai triệu")
    talk.say("à quên, không có lương hưu")
    filling = talk.filling
    filling.entry("has_pension").value = False
    assert "pension_amount" not in filling.values


@pytest.mark.parametrize(
    ("said", "phone", "source"),
    [
        ("vâng đúng", LINE, "line"),
        ("không, số khác là không chín tám bảy sáu năm bốn ba hai một", "0987654321", "caller"),
        ("không chín tám bảy sáu năm bốn ba hai một", "0987654321", "caller"),
    ],
)
def test_the_number_of_the_line_is_offered(said: str, phone: str, source: str) -> None:
    talk = Talk("form_so_thu_tu", LINE)
    step = talk.tell("phường láng", "làm khai sinh", "ngày mai", "buổi sáng", "trần thị mai")
    assert isinstance(step, Offer)
    assert "không chín một hai, ba bốn năm, sáu bảy tám" in step.wordings[0]
    talk.say(said)
    assert talk.values["phone"] == phone
    assert talk.filling.entry("phone").source == source


def test_without_a_line_the_number_is_asked_for() -> None:
    talk = Talk("form_phan_anh", LINE)
    talk.tell("cán bộ cứ hẹn mãi không trả hồ sơ", "chậm trễ", "ở phường láng", "hôm qua", "không có", "giấu tên")
    assert isinstance(talk.step(), Offer)
    assert talk.say("không") == [Event("denied", "phone")]
    assert isinstance(talk.step(), Ask)


def test_prefilled_values_are_read_back_and_can_be_forgotten() -> None:
    filling = FormFilling.begin("form_huu_tri_xa_hoi")
    known = {"register.name": "Trần Thị Mai", "register.dob": "1950-03-12"}
    assert filling.prefill(known) == ["name", "dob"]
    assert filling.prefill(known) == []
    filling.step()
    filling.take(Heard("xin mới"), TODAY)
    filling.entry("id").value = "001150012345"
    filling.entry("id").confirmed = True
    step = filling.step()
    assert isinstance(step, ReadBack)
    assert [slot for slot, _, _ in step.items] == ["request_kind", "name", "dob"][: len(step.items)]
    assert filling.forget_register() == ["name", "dob"]
    assert filling.values.keys() == {"request_kind", "id"}


def test_everything_can_be_read_back_from_the_start() -> None:
    talk = Talk("form_tra_cuu")
    assert talk.says("H26-250101-0001", "đúng", "1234", "đúng") == Complete()
    filling = talk.filling
    filling.review()
    talk.keep(filling)
    step = talk.step()
    assert isinstance(step, ReadBack)
    assert [slot for slot, _, _ in step.items] == ["dossier", "verify"]
    assert talk.says("đúng") == Complete()


def test_the_words_of_a_story_are_not_taken_apart() -> None:
    talk = Talk("form_phan_anh")
    story = "tôi tên là nguyễn văn an nộp hồ sơ ở phường láng hôm mười lăm tháng ba mà cứ bị hẹn"
    talk.say(story)
    assert talk.values == {"topic": story}


def test_facts_that_the_caller_should_know() -> None:
    birth = FormFilling.begin("form_khai_sinh").form
    assert notices(birth, {"child_dob": "2026-09-01"}, TODAY) == [Notice.BIRTH_LATE]
    assert notices(birth, {"child_dob": "2026-11-01"}, TODAY) == []
    pension = FormFilling.begin("form_huu_tri_xa_hoi").form
    assert notices(pension, {"dob": "1951-11-24", "poor_household": "khong"}, TODAY) == [Notice.UNDER_PENSION_AGE]
    assert notices(pension, {"dob": "1951", "poor_household": "khong"}, TODAY) == []
    assert notices(pension, {"dob": "1955", "poor_household": "ngheo"}, TODAY) == []
    business = FormFilling.begin("form_hkd").form
    assert notices(business, {"industry": {"code": "9329"}}, TODAY) == [Notice.CONDITIONAL_TRADE]
    assert notices(business, {"industry": {"code": "4711"}}, TODAY) == []
    assert notices(business, {}, TODAY) == []


def test_what_is_no_saved_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form"):
        FormFilling.from_json({"form": "form_la"})
    with pytest.raises(ValueError, match="entries"):
        FormFilling.from_json({"form": "form_hkd", "entries": 3})
    with pytest.raises(KeyError):
        FormFilling.begin("form_la")


def test_without_a_step_nothing_is_taken() -> None:
    assert FormFilling.begin("form_hkd").take(Heard("tôi tên là nguyễn văn an"), TODAY, find_procedures) == []


def test_who_corrects_the_same_thing_again_and_again_is_offered_a_person() -> None:
    talk = Talk("form_phan_anh", LINE)
    talk.tell("cán bộ cứ hẹn mãi không trả hồ sơ", "chậm trễ", "ở phường láng", "hôm qua")
    talk.says("sửa ngày xảy ra", "hôm kia", "sửa ngày xảy ra")
    assert talk.step() == Stuck("when", "ngày xảy ra", keyed=True, required=True)


def test_having_none_of_what_is_asked_takes_nothing_back() -> None:
    talk = Talk("form_ct01")
    talk.tell("nhà người thân", "trần thị mai", "không không một một năm không không một hai ba bốn năm")
    talk.tell("không chín một hai ba bốn năm sáu bảy tám", "trần văn hùng", "con", "không có")
    talk.tell("số 12 ngõ 5 phố chùa láng phường láng")
    assert talk.tell("không có ai") == Complete()
    assert talk.values["members"] == []
    assert talk.values["new_address"]["detail"] == "Số 12 ngõ 5 phố Chùa Láng"


def test_words_that_only_may_be_a_value_change_nothing_that_is_read_back() -> None:
    talk = Talk("form_ct01")
    talk.tell("nhà người thân", "trần thị mai")
    talk.say("không không một một năm không không một hai ba bốn năm")
    talk.say("đúng")
    assert isinstance(talk.step(), ReadBack)
    talk.say("hoa sen")
    assert talk.values["name"] == "Trần Thị Mai"
    talk.say("không phải, tên là trần thị may")
    assert talk.values["name"] == "Trần Thị May"
