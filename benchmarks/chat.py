"""How long citizens who write wait for an answer, with many of them at once, through the chat API of a running hotline.

voicebot bench chat [--users 20] [--turns 15] [--think 4] [--json]

Each user writes as people do, a message after some seconds of thought, in a conversation of its own. Then all of them
write in the same moment, which is the worst that so many people can do. Times are those of the client, HTTP included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console
from rich.table import Table

from hotline.chat import ChatFailed, HotlineChat
from hotline.config import load_config

SENTENCES = """
làm giấy khai sinh cho cháu cần giấy tờ gì|thế hết bao nhiêu tiền|nộp ở đâu ạ|mấy ngày thì có
cho tôi hỏi đăng ký tạm trú|cần giấy tờ gì|nộp ở phường nào|có làm trên mạng được không
bằng lái xe của tôi hết hạn rồi|đổi hết bao nhiêu tiền|bao lâu thì có|cảm ơn em
sổ đỏ nhà tôi bị mất|xin cấp lại thế nào|nộp ở đâu|lâu không
chào em|tôi muốn làm hộ chiếu|lệ phí bao nhiêu|có cần ảnh không
ông nhà tôi mới mất|khai tử cần giấy tờ gì|mấy ngày xong|cảm ơn cháu
mở hộ kinh doanh thì cần gì|làm online được không|hết bao nhiêu tiền|bao lâu
trợ cấp hưu trí xã hội cần điều kiện gì|được bao nhiêu|nộp ở đâu|vâng
lam ly lich tu phap bao lau|het bao nhieu tien|nop o dau|co online khong
em là ai đấy|có ghi âm không|xin giấy xác nhận độc thân|cần những gì
""".strip()

CONVERSATIONS = [line.split("|") for line in SENTENCES.splitlines()]
STAGGER = 2.0  # s within which the users begin


@dataclass
class Times:
    thinking: list[float] = field(default_factory=list)  # ms
    together: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def measure(users: int, turns: int, think: float, rounds: int) -> Times:
    """Users who think, then `rounds` in which all write in the same moment."""
    times = Times()
    async with HotlineChat(load_config()) as chat:
        sessions = [f"bench-{random.randrange(16**12):012x}" for _ in range(users)]
        async with asyncio.TaskGroup() as writing:
            for number, session in enumerate(sessions):
                writing.create_task(_converse(chat, number, session, turns, think, times))
        for turn in range(rounds):
            asked = (_ask(chat, n, session, turns + turn, times, times.together) for n, session in enumerate(sessions))
            await asyncio.gather(*asked)
        for session in sessions:
            await chat.end(session)
    return times


async def _converse(chat: HotlineChat, number: int, session: str, turns: int, think: float, times: Times) -> None:
    await asyncio.sleep(random.uniform(0, STAGGER))
    for turn in range(turns):
        await _ask(chat, number, session, turn, times, times.thinking)
        await asyncio.sleep(random.uniform(0.5 * think, 1.5 * think))


async def _ask(chat: HotlineChat, number: int, session: str, turn: int, times: Times, into: list[float]) -> None:
    sentences = CONVERSATIONS[number % len(CONVERSATIONS)]
    began = time.perf_counter()
    try:
        await chat.turn(session, sentences[turn % len(sentences)])
    except ChatFailed as error:
        times.failed.append(str(error))
    else:
        into.append(1000 * (time.perf_counter() - began))


def summary(times: Times) -> dict[str, object]:
    rows = {"thinking": times.thinking, "together": times.together}
    return {"ms": {name: _percentiles(values) for name, values in rows.items() if values}, "failed": times.failed}


def _percentiles(values: list[float]) -> dict[str, float]:
    found = {f"p{q}": round(float(np.percentile(values, q)), 1) for q in (50, 95)}
    return {"turns": len(values), **found, "max": round(max(values), 1)}


def table(times: Times) -> Table:
    made = Table("ms from message to answer", "turns", "p50", "p95", "max")
    for name, values in (("a message every few seconds", times.thinking), ("all in one moment", times.together)):
        if values:
            made.add_row(name, *(f"{value:.0f}" for value in _percentiles(values).values()))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--turns", type=int, default=15, help="of each user")
    parser.add_argument("--think", type=float, default=4.0, help="s between an answer and the next message")
    parser.add_argument("--rounds", type=int, default=5, help="in which all write in the same moment")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    args = parser.parse_args(arguments)
    times = asyncio.run(measure(args.users, args.turns, args.think, args.rounds))
    for problem in times.failed:
        Console(stderr=True).print(problem, style="red", markup=False)
    if args.json:
        sys.stdout.write(json.dumps(summary(times), ensure_ascii=False) + "\n")
    else:
        Console().print(table(times))
    return 1 if times.failed else 0


if __name__ == "__main__":
    sys.exit(main())
