"""Procedures with similar names: at most three are read out by what differs, and chosen in any way that callers do."""

from __future__ import annotations

import pytest

from tests.dialogs.conversation import Conversation

pytestmark = pytest.mark.usefixtures("services")

QUESTION = "giấy phép lái xe hết bao nhiêu tiền"
CHANGE, AGAIN = "3.000347", "3.000348"


async def offered(question: str = QUESTION) -> tuple[Conversation, list[dict[str, str]], str]:
    conversation = Conversation()
    messages = await conversation.turn("hoi_phi", question)
    assert messages[0]["expects"] == "choice"
    return conversation, conversation.slots["awaiting"]["choices"], messages[0]["text"]


async def test_what_differs_is_read_out_and_what_is_common_said_once() -> None:
    _, choices, said = await offered()
    assert {choice["code"] for choice in choices} == {CHANGE, AGAIN}
    assert all(f"{n} là {choice['difference']}" in said for n, choice in enumerate(choices, 1))
    assert said.count("giấy phép lái xe") == 1


async def test_never_more_than_three_are_offered() -> None:
    for question in ("sổ đỏ", "mai táng phí", "trợ cấp", "căn cước công dân", "hộ tịch"):
        conversation = Conversation()
        await conversation.turn("hoi_phi", question)
        assert len((conversation.slots["awaiting"] or {}).get("choices", ())) <= 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("cái thứ hai ạ", 1),
        ("cái đầu tiên nhé", 0),
        ("2", 1),
        ("cái cuối", 1),
        ("cấp lại", AGAIN),
        ("cái đổi ấy cháu", CHANGE),
        ("cap lai giay phep lai xe", AGAIN),
        ("bác bị mất bằng muốn cấp lại giấy phép lái xe", AGAIN),
    ],
)
async def test_one_is_chosen_by_place_key_difference_or_name(said: str, code: int | str) -> None:
    conversation, choices, _ = await offered()
    messages = await conversation.turn("chon", said)
    assert messages[-1]["procedure"] == (choices[code]["code"] if isinstance(code, int) else code)
    assert messages[-1]["aspect"] == "fee"


async def test_another_procedure_may_be_named_instead() -> None:
    conversation, _, _ = await offered()
    messages = await conversation.turn("hoi_ho_so", "à thôi đăng ký khai sinh cần giấy tờ gì")
    assert messages[-1]["procedure"] == "1.001193"
    assert messages[-1]["aspect"] == "documents"


async def test_none_of_them() -> None:
    conversation, _, _ = await offered()
    messages = await conversation.turn("phu_dinh", "không")
    assert conversation.slots["awaiting"]["what"] == "procedure"
    assert messages[0]["expects"] == "open"
