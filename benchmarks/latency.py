"""Voice-to-voice latency of a running hotline, over real SIP through everything, and how often it cuts callers in.

voicebot bench latency [--questions 30] [--pauses 20] [--json]

Latency is measured on the wire: from the last audible packet of the question to the first audible one of the answer.
The stages come from the hotline's own records. A cut-in is the bot becoming audible before a caller who pauses in
mid-sentence has finished.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.synthetic import ACCENTS, HELD_OUT_VARIANTS, Reading
from hotline.caller import CallEvent, CallFailed, ScriptedCaller
from hotline.config import Config, load_config
from services.calls import CallRecords
from services.database import Database
from voicebot.audio import RATE, Samples

QUESTIONS = (
    """
làm giấy khai sinh cho cháu cần giấy tờ gì|đăng ký kết hôn hết bao nhiêu tiền ạ|làm lại thẻ căn cước thì nộp ở đâu
đăng ký tạm trú mất mấy ngày|cấp hộ chiếu hết bao nhiêu tiền|đổi bằng lái xe cần những giấy tờ gì ạ
làm lý lịch tư pháp bao lâu thì có|xin giấy xác nhận độc thân nộp ở đâu|khai tử cho cụ cần giấy tờ gì hả cháu
đăng ký thường trú làm trên mạng được không|làm thẻ bảo hiểm y tế ở đâu ạ|chứng thực bản sao hết bao nhiêu tiền
trợ cấp hưu trí xã hội cần điều kiện gì|thành lập hộ kinh doanh cần giấy tờ gì|sang tên xe nộp hồ sơ ở đâu
cấp lại bằng lái xe hết bao nhiêu tiền|nhận cha mẹ con cần những gì ạ|xác định mức độ khuyết tật nộp ở đâu
đăng ký giám hộ cần giấy tờ gì|đổi thẻ căn cước hết bao nhiêu tiền|tạm ngừng kinh doanh làm thế nào
khai báo tạm vắng ở đâu ạ|gia hạn tạm trú mất mấy ngày|làm căn cước cho trẻ em cần giấy tờ gì
mai táng phí cựu chiến binh cần giấy tờ gì|chứng thực chữ ký hết bao nhiêu tiền|đăng ký lại khai sinh nộp ở đâu
cấp bản sao giấy khai sinh mất mấy ngày|nuôi con nuôi cần điều kiện gì|xóa thế chấp sổ đỏ cần giấy tờ gì
""".strip()
    .replace("\n", "|")
    .split("|")
)

PAUSED = """
ờ tôi muốn hỏi|làm giấy khai sinh thì cần những gì
em ơi cho bác hỏi|đăng ký kết hôn hết bao nhiêu tiền
tôi muốn làm lại|thẻ căn cước thì nộp ở đâu ạ
cho tôi hỏi là|đăng ký tạm trú mất mấy ngày
nhà tôi có cụ|mới mất thì làm giấy khai tử thế nào
thế bây giờ|làm hộ chiếu hết bao nhiêu tiền
tôi có đứa cháu|chưa làm giấy khai sinh thì phải làm sao
cái giấy|xác nhận tình trạng hôn nhân thì xin ở đâu
tôi muốn đổi|bằng lái xe cần giấy tờ gì
à cho bác hỏi về|trợ cấp hưu trí xã hội cần điều kiện gì
bác năm nay|bảy mươi sáu tuổi có được trợ cấp không
con trai tôi muốn|mở hộ kinh doanh thì cần giấy tờ gì
tôi mua cái xe|bây giờ sang tên thì nộp hồ sơ ở đâu
cho tôi hỏi làm|thẻ bảo hiểm y tế thì đến chỗ nào
giấy tờ nhà tôi bị mất|giờ xin cấp lại thì làm thế nào
nếu mà tôi nhờ|con tôi đi làm hộ thì có được không
tôi ở quê ra|muốn đăng ký tạm trú thì cần gì
vợ chồng tôi|muốn nhận con nuôi thì cần điều kiện gì
tôi muốn hỏi cái|lý lịch tư pháp bao lâu thì có
ông nhà tôi là|cựu chiến binh thì mai táng phí thế nào
""".strip().splitlines()

PAUSES = [0.5, 0.75, 1.0, 1.25, 1.5]  # s, in turn
VOICES = [f"{accent}+{variant}" for variant in HELD_OUT_VARIANTS for accent in ACCENTS]


@dataclass
class Results:
    wire: list[float] = field(default_factory=list)  # ms
    stages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    paused: int = 0
    cut_in: list[str] = field(default_factory=list)
    early: int = 0  # turns committed in the pause, whether or not we were heard


async def measure(config: Config, questions: Sequence[str], paused: Sequence[str], console: Console) -> Results:
    results = Results()
    for number, question in enumerate(questions):
        caller, events, problem = await _place(config, _speech(number, question))
        answer = next((e.latency_ms for e in reversed(events) if e.event == "bot_started" and e.latency_ms), None)
        if problem or answer is None:
            results.failed.append(f"{question}: {problem or 'no answer'}")
        else:
            results.wire.append(answer)
        await _add_stages(config, caller.call_id, results)
        console.print(f"{number + 1}/{len(questions)} {answer} ms", style="dim")
    for number, halves in enumerate(paused):
        pause = PAUSES[number % len(PAUSES)]
        first, second = halves.split("|")
        speech = _with_pause(number, first, second, pause)
        _, events, problem = await _place(config, speech)
        if problem:
            results.failed.append(f"{halves}: {problem}")
        _judge(halves, pause, events, results)
        console.print(f"{number + 1}/{len(paused)} with a pause of {pause} s", style="dim")
    return results


async def _place(config: Config, speech: Samples) -> tuple[ScriptedCaller, list[CallEvent], str | None]:
    events: list[CallEvent] = []
    to = f"sip:bench@127.0.0.1:{config.sip.port}"
    caller = ScriptedCaller(to, events.append, config.redis_url, config.journal.stream)
    try:
        await caller.call([speech], hear_out=False)
    except CallFailed as error:
        return caller, events, str(error)
    return caller, events, None


def _speech(number: int, text: str) -> Samples:
    return Reading(text, VOICES[number % len(VOICES)], 145).speak()


def _with_pause(number: int, first: str, second: str, pause: float) -> Samples:
    """Both halves with exactly `pause` seconds between the last sound of one and the first of the other."""
    silence = np.zeros(round(pause * RATE), np.int16)
    return np.concatenate([_trimmed(_speech(number, first)), silence, _trimmed(_speech(number, second))])


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 300)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples


def _judge(halves: str, pause: float, events: list[CallEvent], results: Results) -> None:
    results.paused += 1
    began = next((e.at for e in events if e.event == "caller_started"), 0.0)
    ended = next((e.at for e in events if e.event == "caller_stopped"), 0.0)
    within = [e for e in events if began < e.at < ended]
    results.early += any(e.event == "heard" for e in within)
    if any(e.event == "bot_started" for e in within):
        results.cut_in.append(f"{halves} ({pause} s)")


async def _add_stages(config: Config, call_id: str, results: Results) -> None:
    records = CallRecords(Database(config.database.url))
    limit = time.monotonic() + 5
    while time.monotonic() < limit:
        record = records.show(call_id)
        if record and record["outcome"]:
            for stage, took in record["turns"][-1]["latency_ms"].items():
                results.stages[stage].append(took)
            return
        await asyncio.sleep(0.1)


def summary(results: Results) -> dict[str, object]:
    rows = {"wire": results.wire, **results.stages}
    return {
        "questions": len(results.wire),
        "failed": results.failed,
        "ms": {name: _percentiles(values) for name, values in rows.items() if values},
        "paused": results.paused,
        "cut_in": results.cut_in,
        "early": results.early,
    }


def _percentiles(values: list[float]) -> dict[str, float]:
    return {f"p{q}": round(float(np.percentile(values, q)), 0) for q in (50, 95)} | {"max": round(max(values), 0)}


def table(results: Results) -> Table:
    made = Table("stage (ms from the caller's end)", "p50", "p95", "max")
    for name, values in {"voice to voice, on the wire": results.wire, **results.stages}.items():
        if values:
            made.add_row(name, *(f"{value:.0f}" for value in _percentiles(values).values()))
    made.caption = f"{len(results.cut_in)} of {results.paused} cut in, {results.early} turns ended early"
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=len(QUESTIONS))
    parser.add_argument("--pauses", type=int, default=len(PAUSED))
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    args = parser.parse_args(arguments)
    progress = Console(stderr=True)
    results = asyncio.run(measure(load_config(), QUESTIONS[: args.questions], PAUSED[: args.pauses], progress))
    for problem in results.failed:
        progress.print(problem, style="red")
    if args.json:
        sys.stdout.write(json.dumps(summary(results), ensure_ascii=False) + "\n")
    else:
        Console().print(table(results))
        for cut in results.cut_in:
            print("cut in:", cut)
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
