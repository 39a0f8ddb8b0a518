"""Fields of procedures three at a time, and where an agency can be asked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dialogs.actions import fields
from tests.dialogs.conversation import Conversation, said

pytestmark = pytest.mark.usefixtures("services")


def choices(messages: list[dict[str, Any]]) -> list[str]:
    return re.findall(r"\d là ([^;.]+)", said(messages))


async def test_what_the_police_do_three_fields_at_a_time() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_linh_vuc", "tôi muốn hỏi bên công an")
    assert choices(messages) == ["cư trú", "căn cước và định danh điện tử", "giấy phép lái xe"]
    assert messages[0]["expects"] == "choice"
    messages = await conversation.turn("nlu_fallback", "còn gì nữa không", certainty=0.4)
    assert choices(messages) == ["đăng ký xe", "hộ chiếu, xuất nhập cảnh", "lý lịch tư pháp"]
    messages = await conversation.turn("buoc_tiep", "nghe thêm")
    assert messages[0]["expects"] == "open"  # that was all


async def test_a_field_its_procedures_and_one_of_them() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_linh_vuc", "thủ tục về cư trú có những gì")
    assert choices(messages) == ["đăng ký thường trú", "đăng ký tạm trú", "xác nhận thông tin về cư trú"]
    messages = await conversation.turn("phu_dinh", "không có cái tôi cần, việc khác")
    assert choices(messages) == ["gia hạn tạm trú", "khai báo tạm vắng", "thông báo lưu trú"]
    messages = await conversation.turn("chon", entities={"so": 2})
    assert messages[-1]["procedure"] == "1.003677"


@pytest.mark.parametrize(
    ("intent", "words"), [("chon", "cái thứ hai"), ("hoi_thu_tuc", "đăng ký tạm trú"), ("chon", "2")]
)
async def test_choosing_by_place_and_by_name(intent: str, words: str) -> None:
    conversation = Conversation()
    await conversation.turn("hoi_linh_vuc", "về hộ khẩu thì có những gì")
    assert (await conversation.turn(intent, words))[-1]["procedure"] == "1.004194"


async def test_a_field_is_chosen_by_name_and_leads_to_its_procedures() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_linh_vuc", "tôi muốn hỏi bên công an")
    messages = await conversation.turn("hoi_thu_tuc", "bằng lái xe ấy cháu")
    assert choices(messages) == ["đổi giấy phép lái xe", "cấp lại giấy phép lái xe"]
    messages = await conversation.turn("hoi_phi", "cái thứ nhất hết bao nhiêu tiền")
    assert (messages[-1]["procedure"], messages[-1]["aspect"]) == ("3.000347", "fee")


async def test_a_field_of_one_procedure_is_that_procedure() -> None:
    messages = await Conversation().turn("hoi_linh_vuc", "lý lịch tư pháp có những gì")
    assert messages[-1]["procedure"] == "3.000333"


async def test_a_question_about_something_else_is_answered() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_linh_vuc", "thủ tục về cư trú có những gì")
    messages = await conversation.turn("hoi_phi", "đăng ký khai sinh mất bao nhiêu tiền")
    assert messages[-1]["procedure"] == "1.001193"


async def test_every_field_when_none_is_named() -> None:
    messages = await Conversation().turn("hoi_linh_vuc", "em hướng dẫn được những gì")
    assert len(choices(messages)) == 3


@pytest.mark.parametrize(
    ("words", "place", "urgent"),
    [
        ("cho tôi số điện thoại công an", "Công an xã, phường", True),
        ("đường dây nóng về bằng lái xe", "Phòng Cảnh sát giao thông", True),
        ("số điện thoại phòng xuất nhập cảnh", "Phòng Quản lý xuất nhập cảnh", True),
        ("số điện thoại văn phòng đất đai", "Văn phòng đăng ký đất đai", False),
        ("cho xin số của phường", "", False),
    ],
)
async def test_no_number_is_made_up(words: str, place: str, urgent: bool) -> None:
    messages = await Conversation().turn("hoi_duong_day", words)
    assert place in said(messages)
    numbers = set(re.findall(r"\d[\d. ]+\d", said(messages))) - {"19001009"}
    assert numbers == ({"113"} if urgent else set())


async def test_where_to_ask_about_what_is_spoken_of() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_phi", "đăng ký khai sinh mất bao nhiêu tiền")
    messages = await conversation.turn("hoi_duong_day", "chỗ đó có số điện thoại không")
    assert "bộ phận Một cửa" in said(messages)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("thủ tục về cư trú", "cu_tru"),
        ("thu tuc bang lai xe", "gplx"),
        ("đăng ký kinh doanh", "ho_kinh_doanh"),
        ("chứng minh thư nhân dân", "can_cuoc"),
        ("bên công an", None),
    ],
)
def test_which_field(text: str, key: str | None) -> None:
    found = fields.heard(text)
    assert (found.key if found else None) == key
