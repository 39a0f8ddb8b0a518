"""Zalo's webhook, with Zalo played at the other end: events come in, answers go out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from services.zalo import LONGEST, ZaloAccount
from telephony.chat.calls import WrittenCalls
from telephony.chat.zalo import PATH, ZaloWebhook, messages
from telephony.settings import ChatSettings
from tests.services.zalo_player import USER, ZaloPlayer, event, playing, signed
from tests.voicebot.simulated_call import until
from tests.voicebot.written_dialogue import Surroundings
from voicebot import events
from voicebot.dialogue import Say

GREETING, TEXT_ONLY = "Dạ, greeting một ạ.", "Dạ, text_only một ạ."


@dataclass
class Office:
    """The hotline as Zalo sees it."""

    zalo: ZaloPlayer
    around: Surroundings
    calls: WrittenCalls
    http: TestClient[web.Request, web.Application]

    async def tell(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        response = await self.http.post(PATH, data=body, headers=signed(body) if headers is None else headers)
        return response.status

    async def writes(self, text: str, user: str = USER) -> int:
        told = json.loads(event("text"))
        told["sender"]["id"], told["message"] = user, {"msg_id": f"{user} {text}", "text": text}
        return await self.tell(json.dumps(told).encode())

    async def sent(self, number: int) -> list[str]:
        await until(lambda: len(self.zalo.sent) >= number)
        return [text for _, text in self.zalo.sent]


@asynccontextmanager
async def office(tmp_path: Path, working: bool = True, **settings: Any) -> AsyncIterator[Office]:
    around = Surroundings()
    calls = WrittenCalls(around.parts, ChatSettings(**settings))
    with playing() as zalo:
        webhook = ZaloWebhook(calls, zalo.settings, ZaloAccount(zalo.settings, tmp_path / "zalo.json"), pause=0.01)
        app = web.Application()
        app.add_routes(webhook.routes())
        if working:
            webhook.start()
        async with TestClient(TestServer(app)) as http:
            yield Office(zalo, around, calls, http)
        if working:
            await webhook.close()


async def test_a_message_is_answered(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert await here.tell(event("text")) == 200
        [text] = await here.sent(1)
        asked = json.loads(event("text"))["message"]["text"]
        assert text == f"{GREETING}\n\nDạ, {asked} ạ."
        assert here.zalo.sent[0][0] == USER
        assert await here.writes("có") == 200
        assert (await here.sent(2))[1] == "Dạ, có ạ."
        [started] = here.around.journal.of(events.CallStarted)
        assert (started.line, started.caller) == ("zalo", f"zalo:{USER}")
        assert USER not in started.call_id
        turns = here.around.dialogue.turns
        assert [(turn.channel, turn.caller, turn.call_id) for turn in turns] == [("zalo", None, started.call_id)] * 2


async def test_zalo_has_its_answer_before_the_user(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        here.around.dialogue.open.clear()
        assert await asyncio.wait_for(here.tell(event("text")), 20) == 200
        assert here.zalo.sent == []
        here.around.dialogue.open.set()
        await here.sent(1)


async def test_an_event_that_comes_again_is_answered_once(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        codes = await asyncio.gather(*(here.tell(event("text")) for _ in range(5)))
        assert codes == [200] * 5
        assert await here.writes("tiếp") == 200
        assert len(await here.sent(2)) == 2
        assert len(here.around.dialogue.turns) == 2


async def test_who_follows_is_greeted_once(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert await here.tell(event("follow")) == 200
        assert await here.sent(1) == [GREETING]
        again = json.loads(event("follow")) | {"timestamp": "1764052900000"}
        assert await here.tell(json.dumps(again).encode()) == 200
        await here.writes("làm hộ chiếu")
        assert await here.sent(2) == [GREETING, "Dạ, làm hộ chiếu ạ."]


async def test_a_sticker_is_answered_in_words(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert await here.tell(event("sticker")) == 200
        assert await here.sent(1) == [f"{GREETING}\n\n{TEXT_ONLY}"]
        assert here.around.dialogue.turns == []


async def test_our_own_messages_are_no_questions(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert await here.tell(event("own_message")) == 200
        await here.writes("làm hộ chiếu")
        await here.sent(1)
        assert len(here.around.dialogue.turns) == 1


async def test_what_is_not_zalo_s_is_refused(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        assert await here.tell(event("text"), {}) == 401
        assert await here.tell(event("text"), signed(event("sticker"))) == 401
        assert await here.tell(b"{", {}) == 400
        assert here.calls.active == 0


async def test_each_user_is_answered_in_order_and_nobody_waits_for_another(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        users = [str(number) for number in range(12)]
        here.around.dialogue.open.clear()
        for number in range(3):
            for user in users:
                assert await here.writes(f"câu {number}", user) == 200
        await until(lambda: here.around.dialogue.busy > 1)
        here.around.dialogue.open.set()
        await here.sent(36)
        for user in users:
            texts = [text.rpartition("\n\n")[2] for to, text in here.zalo.sent if to == user]
            assert texts == ["Dạ, câu 0 ạ.", "Dạ, câu 1 ạ.", "Dạ, câu 2 ạ."]


async def test_what_there_is_no_room_for_is_left_to_be_sent_again(tmp_path: Path) -> None:
    async with office(tmp_path, working=False) as here:
        codes = [await here.writes(f"câu {number}") for number in range(60)]
        assert codes == [200] * 50 + [503] * 10


async def test_who_cannot_be_answered_now_is_told_so(tmp_path: Path) -> None:
    async with office(tmp_path, max_turns=1) as here:
        here.around.dialogue.open.clear()
        users = [str(number) for number in range(12)]
        for user in users:
            await here.writes("làm hộ chiếu", user)
        texts = await here.sent(1)
        assert texts[0] == f"{GREETING}\n\nDạ, busy một ạ."
        here.around.dialogue.open.set()
        await here.sent(12)


async def test_what_has_been_taken_is_answered_before_the_end(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        here.around.dialogue.open.clear()
        for number in range(5):
            await here.writes(f"câu {number}")
        here.around.dialogue.open.set()
    assert len(here.zalo.sent) == 5


async def test_zalo_out_of_order_for_a_moment(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        here.zalo.answers = ["send_broken", "send_too_many"]
        await here.writes("làm hộ chiếu")
        assert len(await here.sent(1)) == 1
        assert here.around.journal.of(events.PartFailed) == []


@pytest.mark.parametrize("answers", [["send_broken"] * 3, ["send_not_interacted"]])
async def test_what_cannot_be_delivered_is_noted(tmp_path: Path, answers: list[str], caplog: Any) -> None:
    async with office(tmp_path) as here:
        here.zalo.answers = list(answers)
        await here.writes("bí mật của tôi")
        await until(lambda: here.around.journal.of(events.PartFailed))
        [failed] = here.around.journal.of(events.PartFailed)
        assert failed.part == "delivery"
        await here.writes("tiếp")
        assert await here.sent(1) == ["Dạ, tiếp ạ."]
        assert "bí mật" not in caplog.text
        assert USER not in caplog.text


async def test_a_reply_longer_than_zalo_takes_comes_in_pieces(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        long = "Dạ, bác cần tờ khai, giấy chứng sinh và căn cước của bố mẹ cháu ạ. " * 60
        here.around.dialogue.script = [[Say(long)]]
        await here.writes("khai sinh")
        texts = await here.sent(3)
        assert max(map(len, texts)) <= LONGEST
        assert "".join("".join(texts).split()) == "".join((GREETING + long).split())


@given(st.lists(st.text(min_size=1, max_size=5000), max_size=6))
def test_messages_are_short_enough_and_few(replies: list[str]) -> None:
    made = list(messages(replies))
    assert all(0 < len(text) <= LONGEST for text in made)
