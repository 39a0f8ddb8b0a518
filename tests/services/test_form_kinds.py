"""Values of slots out of what callers say, why others are refused, and how they are said back and written down."""

from __future__ import annotations

from typing import Any

import pytest

from services.forms.definitions import forms
from services.forms.kinds import say, show, understand
from services.forms.values import Context, Found, Heard, Parsed, Reason, Refused
from tests.services.form_talk import TODAY, find_procedures

BIRTH, PENSION, RESIDENCE = "form_khai_sinh", "form_huu_tri_xa_hoi", "form_ct01"
BUSINESS, QUEUE, FEEDBACK, LOOKUP = "form_hkd", "form_so_thu_tu", "form_phan_anh", "form_tra_cuu"


def heard(form: str, slot: str, text: str, *alternatives: str, **context: Any) -> Parsed:
    known = Context(TODAY, find_procedures=find_procedures, **context)
    return understand(forms()[form], forms()[form].slots[slot], Heard(text, text, alternatives), known)


def value(form: str, slot: str, text: str, *alternatives: str, **context: Any) -> Any:
    found = heard(form, slot, text, *alternatives, **context)
    assert isinstance(found, Found), found
    return found.value


def reason(form: str, slot: str, text: str, **context: Any) -> Reason:
    refused = heard(form, slot, text, **context)
    assert isinstance(refused, Refused), refused
    return refused.reason


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("dạ tôi tên là nguyễn văn an ạ", "Nguyễn Văn An"),
        ("trần thị lan đây cháu ạ", "Trần Thị Lan"),
        ("bác là lê văn bảy", "Lê Văn Bảy"),
        ("họ và tên của tôi là đỗ minh anh", "Đỗ Minh Anh"),
        ("nguyễn minh anh nhé em", "Nguyễn Minh Anh"),
        ("a lô tên tôi là lô văn sơn", "Lô Văn Sơn"),
        ("nguyễn văn an à quên nguyễn văn ánh", "Nguyễn Văn Ánh"),
        ("hồ sinh", "Hồ Sinh"),
        ("y moan ê nuôl", "Y Moan Ê Nuôl"),
        ("Trần Quốc Toản", "Trần Quốc Toản"),
    ],
)
def test_names(said: str, name: str) -> None:
    assert value(BIRTH, "requester_name", said) == name


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("hùng", Reason.NAME_SHORT),
        ("<b>An</b> Nguyễn", Reason.NAME_SIGNS),
        ("Robert'); DROP TABLE forms;--", Reason.NAME_SIGNS),
        ("Иван Петров", Reason.NAME_SIGNS),
        ("阮文安", Reason.NAME_SIGNS),
        ("Nguyễn Văn 4", Reason.NAME_SIGNS),
        ("nguyễn văn an bình minh hùng dũng sang trọng", Reason.NAME_LONG),
        ("nguyễn " * 2000, Reason.NAME_LONG),
    ],
)
def test_names_that_are_none(said: str, why: Reason) -> None:
    assert reason(BIRTH, "requester_name", said) is why


@pytest.mark.parametrize("said", ["hôm nay trời đẹp quá", "đúng rồi", "tôi không nhớ", "nhắc lại", "", "   ", "?!"])
def test_words_that_are_no_name(said: str) -> None:
    assert heard(BIRTH, "requester_name", said) is None


def test_a_name_is_read_as_it_was_heard_not_as_it_was_written() -> None:
    slot = forms()[PENSION].slots["name"]
    found = understand(forms()[PENSION], slot, Heard("Lê Văn 10", "lê văn mười"), Context(TODAY))
    assert isinstance(found, Found)
    assert found.value == "Lê Văn Mười"


def test_names_that_sound_alike_are_kept_as_alternatives() -> None:
    found = heard(BIRTH, "child_name", "nguyễn thùy linh", "nguyễn thùy ninh", "nguyễn thuỳ liên", "mã hồ sơ")
    assert isinstance(found, Found)
    assert found.value == "Nguyễn Thùy Linh"
    assert found.others[0] == "Nguyễn Thùy Ninh"
    assert "Mã Hồ Sơ" not in found.others
    assert "Trần Chang" in heard(BIRTH, "child_name", "trần trang").others  # type: ignore[union-attr]


