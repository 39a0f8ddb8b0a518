"""The same dialogue for callers who write: no line to put through, no recording, no keys to press."""

from __future__ import annotations

import pytest
import yaml

from dialogs.actions.prompts import PATH
from dialogs.actions.turn import WRITTEN
from tests.dialogs.calls import MONDAY_MORNING
from tests.dialogs.conversation import Conversation

pytestmark = pytest.mark.usefixtures("services")

ENTRIES = yaml.safe_load(PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("channel", sorted(WRITTEN))
async def test_a_person_is_reached_by_a_ticket(channel: str) -> None:
    conversation = Conversation(now=MONDAY_MORNING, channel=channel)
    messages = await conversation.turn("gap_nhan_vien", "cho tôi gặp cán bộ")
    assert not any(message["type"] == "command" for message in messages)
    assert messages[0]["text"] in ENTRIES["cannot_put_through_written"]
    messages = await conversation.turn("cung_cap_sdt", "0912345678")
    assert "0912 345 678" in messages[0]["text"]


async def test_a_text_call_stands_for_a_telephone() -> None:
    messages = await Conversation(now=MONDAY_MORNING, channel="text_call").turn("gap_nhan_vien", "cho tôi gặp cán bộ")
    assert [message["name"] for message in messages if message["type"] == "command"] == ["hand_over"]


@pytest.mark.parametrize("intent", ["chao_hoi", "ket_thuc", "hoi_ai", "hoi_ghi_am", "tu_choi_ghi_am", "doi_ngon_ngu"])
async def test_nothing_is_said_of_recordings_and_keys(intent: str) -> None:
    written = Conversation(channel="chat")
    for _ in range(3):
        texts = [message["text"] for message in await written.turn(intent, "x") if message["type"] == "say"]
        assert texts
        for text in texts:
            assert "phím" not in text
            assert "gọi có ghi âm" not in text
            assert "dừng ghi âm" not in text
            assert "đã gọi" not in text


def test_what_is_written_otherwise_takes_the_same_values() -> None:
    written = {key.removesuffix("_written") for key in ENTRIES if key.endswith("_written")}
    assert written
    assert written <= ENTRIES.keys()
