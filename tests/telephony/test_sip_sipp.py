"""The server against sipp, an implementation of SIP that is not ours. The scenarios lie in sipp/."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sip_support import Bot, Hotline, hotline, until

from voicebot.line import Line, TransferFailed

SCENARIOS = Path(__file__).parent / "sipp"

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="needs sipp (Debian: sip-tester)")


async def sipp(there: Hotline, scenario: str, tmp_path: Path, calls: int = 1, rate: int = 10) -> None:
    """Plays the scenario; fails with what sipp says unless every call went as written."""
    host, port = there.server.address
    process = await asyncio.create_subprocess_exec(
        "sipp", f"{host}:{port}", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", host, "-mi", host, "-s", "600",
        "-m", str(calls), "-l", str(calls), "-r", str(rate), "-timeout", "30", "-timeout_error",
        "-recv_timeout", "10000", "-nostdin", "-trace_err", "-error_file", str(tmp_path / "errors"),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            status = await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    errors = tmp_path / "errors"
    assert status == 0, errors.read_text() if errors.exists() else f"sipp ended with {status}"


@pytest.mark.parametrize("scenario", ["call", "delayed_offer", "hold", "options"])
async def test_calls_go_as_written(scenario: str, tmp_path: Path) -> None:
    bot = Bot()
    async with hotline(bot) as there:
        await sipp(there, scenario, tmp_path)
        await there.idle()
    assert [talk.line.ended for talk in bot.talks] == ([] if scenario == "options" else ["caller_hung_up"])


async def test_many_calls_at_once(tmp_path: Path) -> None:
    bot = Bot()
    async with hotline(bot, limit=30) as there:
        await sipp(there, "call", tmp_path, calls=30, rate=30)
        await there.idle()
    assert {talk.line.ended for talk in bot.talks} == {"caller_hung_up"}
    assert len({talk.line.info.call_id for talk in bot.talks}) == 30


async def test_the_caller_gives_up_while_it_rings(tmp_path: Path) -> None:
    async def slow(line: Line) -> None:
        await until(lambda: line.ended)

    async with hotline(slow) as there:
        await sipp(there, "cancel", tmp_path)
        await there.idle()


async def test_past_the_cap(tmp_path: Path) -> None:
    async with hotline(Bot(), limit=0) as there:
        await sipp(there, "busy", tmp_path)


async def test_the_bot_hangs_up(tmp_path: Path) -> None:
    async def brief(line: Line) -> None:
        line.start(lambda: None)
        await asyncio.sleep(0.3)

    async with hotline(brief) as there:
        await sipp(there, "hung_up_on", tmp_path)


async def test_a_transfer_is_refused_then_done(tmp_path: Path) -> None:
    outcomes: list[str] = []

    async def hand_over(line: Line) -> None:
        line.start(lambda: None)
        await asyncio.sleep(0.2)
        for _ in range(2):
            try:
                await line.transfer("1001")
                outcomes.append(str(line.ended))
            except TransferFailed as failure:
                outcomes.append(failure.reason)

    async with hotline(hand_over) as there:
        await sipp(there, "transferred", tmp_path)
        await there.idle()
    assert outcomes == ["busy", "transferred"]