def test_a_name_without_a_known_surname_is_not_sure() -> None:
    found = heard(BIRTH, "child_name", "nhâm tuấn kiệt")
    assert isinstance(found, Found)
    assert not found.sure


FATHER = {"requester_relation": "cha"}


@pytest.mark.parametrize(
    ("said", "context", "why"),
    [
        ("003 085 012 345", {}, Reason.ID_PROVINCE),
        ("001 985 012 345", {}, Reason.ID_CENTURY),
        ("001 285 012 345", {}, Reason.ID_CENTURY),  # a man of 2085
        ("001 185 012 345", {"values": FATHER}, Reason.ID_SEX),
        ("001 015 012 345", {"values": {"child_dob": "1920-01-01"}}, Reason.ID_TOO_YOUNG),
        ("không không một", {}, Reason.DIGITS_MORE),
        ("001 085 012 345 678", {}, Reason.DIGITS_TOO_MANY),
    ],
)
def test_identity_numbers_that_cannot_be(said: str, context: dict[str, Any], why: Reason) -> None:
    assert reason(BIRTH, "requester_id", said, **context) is why


def test_an_identity_number_fits_birth_date_and_sex() -> None:
    known = {"values": {"dob": "1950"}}
    assert value(PENSION, "id", "001 150 012 345", **known) == "001150012345"
    assert reason(PENSION, "id", "001 151 012 345", **known) is Reason.ID_BIRTH_YEAR
    assert reason(BIRTH, "mother_id", "001 085 012 345") is Reason.ID_SEX
    assert value(BIRTH, "mother_id", "001 185 012 345", values={"child_dob": "2026-03-15"}) == "001185012345"


def test_what_contradicts_a_number_given_before_is_refused() -> None:
    known = {"values": {"id": "001150012345", "requester_id": "001085012345"}}
    assert reason(PENSION, "dob", "sinh năm năm mốt", **known) is Reason.ID_BIRTH_YEAR
    assert value(PENSION, "dob", "mười hai tháng ba năm năm mươi", **known) == "1950-03-12"
    assert reason(BIRTH, "requester_relation", "tôi là bà nội", **known) is Reason.ID_SEX
    assert value(BIRTH, "requester_relation", "tôi là ông nội", **known) == "ong"


def test_the_reading_that_fits_is_taken_and_not_trusted() -> None:
    wrong, right = "không không một một năm một không một hai ba bốn năm", "001 150 012 345"
    found = heard(PENSION, "id", wrong, right, values={"dob": "1950"})
    assert found == Found("001150012345", sure=False)


def test_digits_come_in_pieces() -> None:
    assert value(BIRTH, "requester_id", "không tám năm không một hai ba bốn năm", part="001") == "001085012345"
    assert value(BIRTH, "requester_id", "001 085 012 345", part="001") == "001085012345"  # begun anew
    assert value(PENSION, "phone", "ba bốn năm sáu bảy tám", part="0912") == "0912345678"


@pytest.mark.parametrize(
    ("slot", "said", "expected"),
    [
        ("child_dob", "mười lăm tháng ba năm hai nghìn không trăm hai sáu", "2026-03-15"),
        ("child_dob", "15/3/2026", "2026-03-15"),
        ("child_dob", "15032026", "2026-03-15"),
        ("child_dob", "hôm qua", "2026-11-22"),
        ("child_dob", "thứ năm", "2026-11-19"),  # the one that has been
        ("child_dob", "hai mươi tháng mười hai", "2025-12-20"),
        ("child_dob", "mùng một tháng giêng âm lịch năm hai nghìn không trăm hai sáu", "2026-02-17"),
        ("child_dob", "ngày mười à quên ngày mười một tháng hai", "2026-02-11"),
    ],
)
def test_dates(slot: str, said: str, expected: str) -> None:
    assert value(BIRTH, slot, said) == expected


