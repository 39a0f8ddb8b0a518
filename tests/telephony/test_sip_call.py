"""Calls from our own client to the server, over real sockets, on both event loops."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from sip_support import Bot, Hotline, Talk, hotline, is_free, pitch, tone, until

from telephony.sip_client import DialFailed, OutgoingLine, dial
from voicebot.line import Heard, Line, TransferFailed


async def talk_over(line: OutgoingLine, hertz: float, tasks: asyncio.TaskGroup) -> Talk:
    line.start(tone(hertz))
    talk = Talk(line)
    tasks.create_task(talk.listen())
    return talk


@pytest.mark.parametrize("codec", ["PCMA", "PCMU"])
async def test_each_side_hears_the_other(codec: Literal["PCMA", "PCMU"]) -> None:
    bot = Bot()
    async with hotline(bot) as there, asyncio.TaskGroup() as tasks:
        line = await dial(there.uri("600"), caller="0912345678", codec=codec)
        here = await talk_over(line, 900, tasks)
        await here.heard(60)
        far = await bot.talk()
        assert pitch(here.frames) == pytest.approx(600, abs=5)
        assert pitch(far.frames) == pytest.approx(900, abs=5)
        assert (far.line.info.caller, far.line.info.called, far.line.info.kind) == ("0912345678", "600", "sip")
        assert line.remote_call_id == far.line.info.call_id
        assert far.line.ended is None
        await line.hang_up()
        await there.idle()
    assert (line.ended, far.line.ended) == ("hung_up", "caller_hung_up")
    assert far.line.statistics.frames_in >= 60
    assert far.line.statistics.lost == 0


async def test_calls_at_the_same_time_do_not_mix() -> None:
    bot = Bot()
    async with hotline(bot) as there, asyncio.TaskGroup() as tasks:
        lines = await asyncio.gather(*(dial(there.uri(number)) for number in ("400", "700", "1300")))
        talks = [await talk_over(line, 500 + 300 * n, tasks) for n, line in enumerate(lines)]
        await asyncio.gather(*(talk.heard(60) for talk in talks))
        assert [round(pitch(talk.frames), -1) for talk in talks] == [400, 700, 1300]
        far = {talk.line.info.called: round(pitch(talk.frames), -1) for talk in bot.talks}
        assert far == {"400": 500, "700": 800, "1300": 1100}
        await asyncio.gather(*(line.hang_up() for line in lines))


async def test_the_bot_hangs_up_and_nothing_is_left() -> None:
    async def brief(line: Line) -> None:
        line.start(lambda: None)

    async with hotline(brief) as there:
        line = await dial(there.uri())
        ports = line._endpoint.address[1], line._rtp.port
        line.start(lambda: None)
        async with asyncio.timeout(10):
            assert not [event async for event in line.events() if not isinstance(event, Heard)]
        assert line.ended == "callee_hung_up"
        await line.hang_up()
        assert all(map(is_free, ports))
        await there.idle()
        assert is_free(there.rtp_first)


async def test_a_caller_who_hangs_up_frees_port_and_place() -> None:
    async with hotline(Bot(), limit=1, rtp_first=31000, rtp_last=31001) as there:
        for _ in range(3):
            line = await dial(there.uri())
            assert not is_free(31000)
            await line.hang_up()
            await there.idle()
            assert is_free(31000)


async def test_past_the_cap_callers_hear_busy() -> None:
    async with hotline(Bot(), limit=1) as there:
        line = await dial(there.uri())
        with pytest.raises(DialFailed, match="486 Busy Here") as failure:
            await dial(there.uri())
        assert failure.value.status == 486
        await line.hang_up()
        await there.idle()
        await (await dial(there.uri())).hang_up()


def two_ports_from(other: Hotline) -> dict[str, int]:
    return {"rtp_first": other.rtp_first, "rtp_last": other.rtp_first + 3}


async def test_a_port_that_another_program_has_is_passed_over() -> None:
    async with hotline(Bot()) as first, hotline(Bot(), **two_ports_from(first)) as second:
        lines = [await dial(first.uri()), await dial(second.uri())]
        with pytest.raises(DialFailed, match="503"):
            await dial(second.uri())
        for line in lines:
            await line.hang_up()


async def test_key_presses_arrive_once_and_in_order() -> None:
    bot = Bot()
    async with hotline(bot) as there:
        line = await dial(there.uri())
        line.start(tone(500))
        for key in "4422#*0A":
            line.send_digit(key)
        far = await bot.talk()
        await until(lambda: len(far.keys) >= 8)
        await far.heard(30)
        assert far.keys == "4422#*0A"
        assert pitch(far.frames) == pytest.approx(500, abs=5)
        assert far.line.statistics.lost == 0
        with pytest.raises(ValueError, match="not a key"):
            line.send_digit("x")
        await line.hang_up()


async def test_an_answer_that_breaks_before_it_starts_refuses_the_call() -> None:
    async def broken(line: Line) -> None:
        raise RuntimeError("on purpose")

    async with hotline(broken) as there:
        with pytest.raises(DialFailed, match="480"):
            await dial(there.uri())


async def test_a_caller_who_gives_up_while_it_rings_is_let_go() -> None:
    rung: list[Line] = []

    async def slow(line: Line) -> None:
        rung.append(line)
        await until(lambda: line.ended)
        line.start(lambda: None)  # too late, and harmless

    async with hotline(slow) as there:
        with pytest.raises(DialFailed, match="408"):
            await dial(there.uri(), timeout=0.3)
        await there.idle()
        assert rung[0].ended == "caller_hung_up"
        assert is_free(there.rtp_first)


async def test_nobody_there() -> None:
    with pytest.raises(DialFailed) as failure:
        await dial("sip:1900@127.0.0.1:9", timeout=0.3)
    assert failure.value.status == 408


async def test_a_caller_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="not a caller"):
        await dial("sip:1900@127.0.0.1", caller="a\r\nX: b")


@pytest.mark.parametrize("address", ["", "1900", "http://127.0.0.1", "sip:", "sip:1900@host:99999", "sip:a b@c"])
async def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ValueError, match="not a SIP address"):
        await dial(address)


async def test_a_telephone_that_knows_no_transfer_says_so_and_the_call_goes_on() -> None:
    bot = Bot()
    async with hotline(bot) as there:
        line = await dial(there.uri())
        line.start(tone(500))
        far = await bot.talk()
        with pytest.raises(TransferFailed) as failure:
            await far.line.transfer("1001")
        assert failure.value.reason == "unsupported"
        await far.heard(10)
        assert far.line.ended is None
        await line.hang_up()


async def test_the_server_closes_in_the_middle_of_calls() -> None:
    async with hotline(Bot()) as there:
        lines = [await dial(there.uri()) for _ in range(3)]
        for line in lines:
            line.start(lambda: None)
    await until(lambda: all(line.ended == "callee_hung_up" for line in lines))
    for line in lines:
        await line.hang_up()


async def test_wire_times_are_told() -> None:
    wire: list[tuple[str, int, float]] = []
    async with hotline(Bot()) as there:
        line = await dial(there.uri(), on_wire=lambda way, frame, at: wire.append((way, len(frame), at)))
        line.start(tone(500))
        await until(lambda: len(wire) > 100)
        await line.hang_up()
    assert {length for _, length, _ in wire} == {320}
    out = [at for way, _, at in wire if way == "out"]
    assert out == sorted(out)
    assert {way for way, _, _ in wire} == {"in", "out"}
