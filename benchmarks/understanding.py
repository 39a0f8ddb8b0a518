"""Whether spoken questions are understood: held-out voices, through G.711, recogniser, dialogue, search.

voicebot bench understanding [--questions 100] [--json]

Needs a running hotline. A question counts when both the procedure and what is asked about it are right.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console

from benchmarks.conditions import telephone
from benchmarks.synthetic import readings
from hotline.chat import converse
from hotline.config import load_config
from language import vi
from services.procedures import BUNDLED
from voicebot.dialogue import CallerTurn
from voicebot.rasa_client import RasaDialogue
from voicebot.recognition import load_model

# None of these wordings is training data of the dialogue or of the recogniser.
TEMPLATES = [
    ("bác muốn {} thì giấy tờ phải mang đi gồm những gì hả cháu", "documents"),
    ("{} hết chừng bao nhiêu tiền vậy em", "fee"),
    ("cho hỏi muốn {} thì đến chỗ nào nộp hồ sơ ạ", "where"),
    ("{} thì khoảng bao nhiêu ngày mới xong", "time"),
    ("tôi có thể {} ở trên mạng được hay không", "online"),
    ("em hướng dẫn giúp chị các bước {} với", "steps"),
    ("nhà bác cần {} thì chuẩn bị trước những giấy tờ nào", "documents"),
]


@dataclass(frozen=True)
class Outcome:
    asked: str
    heard: str
    voice: str
    code: str
    aspect: str
    found: str | None
    found_aspect: str | None

    @property
    def right(self) -> bool:
        return (self.code, self.aspect) == (self.found, self.found_aspect)


async def measure(count: int, progress: Console) -> list[Outcome]:
    config = load_config()
    model = load_model(config.recognition, vi.write)
    asked = _questions(count)
    dialogue, outcomes = RasaDialogue(config.dialogue_settings), []
    try:
        for (text, code, aspect), reading in zip(asked, readings([text for text, _, _ in asked]), strict=True):
            heard = model.transcribe(telephone(reading.speak()))
            row = await converse(
                dialogue,
                CallerTurn(
                    f"bench-{uuid.uuid4().hex[:16]}", 1, heard.text, spoken=heard.spoken, confidence=heard.confidence,
                    alternatives=[h.spoken for h in heard.alternatives],
                ),
            )  # fmt: skip
            outcomes.append(Outcome(text, heard.spoken, reading.voice, code, aspect, row["procedure"], row["aspect"]))
            progress.print(f"{len(outcomes)}/{len(asked)}", style="dim", end="\r")
    finally:
        await dialogue.close()
    return outcomes


def _questions(count: int) -> list[tuple[str, str, str]]:
    """Every procedure in turn, the wordings in turn with a shift each round."""
    procedures = json.loads(BUNDLED.read_text("utf-8"))["procedures"]
    found = []
    for number in range(count):
        procedure = procedures[number % len(procedures)]
        template, aspect = TEMPLATES[(number + number // len(procedures)) % len(TEMPLATES)]
        found.append((template.format(procedure["ten_noi"]), procedure["ma_thu_tuc"], aspect))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="one JSON object per question")
    args = parser.parse_args(arguments)
    outcomes = asyncio.run(measure(args.questions, Console(stderr=True)))
    if args.json:
        sys.stdout.writelines(json.dumps(asdict(o) | {"right": o.right}, ensure_ascii=False) + "\n" for o in outcomes)
        return 0
    for o in outcomes:
        if not o.right:
            print(f"{o.voice}: {o.asked!r} heard {o.heard!r}: {o.found} {o.found_aspect}, not {o.code} {o.aspect}")
    procedure = sum(o.code == o.found for o in outcomes)
    print(f"{sum(o.right for o in outcomes)} of {len(outcomes)} right; the procedure in {procedure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