@pytest.mark.parametrize(
    ("form", "slot", "said", "why"),
    [
        (BIRTH, "child_dob", "ba mươi tháng hai năm hai nghìn không trăm hai sáu", Reason.DATE_IMPOSSIBLE),
        (BIRTH, "child_dob", "29/2/2025", Reason.DATE_IMPOSSIBLE),
        (BIRTH, "child_dob", "40/13/2020", Reason.DATE_IMPOSSIBLE),
        (BIRTH, "child_dob", "ngày mai", Reason.DATE_FUTURE),
        (BIRTH, "child_dob", "1/1/2030", Reason.DATE_FUTURE),
        (BIRTH, "child_dob", "1/1/1800", Reason.DATE_IMPOSSIBLE),
        (BIRTH, "child_dob", "tháng ba năm hai nghìn không trăm hai sáu", Reason.DATE_WITHOUT_DAY),
        (PENSION, "dob", "mười lăm tháng ba", Reason.DATE_WITHOUT_YEAR),
        (PENSION, "dob", "năm hai nghìn không trăm ba mươi", Reason.DATE_FUTURE),
        (PENSION, "dob", "31/4/1950", Reason.DATE_IMPOSSIBLE),
        (QUEUE, "date", "thứ bảy", Reason.DATE_CLOSED),
        (QUEUE, "date", "hôm qua", Reason.DATE_PAST),
        (QUEUE, "date", "thứ tư tuần sau", Reason.DATE_TOO_FAR),
        (BUSINESS, "start_date", "1/1/2050", Reason.DATE_TOO_FAR),
    ],
)
def test_dates_that_cannot_be(form: str, slot: str, said: str, why: Reason) -> None:
    assert reason(form, slot, said) is why


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("sinh năm năm tám", "1958"),
        ("tháng ba năm năm tám", "1958-03"),
        ("mười hai tháng tư năm một chín năm tám", "1958-04-12"),
        ("một nghìn chín trăm tám bảy", "1987"),
        ("sinh nam 1958", "1958"),
        ("ngay muoi lam thang ba nam 1958", "1958-03-15"),
    ],
)
def test_birth_dates_may_be_partly_known(said: str, expected: str) -> None:
    assert value(PENSION, "dob", said) == expected


def test_an_age_is_a_year_that_is_not_sure() -> None:
    assert heard(PENSION, "dob", "tôi bảy mươi sáu tuổi") == Found("1950", sure=False)


def test_a_correction_keeps_what_it_does_not_say() -> None:
    assert value(BIRTH, "child_dob", "ngày mười sáu", old="2026-03-15") == "2026-03-16"
    assert value(PENSION, "dob", "sinh năm năm chín", old="1958-03-15") == "1959-03-15"
    assert value(BIRTH, "requester_name", "tên là hùng", old="Nguyễn Văn Hưng") == "Nguyễn Văn Hùng"
    old = {"detail": "Số 12 ngõ 5", "ward": "Phường Láng", "code": "00199"}
    assert value(PENSION, "address", "phường kim liên", old=old)["ward"] == "Phường Kim Liên"


