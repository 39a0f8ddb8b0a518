"""The chat API as web sites and apps use it, over real HTTP and WebSockets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError
from hypothesis import given
from hypothesis import strategies as st

from telephony.chat.messages import PATH, ChatAnswer, ChatError, ChatRequest, openapi
from telephony.chat.peer import client_address
from telephony.chat.rate import RateLimit
from telephony.settings import ChatSettings
from tests.telephony.chat_support import OWN, site, texts
from tests.voicebot.simulated_call import until
from voicebot import events
from voicebot.written_call import Record

WEB = "https://www.example.gov.vn"
SOCKET = f"{PATH}/ws"


async def test_a_conversation() -> None:
    async with site() as here:
        first = await here.post()
        assert (texts(first), first["new"], first["expects"]) == (["Dạ, greeting một ạ."], True, None)
        assert len(first["session"]) >= 32
        second = await here.post(session=first["session"], message="làm hộ chiếu")
        assert second == {
            "session": first["session"],
            "new": False,
            "replies": [{"text": "Dạ, làm hộ chiếu ạ.", "source": second["replies"][0]["source"]}],
            "expects": "yes_no",
            "handover": False,
            "ended": False,
            "failed": False,
        }
        assert second["replies"][0]["source"]["code"] == "1.001193"
        last = await here.post(session=first["session"], end=True)
        assert last["ended"]
        assert here.calls.active == 0
        [started] = here.around.journal.of(events.CallStarted)
        assert first["session"] not in started.call_id  # records and logs do not let anybody into a conversation
        assert here.around.of(started.call_id)[-1].reason == "caller_hung_up"


async def test_a_first_message_is_greeted_and_answered() -> None:
    async with site() as here:
        answer = await here.post(message="làm hộ chiếu")
        assert texts(answer) == ["Dạ, greeting một ạ.", "Dạ, làm hộ chiếu ạ."]


async def test_a_session_that_is_over_or_made_up_begins_anew_under_another_name() -> None:
    async with site() as here:
        here.around.now += 1
        first = await here.post(message="một")
        here.around.now += 899
        here.calls.expire(here.around.now)
        assert here.calls.active == 1
        here.around.now += 1
        here.calls.expire(here.around.now)
        assert here.calls.active == 0
        assert here.around.journal.of(events.CallEnded)[0].reason == "idle"
        answer = await here.post(session=first["session"], message="hai")
        assert (texts(answer), answer["new"]) == (["Dạ, again một ạ.", "Dạ, hai ạ."], True)
        made_up = await here.post(session="a" * 32, message="ba")
        assert made_up["new"]
        assert len({first["session"], answer["session"], made_up["session"], "a" * 32}) == 4


async def test_what_is_over_can_be_ended_again() -> None:
    async with site() as here:
        for headers in (None, OWN):
            answer = await here.post(headers, session="gone", end=True)
            assert (answer["session"], answer["replies"]) == ("gone", [])
        assert here.around.journal.events == []


async def test_a_call_that_is_being_answered_is_not_idle() -> None:
    async with site() as here:
        here.around.dialogue.open.clear()
        asking = asyncio.create_task(here.post(message="một"))
        await until(lambda: here.around.dialogue.turns)
        here.calls.expire(here.around.now + 10_000)
        assert here.calls.active == 1
        here.around.dialogue.open.set()
        await asking


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"\xff\xfe", b'{"message": 1}', b'{"massage": "x"}', b'{"session": ""}'),
        *(b'{"session": "a b"}', b'{"session": "%s"}' % (b"a" * 65), b"[" * 3000),
    ],
)
async def test_what_cannot_be_read_is_one_sentence(body: bytes) -> None:
    async with site() as here:
        response = await here.http.post(PATH, data=body, headers={"Content-Type": "application/json"})
        refusal = await here.refused(400, response)
        assert refusal["detail"]
        assert here.calls.active == 0


async def test_refusals_do_not_quote_what_was_written() -> None:
    async with site() as here:
        refusal = await here.refused(400, await here.http.post(PATH, json={"session": "bí mật", "message": "x"}))
        assert "bí mật" not in json.dumps(refusal, ensure_ascii=False)


async def test_forms_of_other_sites_are_refused() -> None:
    async with site() as here:
        for headers in ({"Content-Type": "text/plain"}, {}):
            response = await here.http.post(PATH, data='{"message": "x"}', headers=headers)
            assert "Content-Type" in (await here.refused(400, response))["detail"]


async def test_a_message_too_large_for_the_door_and_one_too_long_to_read() -> None:
    async with site() as here:
        await here.refused(413, await here.http.post(PATH, json={"message": "a" * 70_000}))
        assert texts(await here.post(message="giấy " * 2000))[1] == "Dạ, too_long một ạ."

        async def unannounced() -> Any:
            for _ in range(6):
                yield b" " * 64 * 1024

        headers = {"Content-Type": "application/json"}
        await here.refused(413, await here.http.post(PATH, data=unannounced(), headers=headers))


@pytest.mark.parametrize("said", ["", " \n", "\u202e", "<b>", "'; DROP TABLE x", "Привет 你好", "\ud83d\ude00"])
async def test_whatever_is_written_is_answered(said: str) -> None:
    async with site() as here:
        answer = await here.post(message=said)
        assert texts(answer)[1].startswith("Dạ")


async def test_half_of_a_pair_is_not_text() -> None:
    async with site() as here:
        headers = {"Content-Type": "application/json"}
        await here.refused(400, await here.http.post(PATH, data=b'{"message": "\\ud800"}', headers=headers))


async def test_one_address_cannot_flood() -> None:
    async with site(per_minute=6, burst=3) as here:
        for _ in range(3):
            await here.post(message="một")
        response = await here.http.post(PATH, json={"message": "bốn"})
        await here.refused(429, response)
        assert response.headers["Retry-After"] == "10"
        here.around.now += 10
        await here.post(message="bốn")
        for number in range(20):  # a program of ours is no flood
            await here.post(OWN, session="mine", message=str(number + 10))


async def test_one_conversation_waits_in_order_and_not_without_end() -> None:
    async with site(max_waiting=2, burst=50) as here:
        session = (await here.post())["session"]
        here.around.dialogue.open.clear()
        waiting = []
        for number in range(2):
            waiting.append(asyncio.create_task(here.post(session=session, message=f"câu {number}")))
            await asyncio.sleep(0.05)
        await here.refused(429, await here.http.post(PATH, json={"session": session, "message": "câu 2"}))
        here.around.dialogue.open.set()
        assert [texts(await task) for task in waiting] == [["Dạ, câu 0 ạ."], ["Dạ, câu 1 ạ."]]


async def test_too_many_turns_and_too_many_conversations_are_busy() -> None:
    async with site(max_turns=2, max_sessions=3, burst=50) as here:
        here.around.dialogue.open.clear()
        waiting = [asyncio.create_task(here.post(message="một")) for _ in range(2)]
        await until(lambda: len(here.around.dialogue.turns) == 2)
        response = await here.http.post(PATH, json={"message": "ba"})
        assert "messages" in (await here.refused(503, response))["detail"]
        assert response.headers["Retry-After"] == "1"
        here.around.dialogue.open.set()
        await asyncio.gather(*waiting)
        refusal = await here.refused(503, await here.http.post(PATH, json={}))
        assert "conversations" in refusal["detail"]


async def test_twenty_at_once_are_answered_each_with_their_own() -> None:
    async with site(burst=100) as here:
        answers = await asyncio.gather(*(here.post(message=f"câu {n}") for n in range(20)))
        assert [texts(answer)[1] for answer in answers] == [f"Dạ, câu {n} ạ." for n in range(20)]
        assert len({answer["session"] for answer in answers}) == 20


async def test_dialogue_away_is_an_answer_with_a_way_out() -> None:
    async with site() as here:
        here.around.dialogue.away = True
        answer = await here.post(message="làm hộ chiếu")
        assert answer["failed"]
        assert texts(answer)[1] == "Dạ, apology một ạ."
        ticket = await here.post(session=answer["session"], message="0912345678")
        assert (texts(ticket), ticket["failed"]) == (["Dạ, phiếu số 1001 ạ."], False)


async def test_a_token_where_one_is_wanted() -> None:
    async with site(token="của chúng tôi") as here:
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic của chúng tôi"}):
            await here.refused(401, await here.http.post(PATH, json={"message": "x"}, headers=headers))
    async with site(token="ours") as here:
        assert texts(await here.post({"Authorization": "bearer ours"}, message="x"))
        assert texts(await here.post(OWN, session="s", message="x"))


async def test_only_our_own_programs_name_clocks_callers_and_conversations() -> None:
    async with site() as here:
        for more in ({"now": "2026-03-02T09:00:00+07:00"}, {"caller": "0912345678"}):
            await here.refused(401, await here.http.post(PATH, json={"message": "x", **more}))
        row = await here.post(OWN, session="t1", message="x", now="2026-03-02T09:00:00+07:00", caller="0912345678")
        turn = here.around.dialogue.turns[-1]
        assert (turn.call_id, turn.channel, turn.caller, turn.now) == (
            "t1", "text_call", "0912345678", "2026-03-02T09:00:00+07:00",
        )  # fmt: skip
        assert {"intent", "candidates", "actions", "latency_ms", "session", "failed"} <= set(row)
        assert texts(row) == ["Dạ, x ạ."]  # as on the telephone: who calls has been greeted
        stranger = await here.post(session="t1", message="y")
        assert stranger["new"]
        response = await here.http.post(PATH, json={"message": "x", "now": "mai"}, headers=OWN)
        assert "now" in (await here.refused(400, response))["detail"]


async def test_a_named_conversation_goes_on_in_its_record() -> None:
    async with site() as here:
        here.records["t1"] = Record(12, 4)
        await here.post(OWN, session="t1", message="x")
        assert here.around.of("t1")[0].number == 12


async def test_pages_of_other_sites_only_when_they_are_named() -> None:
    async with site(origins=(WEB,)) as here:
        for origin, allowed in ((WEB, WEB), ("https://evil.example", None)):
            asked = await here.http.options(PATH, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
            assert (asked.status, asked.headers.get("Access-Control-Allow-Origin")) == (204, allowed)
            posted = await here.http.post(PATH, json={"message": "x"}, headers={"Origin": origin})
            assert posted.headers.get("Access-Control-Allow-Origin") == allowed
            assert posted.headers["Vary"] == "Origin"
        refused = await here.http.post(PATH, data=b"{", headers={"Origin": WEB, "Content-Type": "application/json"})
        assert refused.headers["Access-Control-Allow-Origin"] == WEB  # so that the page can read the sentence


async def test_a_websocket_gives_the_same_dialogue() -> None:
    async with site() as here:
        async with here.http.ws_connect(SOCKET) as socket:
            await socket.send_json({})
            first = await socket.receive_json()
            assert texts(first) == ["Dạ, greeting một ạ."]
            await socket.send_str("{")
            assert (await socket.receive_json())["error"] == "bad_request"
            await socket.send_json({"message": "một"})
            await socket.send_json({"message": "hai"})
            answers = [await socket.receive_json() for _ in range(2)]
            assert [texts(answer) for answer in answers] == [["Dạ, một ạ."], ["Dạ, hai ạ."]]
            assert {answer["session"] for answer in answers} == {first["session"]}
        async with here.http.ws_connect(SOCKET) as socket:  # the connection was lost; the conversation was not
            await socket.send_json({"session": first["session"], "message": "ba"})
            assert texts(await socket.receive_json()) == ["Dạ, ba ạ."]
        assert texts(await here.post(session=first["session"], message="bốn")) == ["Dạ, bốn ạ."]


async def test_a_websocket_is_refused_at_its_door_and_counted_by_message() -> None:
    async with site(burst=2, token="t", origins=(WEB,)) as here:
        for headers in ({}, {"Authorization": "Bearer t", "Origin": "https://evil.example"}):
            with pytest.raises(WSServerHandshakeError, match="401"):
                await here.http.ws_connect(SOCKET, headers=headers)
        protocols = ("voicebot.chat", "bearer.t")
        async with here.http.ws_connect(SOCKET, protocols=protocols, headers={"Origin": WEB}) as socket:
            assert socket.protocol == "voicebot.chat"
            for _ in range(3):
                await socket.send_json({"message": "x"})
            answers = [await socket.receive_json() for _ in range(3)]
            assert [answer.get("error") for answer in answers] == [None, None, "too_fast"]
            await socket.send_str("x" * 70_000)
            assert (await socket.receive()).type is WSMsgType.CLOSE


async def test_closing_the_hotline_closes_websockets() -> None:
    async with site() as here:
        socket = await here.http.ws_connect(SOCKET)
        await asyncio.wait_for(here.http.server.close(), 20)
        assert (await socket.receive()).type is WSMsgType.CLOSE


async def test_the_description_fits_what_is_sent() -> None:
    async with site() as here:
        described = await (await here.http.get("/api/v1/openapi.json")).json()
        assert described == openapi()
        schemas = described["components"]["schemas"]
        assert {"ChatRequest", "ChatAnswer", "ChatReply", "ChatError"} == set(schemas)
        for name in set(json.dumps(described).split('"#/components/schemas/')[1:]):
            assert name.split('"')[0] in schemas
        answer = await here.post(message="x")
        assert set(answer) == set(schemas["ChatAnswer"]["properties"])
        ChatAnswer.model_validate(answer)
        ChatError.model_validate(await (await here.http.post(PATH, json={"x": 1})).json())
        assert set(described["paths"]) == {PATH}
        ChatRequest.model_validate({"message": "x"})


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # nobody of ours says so
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_whose_messages_are_counted(remote: str, forwarded: str, expected: str) -> None:
    settings = ChatSettings(proxies=("10.0.0.0/8",))  # type: ignore[arg-type]
    assert client_address(remote, forwarded, settings) == expected


@given(
    st.lists(st.floats(0, 30), max_size=80),
    st.integers(1, 60),
    st.integers(1, 10),
)
def test_no_address_writes_more_than_it_may(gaps: list[float], per_minute: int, burst: int) -> None:
    limit, now, taken = RateLimit(per_minute, burst), 0.0, []
    for gap in gaps:
        now += gap
        wait = limit.wait("a", now)
        if wait == 0:
            taken.append(now)
        else:
            assert limit.wait("a", now + wait + 1e-6) == 0
            now += wait + 1e-6
            taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            seconds = taken[last] - taken[first]
            assert last - first + 1 <= burst + seconds * per_minute / 60 + 1e-3


def test_a_limit_remembers_a_bounded_number_of_addresses() -> None:
    limit = RateLimit(1, 1)
    for number in range(10_000):
        assert limit.wait(str(number), 0.0) == 0
    assert limit.wait("0", 0.0) > 0
    assert limit.wait("new", 0.0) == 0
    assert limit.wait("1", 0.0) == 0  # forgotten
    assert limit.wait("0", 0.0) > 0
