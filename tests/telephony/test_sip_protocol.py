"""What the server answers to SIP of every kind, said by a bare telephone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sip_support import SDP, Bot, Hotline, Phone, hotline, ok, phone, until

from telephony.sip_client import dial
from telephony.sip_messages import BadMessage, read, user
from voicebot.line import Line, TransferFailed

OFFER = SDP.format(port=9, direction="sendrecv")


@pytest.fixture
async def bot() -> Bot:
    return Bot()


@pytest.fixture
async def there(bot: Bot) -> AsyncIterator[Hotline]:
    async with hotline(bot) as line:
        yield line


@pytest.fixture
async def caller(there: Hotline) -> AsyncIterator[Phone]:
    async with phone(there) as telephone:
        yield telephone


async def answers_a_good_call(there: Hotline) -> None:
    line = await dial(there.uri())
    assert line.remote_call_id
    await line.hang_up()


async def test_options_say_what_is_allowed(caller: Phone) -> None:
    caller.send(caller.request("OPTIONS"))
    assert re.search(r"^Allow: .*INVITE.*BYE", await caller.receive("SIP/2.0 200"), re.M)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("v=zzz\nm=audio x y z\n", {}, 400),
        (OFFER.replace("m=audio 9", "m=audio nine"), {}, 400),
        (OFFER.replace("m=audio 9", "m=audio 99999"), {}, 400),
        ("v=0\n\xff", {}, 400),
        (OFFER.replace("8 0 101", "18 9"), {}, 488),
        (OFFER.replace("RTP/AVP", "RTP/SAVP"), {}, 488),
        (OFFER.replace("IN IP4 127.0.0.1\nt=", "IN IP6 ::1\nt="), {}, 488),
        (OFFER.replace("audio", "video"), {}, 488),
        (OFFER, {"Content_Type": "text/plain"}, 488),
        (OFFER, {"Require": "teleportation"}, 420),
        (OFFER, {"Max_Forwards": "0"}, 483),
        (OFFER, {"Content_Length": "-999"}, 400),
        (OFFER, {"Content_Length": "9999"}, 400),
        (OFFER, {"CSeq": "1 OPTIONS"}, 400),
        (OFFER, {"CSeq": "36893488147419103232 INVITE"}, 400),
        (OFFER, {"CSeq": "one INVITE"}, 400),
        (OFFER, {"From": '"unterminated <sip:a@b>;tag=1'}, 400),
        (OFFER, {"Call_ID": None}, 400),
        (OFFER, {"To": "<sip:1900@127.0.0.1>;tag=unknown"}, 481),
    ],
)
async def test_what_cannot_be_served_is_refused(
    caller: Phone, there: Hotline, body: str, headers: dict[str, str | None], status: int
) -> None:
    caller.send(caller.request("INVITE", body=body, **headers))
    assert (await caller.receive("SIP/2.0 4")).startswith(f"SIP/2.0 {status}")
    assert there.gateway.active == 0


@pytest.mark.parametrize(("method", "status"), [("BYE", 481), ("CANCEL", 481), ("NOTIFY", 481), ("PUBLISH", 405)])
async def test_requests_of_no_call(caller: Phone, method: str, status: int) -> None:
    caller.send(caller.request(method))
    assert await caller.status(method) == status


async def test_another_version_is_refused(caller: Phone) -> None:
    caller.send(caller.request("OPTIONS").replace("SIP/2.0\r\n", "SIP/7.0\r\n", 1))
    await caller.receive("SIP/2.0 505")


async def test_the_codec_named_first_is_taken(caller: Phone) -> None:
    caller.send(caller.request("INVITE", body=OFFER.replace("8 0 101", "18 0 8")))
    answer = await caller.receive("SIP/2.0 200")
    assert re.search(r"^m=audio \d+ RTP/AVP 0\r$", answer, re.M)
    caller.send(caller.request("CANCEL"))


async def test_other_streams_are_refused_in_their_place(caller: Phone) -> None:
    answer_of = caller.request("INVITE", body=OFFER.replace("m=audio", "m=video 7 RTP/AVP 96\nm=audio"))
    caller.send(answer_of)
    answer = await caller.receive("SIP/2.0 200")
    assert re.findall(r"^m=(\w+) (\d+)", answer, re.M)[0] == ("video", "0")
    assert re.findall(r"^m=(\w+)", answer, re.M) == ["video", "audio"]


async def test_a_retransmitted_invite_makes_no_second_call(caller: Phone, there: Hotline, bot: Bot) -> None:
    invite = caller.request("INVITE", body=OFFER)
    for _ in range(3):
        caller.send(invite)
    tags = set()
    for _ in range(3):
        tags.add(re.search(r"^To:.*tag=(\S+)", await caller.receive("SIP/2.0 200"), re.M)[1])  # type: ignore[index]
    assert len(tags) == 1
    assert len(bot.talks) == 1


async def test_a_retransmitted_bye_is_answered_alike(caller: Phone, there: Hotline) -> None:
    await caller.call()
    bye = caller.request("BYE", 2)
    for _ in range(2):
        caller.send(bye)
        assert await caller.status("BYE") == 200
    await there.idle()


async def test_the_answer_is_repeated_until_it_is_acknowledged(caller: Phone, there: Hotline) -> None:
    caller.send(caller.request("INVITE", body=OFFER))
    first, second = await caller.receive("SIP/2.0 200"), await caller.receive("SIP/2.0 200")
    assert first == second
    caller.to = re.search(r"^To:[^\r\n]*(;tag=[^;\r\n]+)", first, re.M)[1]  # type: ignore[index]
    caller.send(caller.request("ACK"))
    await asyncio.sleep(1.5)
    assert caller.messages.empty()


async def test_a_refusal_is_repeated_until_it_is_acknowledged(caller: Phone) -> None:
    branch = "z9hG4bKrefused"
    caller.send(caller.request("INVITE", body="v=zzz\n", branch=branch))
    for _ in range(2):
        assert await caller.status() == 400
    caller.send(caller.request("ACK", branch=branch))
    await asyncio.sleep(1.5)
    assert caller.messages.empty()


async def test_record_route_is_copied_and_used(caller: Phone, there: Hotline, bot: Bot) -> None:
    answer = await caller.call(Record_Route="<sip:near;lr>, <sip:far;lr>")
    assert re.findall(r"^Record-Route: (.*)\r$", answer, re.M) == ["<sip:near;lr>", "<sip:far;lr>"]
    closing = asyncio.create_task((await bot.talk()).line.hang_up())
    bye = await caller.receive("BYE")
    assert bye.startswith(f"BYE sip:0912@127.0.0.1:{caller.port} SIP/2.0")
    assert re.findall(r"^Route: (.*)\r$", bye, re.M) == ["<sip:near;lr>", "<sip:far;lr>"]
    await closing


async def test_the_answer_tells_the_id_of_the_record(caller: Phone, bot: Bot) -> None:
    answer = await caller.call()
    assert f"X-Call-ID: {(await bot.talk()).line.info.call_id}\r\n".lower() in answer.lower()


async def test_requests_of_the_wrong_dialog_or_out_of_order_change_nothing(caller: Phone, bot: Bot) -> None:
    await caller.call()
    caller.send(caller.request("BYE", 2, From="<sip:0912@127.0.0.1>;tag=somebody"))
    assert await caller.status("BYE") == 481
    caller.send(caller.request("BYE", 0))
    assert await caller.status("BYE") == 500
    assert (await bot.talk()).line.ended is None


async def test_the_public_address_is_told_where_one_is_set(bot: Bot) -> None:
    async with hotline(bot, public_address="203.0.113.7") as there, phone(there) as caller:
        answer = await caller.call()
        assert f"Contact: <sip:203.0.113.7:{there.server.address[1]}>\r\n" in answer
        assert "c=IN IP4 203.0.113.7\r\n" in answer


async def test_silence_on_the_wire_ends_the_call_but_not_on_hold() -> None:
    bot = Bot()
    async with hotline(bot, media_timeout=0.5) as there, phone(there) as silent, phone(there) as holding:
        await holding.call()
        holding.send(holding.request("INVITE", 2, body=SDP.format(port=9, direction="sendonly")))
        answer = await holding.receive("SIP/2.0 200")
        assert "a=recvonly" in answer
        holding.send(holding.request("ACK", 2))
        await silent.call()
        await silent.receive("BYE")
        reasons = {talk.line.info.call_id: talk.line.ended for talk in bot.talks}
        assert sorted(map(str, reasons.values())) == ["None", "media_lost"]


async def test_hold_in_every_form_and_back(caller: Phone, bot: Bot) -> None:
    await caller.call()
    line = (await bot.talk()).line
    for number, (direction, address, expected) in enumerate(
        [
            ("sendonly", "127.0.0.1", "recvonly"),
            ("sendrecv", "127.0.0.1", "sendrecv"),
            ("inactive", "127.0.0.1", "inactive"),
            ("recvonly", "127.0.0.1", "sendonly"),
            ("sendrecv", "0.0.0.0", "recvonly"),
            ("sendrecv", "127.0.0.1", "sendrecv"),
        ],
        start=2,
    ):
        body = SDP.format(port=9, direction=direction).replace("c=IN IP4 127.0.0.1", f"c=IN IP4 {address}")
        caller.send(caller.request("INVITE", number, body=body))
        answer = await caller.receive("SIP/2.0 200")
        caller.send(caller.request("ACK", number))
        assert f"a={expected}\r\n" in answer
        sent = line.statistics.frames_out
        if expected.startswith("send"):
            await until(lambda sent=sent: line.statistics.frames_out > sent + 5)
        else:
            await asyncio.sleep(0.3)
            assert line.statistics.frames_out - sent <= 1
    versions = re.search(r"^o=- \d+ (\d+)", answer, re.M)
    assert versions is not None
    assert versions[1] == "7"


async def test_a_second_offer_that_cannot_be_served_leaves_the_call_as_it_was(caller: Phone, bot: Bot) -> None:
    await caller.call()
    line = (await bot.talk()).line
    for number, (body, status) in enumerate([(OFFER.replace("8 0 101", "18"), 488), ("v=zzz\n", 400)], start=2):
        caller.send(caller.request("INVITE", number, body=body))
        assert await caller.status() == status
        caller.send(caller.request("ACK", number))
    sent = line.statistics.frames_out
    await until(lambda: line.statistics.frames_out > sent + 5)


async def test_a_delayed_offer_is_made_in_the_answer(caller: Phone, bot: Bot) -> None:
    caller.send(caller.request("INVITE"))
    answer = await caller.receive("SIP/2.0 200")
    assert re.search(r"^m=audio \d+ RTP/AVP 8 0 101\r$", answer, re.M)
    caller.to = re.search(r"^To:[^\r\n]*(;tag=[^;\r\n]+)", answer, re.M)[1]  # type: ignore[index]
    caller.send(caller.request("ACK", body=OFFER.replace("8 0 101", "0")))
    line = (await bot.talk()).line
    await until(lambda: line.statistics.frames_out > 5)
    assert line.ended is None


async def test_a_delayed_offer_without_a_usable_answer_is_hung_up(caller: Phone, bot: Bot) -> None:
    caller.send(caller.request("INVITE"))
    answer = await caller.receive("SIP/2.0 200")
    caller.to = re.search(r"^To:[^\r\n]*(;tag=[^;\r\n]+)", answer, re.M)[1]  # type: ignore[index]
    caller.send(caller.request("ACK"))
    await caller.receive("BYE")
    await until(lambda: bot.talks[0].line.ended == "no_media")


async def test_cancel_after_the_answer_is_too_late(caller: Phone, bot: Bot) -> None:
    branch = "z9hG4bKlate"
    caller.send(caller.request("INVITE", body=OFFER, branch=branch))
    await caller.receive("SIP/2.0 200")
    caller.send(caller.request("CANCEL", branch=branch))
    assert await caller.status("CANCEL") == 200
    assert bot.talks[0].line.ended is None


async def test_cancel_while_it_rings() -> None:
    async def slow(line: Line) -> None:
        await until(lambda: line.ended)

    async with hotline(slow) as there, phone(there) as caller:
        branch = "z9hG4bKearly"
        caller.send(caller.request("INVITE", body=OFFER, branch=branch))
        await caller.receive("SIP/2.0 180")
        caller.send(caller.request("CANCEL", branch=branch))
        assert {await caller.status("CANCEL"), await caller.status()} == {200, 487}
        caller.send(caller.request("ACK", branch=branch))
        await there.idle()


async def test_bye_while_it_rings() -> None:
    async def slow(line: Line) -> None:
        await until(lambda: line.ended)

    async with hotline(slow) as there, phone(there) as caller:
        branch = "z9hG4bKringing"
        caller.send(caller.request("INVITE", body=OFFER, branch=branch))
        ringing = await caller.receive("SIP/2.0 180")
        caller.to = re.search(r"^To:[^\r\n]*(;tag=[^;\r\n]+)", ringing, re.M)[1]  # type: ignore[index]
        caller.send(caller.request("BYE", 2))
        statuses = [(await caller.receive("SIP/2.0 "))[8:11] for _ in range(2)]
        assert sorted(statuses) == ["200", "487"]
        caller.send(caller.request("ACK", branch=branch))
        await there.idle()


@pytest.mark.parametrize(
    ("response", "progress", "reason"),
    [
        ("603 Decline", None, "rejected"),
        ("501 Not Implemented", None, "unsupported"),
        ("202 Accepted", "486 Busy Here", "busy"),
        ("202 Accepted", "480 Temporarily Unavailable", "no_answer"),
        ("202 Accepted", "603 Decline", "rejected"),
        ("202 Accepted", "200 OK", None),
    ],
)
async def test_a_transfer_ends_as_the_notification_says(
    caller: Phone, bot: Bot, response: str, progress: str | None, reason: str | None
) -> None:
    await caller.call()
    line = (await bot.talk()).line
    transfer = asyncio.create_task(line.transfer("1001"))
    refer = await caller.receive("REFER")
    assert "Refer-To: <sip:1001@127.0.0.1>\r\n" in refer
    caller.send(ok(refer).replace("200 OK", response, 1))
    for number, status in enumerate(filter(None, ["100 Trying", progress] if progress else []), start=2):
        body = f"SIP/2.0 {status}\n"
        notify = caller.request("NOTIFY", number, body=body, Event="refer", Subscription_State="active")
        caller.send(notify.replace("application/sdp", "message/sipfrag"))
        assert await caller.status("NOTIFY") == 200
    if reason is None:
        await transfer
        assert line.ended == "transferred"
    else:
        with pytest.raises(TransferFailed) as failure:
            await transfer
        assert failure.value.reason == reason
        assert line.ended is None


async def test_a_caller_who_leaves_upon_a_transfer_has_been_transferred(caller: Phone, bot: Bot) -> None:
    await caller.call()
    line = (await bot.talk()).line
    transfer = asyncio.create_task(line.transfer("sip:agent@example.org"))
    caller.send(ok(await caller.receive("REFER")).replace("200 OK", "202 Accepted", 1))
    caller.send(caller.request("BYE", 2))
    await transfer
    assert line.ended == "transferred"


async def test_torture_leaves_the_server_answering(caller: Phone, there: Hotline) -> None:
    odd = "!interesting-Method0123456789_*+`.%indeed'~"
    options = caller.request("OPTIONS")
    for message in [
        b"\0" * 100,
        b"\r\n\r\n",
        *(os.urandom(size) for size in (1, 12, 500, 1400)),
        b"INVITE\r\n\r\n",
        b"SIP/2.0\r\n\r\n",
        b"SIP/2.0 abc OK\r\n\r\n",
        options.replace("Max-Forwards", f"X-Big: {'A' * 60000}\r\nMax-Forwards"),
        options.replace("Max-Forwards", "".join(f"X-{n}: v\r\n" for n in range(3000)) + "Max-Forwards"),
        caller.request("OPTIONS", Via=",".join([f"SIP/2.0/UDP 127.0.0.1:{caller.port};branch=z9hG4bKx"] * 500)),
        caller.request("OPTIONS", Via="SIP/2.0/UDP nowhere:99999;branch=z9hG4bKy"),
        caller.request("OPTIONS", Via="garbage"),
        caller.request("OPTIONS", Via=None),
        caller.request("OPTIONS", Subject="\xff\xfe\x80"),
        caller.request(odd),
        options.replace("sip:1900", "nobodyKnowsThisScheme:opaque", 1),
        caller.request("INVITE", body=OFFER, Contact="<<<>", From="x", To="y"),
        caller.request("ACK", body=OFFER),
        options.replace("OPTIONS sip", "SIP/2.0 200 OK", 1),
    ]:
        caller.send(message)
    await answers_a_good_call(there)


@settings(max_examples=300)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_message_or_bad(data: bytes, prefixed: bool) -> None:
    with contextlib.suppress(BadMessage):
        read(b"INVITE sip:a SIP/2.0\r\nVia: " + data if prefixed else data, ("127.0.0.1", 5060))


@pytest.mark.parametrize(
    ("address", "expected"),
    [("sip:0912@host:5060;user=phone", "0912"), ("tel:+84912;x=y", "+84912"), ("sip:host", "host"), ("", "")],
)
def test_the_number_in_an_address(address: str, expected: str) -> None:
    assert user(address) == expected