@pytest.mark.parametrize(
    ("said", "detail", "ward"),
    [
        ("số mười hai ngõ năm phố chùa láng phường láng", "Số 12 ngõ 5 phố Chùa Láng", "Phường Láng"),
        ("tôi ở tổ 5 phường kim liên hà nội", "Tổ 5", "Phường Kim Liên"),
        ("thôn đoài xã sơn đồng huyện hoài đức", "Thôn Đoài", "Xã Sơn Đồng"),
        ("địa chỉ là 36 hàng bông, phường hoàn kiếm, thành phố hà nội ạ", "36 Hàng Bông", "Phường Hoàn Kiếm"),
        ("so 5 pho hue phuong hai ba trung", "So 5 Pho Hue", "Phường Hai Bà Trưng"),
        ("số 8 phường văn miếu", "Số 8", "Phường Văn Miếu - Quốc Tử Giám"),
        ("số 3 phường iên hòa", "Số 3", "Phường Yên Hoà"),
    ],
)
def test_addresses(said: str, detail: str, ward: str) -> None:
    found = value(PENSION, "address", said)
    assert (found["detail"], found["ward"]) == (detail, ward)
    assert len(found["code"]) == 5


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ở phường yên hòa", Reason.ADDRESS_DETAIL),
        ("số 12 đường láng", Reason.WARD_MISSING),
        ("phường dịch vọng", Reason.WARD_UNKNOWN),
        ("quận cầu giấy", Reason.DISTRICT_GONE),
        ("số 8 quận cầu giấy", Reason.DISTRICT_GONE),
    ],
)
def test_addresses_that_lack_something(said: str, why: Reason) -> None:
    assert reason(PENSION, "address", said) is why


def test_an_address_comes_in_pieces() -> None:
    first = heard(PENSION, "address", "số 12 đường láng")
    assert isinstance(first, Refused)
    assert value(PENSION, "address", "phường láng", part=first.part) == {
        "detail": "Số 12 đường Láng",
        "ward": "Phường Láng",
        "code": "00199",
    }


@pytest.mark.parametrize(
    ("form", "slot", "said", "expected"),
    [
        (PENSION, "has_pension", "tôi có lương hưu", True),
        (PENSION, "has_pension", "không được đồng nào", False),
        (PENSION, "has_pension", "co a", True),
        (PENSION, "pension_amount", "hai triệu rưỡi", 2_500_000),
        (PENSION, "pension_amount", "500.000đ", 500_000),
        (PENSION, "poor_household", "nhà tôi cận nghèo", "can_ngheo"),
        (PENSION, "poor_household", "không phải hộ nghèo", "khong"),
        (PENSION, "pay_method", "chuyen khoan", "tai_khoan"),
        (BIRTH, "child_ethnic", "dân tộc mường", "muong"),
        (BIRTH, "child_ethnic", "mèo", "mong"),
        (BIRTH, "copies", "hai bản", 2),
        (BIRTH, "copies", "không cần", 0),
        (BIRTH, "birth_place", "ở bệnh viện phụ sản hà nội", "Bệnh viện Phụ Sản Hà Nội"),
        (RESIDENCE, "members", "không có ai", []),
        (
            RESIDENCE,
            "members",
            "có vợ tôi là trần thị lan và con trai là nguyễn minh an",
            [{"name": "Trần Thị Lan", "relation": "Vợ"}, {"name": "Nguyễn Minh An", "relation": "Con trai"}],
        ),
        (QUEUE, "slot", "hai giờ rưỡi chiều", "14:30"),
        (QUEUE, "slot", "9h15", "09:15"),
        (QUEUE, "slot", "buổi sáng", "sang"),
        (QUEUE, "branch", "phường hoàn kiếm", {"code": "00070", "name": "Phường Hoàn Kiếm"}),
        (QUEUE, "field", "làm khai sinh", {"code": "1.001193", "name": "đăng ký khai sinh"}),
        (LOOKUP, "dossier", "hát hai sáu hai lăm không một không một không không không một", "H26-250101-0001"),
        (LOOKUP, "dossier", "123456", "123456"),
        (LOOKUP, "verify", "bốn số cuối là một hai ba bốn", "1234"),
        (LOOKUP, "verify", "001 085 012 345", "2345"),
        (FEEDBACK, "phone", "+84 912 345 678", "0912345678"),
    ],
)
def test_other_values(form: str, slot: str, said: str, expected: Any) -> None:
    assert value(form, slot, said) == expected


@pytest.mark.parametrize(
    ("form", "slot", "said", "why"),
    [
        (BIRTH, "copies", "năm mươi bản", Reason.NUMBER_RANGE),
        (BUSINESS, "capital", "một nghìn đồng", Reason.NUMBER_RANGE),
        (PENSION, "phone", "không một một hai ba bốn năm sáu bảy tám", Reason.PHONE_INVALID),
        (QUEUE, "slot", "mười giờ tối", Reason.TIME_CLOSED),
        (QUEUE, "branch", "phường mỹ đình", Reason.WARD_UNKNOWN),
        (QUEUE, "field", "câu cá", Reason.PROCEDURE_UNKNOWN),
        (QUEUE, "field", "căn cước", Reason.PROCEDURE_AMBIGUOUS),
        (BUSINESS, "industry", "bán cái gì đó", Reason.INDUSTRY_UNKNOWN),
        (FEEDBACK, "topic", "chậm quá", Reason.TEXT_SHORT),
        (LOOKUP, "dossier", "hát hai sáu", Reason.CODE_INCOMPLETE),
    ],
)
def test_other_values_that_cannot_be(form: str, slot: str, said: str, why: Reason) -> None:
    assert reason(form, slot, said) is why


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("tôi bán phở", "5610"),
        ("mở tiệm cắt tóc gội đầu", "9621"),
        ("bán tạp hóa", "4711"),
        ("mở quán cà phê", "5630"),
        ("sửa xe máy", "9532"),
        ("nhà thuốc", "4772"),
        ("bán quần áo trẻ em", "4771"),
    ],
)
def test_trades_get_the_class_of_the_present_list(said: str, code: str) -> None:
    assert value(BUSINESS, "industry", said)["code"] == code


def test_a_choice_can_be_keyed() -> None:
    slot = forms()[PENSION].slots["pay_method"]
    for key, expected in (("2", "tai_khoan"), ("1", "tien_mat")):
        found = understand(forms()[PENSION], slot, Heard(key, keyed=True), Context(TODAY, keyed=True))
        assert isinstance(found, Found)
        assert found.value == expected
    assert understand(forms()[PENSION], slot, Heard("9", keyed=True), Context(TODAY, keyed=True)) is None


@pytest.mark.parametrize(
    ("form", "slot", "stored", "said", "shown"),
    [
        (BIRTH, "requester_id", "001085012345", "không không một, không tám năm, không một hai, ba bốn năm",
         "001085012345"),
        (PENSION, "phone", "0912345678", "không chín một hai, ba bốn năm, sáu bảy tám", "0912345678"),
        (PENSION, "dob", "1958-04", "tháng tư năm một nghìn chín trăm năm mươi tám", "04/1958"),
        (PENSION, "dob", "1958", "năm một nghìn chín trăm năm mươi tám", "1958"),
        (BIRTH, "child_dob", "2026-03-05", "ngày năm tháng ba năm hai nghìn không trăm hai mươi sáu", "05/03/2026"),
        (PENSION, "pension_amount", 2_500_000, "hai triệu năm trăm nghìn đồng", "2.500.000 đồng"),
        (PENSION, "has_pension", False, "không", "Không"),
        (BIRTH, "requester_relation", "ba", "bà", "Bà"),
        (QUEUE, "slot", "14:30", "hai giờ ba mươi chiều", "14:30"),
        (RESIDENCE, "members", [], "không có ai", ""),
        (LOOKUP, "dossier", "H26-250101-0001", "hát hai sáu, gạch ngang, hai năm không, một không một, gạch ngang, "
         "không không không một", "H26-250101-0001"),
        (PENSION, "address", {"detail": "Tổ 5", "ward": "Phường Láng", "code": "00199"}, "Tổ 5, Phường Láng",
         "Tổ 5, Phường Láng, Thành phố Hà Nội"),
    ],
)  # fmt: skip
def test_how_values_are_said_back_and_written_down(form: str, slot: str, stored: Any, said: str, shown: str) -> None:
    definition = forms()[form]
    assert say(definition, definition.slots[slot], stored) == said
    assert show(definition, definition.slots[slot], stored) == shown
