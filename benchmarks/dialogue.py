"""Whether the dialogue understands sentences that nobody trained it on, and whether callers get done what they want.

voicebot bench dialogue [--voice] [--only intents|calls] [--show] [--json]

Starts a dialogue of its own on an empty database. With --voice everything is spoken by held-out voices, sent through
G.711 and recognised; otherwise it is written.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from benchmarks.conditions import telephone
from benchmarks.dialogue_server import ServerFailed, dialogue_server
from benchmarks.scripted import Hear, Led, lead, scripts, written
from benchmarks.synthetic import readings
from dialogs.training import TrainingFailed
from hotline.chat import converse
from hotline.config import load_config
from language import vi
from voicebot.dialogue import CallerTurn, Dialogue
from voicebot.expectation import Expectation
from voicebot.recognition import Model, load_model

HELD_OUT = Path(__file__).parents[1] / "dialogs" / "tests" / "nlu_heldout.yml"


@dataclass(frozen=True)
class Parsed:
    said: str
    heard: str
    intent: str
    found: str


class Ears:
    """Hears by telephone what held-out voices say, each turn another voice."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._turns = itertools.count()

    async def hear(self, said: str, expects: Expectation) -> Mapping[str, Any]:
        return await asyncio.to_thread(self._hear, said, expects)

    def _hear(self, said: str, expects: Expectation) -> Mapping[str, Any]:
        reading = readings([said] * (next(self._turns) % 97 + 1))[-1]
        heard = self._model.transcribe(telephone(reading.speak()), expects)
        return {
            "text": heard.text, "spoken": heard.spoken, "confidence": heard.confidence,
            "alternatives": [other.spoken for other in heard.alternatives],
        }  # fmt: skip


def held_out() -> list[tuple[str, str]]:
    """(intent, sentence) of the dialogue's held-out examples."""
    loaded = yaml.safe_load(HELD_OUT.read_text(encoding="utf-8"))
    return [
        (entry["intent"], line.removeprefix("- ").strip())
        for entry in loaded["nlu"]
        for line in entry["examples"].splitlines()
    ]


async def parse_all(dialogue: Dialogue, hear: Hear, progress: Console) -> list[Parsed]:
    """Each sentence as the first of a call."""
    found = []
    for intent, said in held_out():
        heard = await hear(said, Expectation.OPEN)
        turn = CallerTurn(f"bench-{uuid.uuid4().hex[:16]}", 1, **heard)
        row = await converse(dialogue, turn) if heard["text"].strip() else {"intent": "khong_ro"}
        found.append(Parsed(said, str(heard["spoken"]), intent, row["intent"]))
        progress.print(f"sentence {len(found)}", style="dim", end="\r")
    return found


async def measure(args: argparse.Namespace, progress: Console) -> tuple[list[Parsed], list[Led]]:
    hear = Ears(load_model(load_config().recognition, vi.write)).hear if args.voice else written
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with dialogue_server(Path(folder)) as (dialogue, _):
            parsed = await parse_all(dialogue, hear, progress) if args.only != "calls" else []
            led = []
            for script in scripts() if args.only != "intents" else []:
                led.append(await lead(dialogue, script, hear))
                progress.print(f"call {len(led)}", style="dim", end="\r")
    return parsed, led


def report(parsed: Sequence[Parsed], led: Sequence[Led], show: bool) -> None:
    if parsed:
        right = sum(p.intent == p.found for p in parsed)
        print(f"intents: {right} of {len(parsed)} sentences ({right / len(parsed):.1%})")
    if led:
        done, tasks = Counter(call.script.task for call in led if call.reached), Counter(c.script.task for c in led)
        print(f"calls: {done.total()} of {len(led)} reached their goal ({done.total() / len(led):.1%})")
        print("\n".join(f"  {task}: {done[task]} of {all_}" for task, all_ in tasks.items()))
    if show:
        for p in parsed:
            if p.intent != p.found:
                print(f"{p.said!r} heard {p.heard!r}: {p.found}, not {p.intent}")
        for call in led:
            if not call.reached:
                print("\n".join([f"\n{call.script.id}:", *call.words]))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", action="store_true", help="through synthetic speech and the recogniser")
    parser.add_argument("--only", choices=["intents", "calls"])
    parser.add_argument("--show", action="store_true", help="what went wrong, with the words of the calls")
    parser.add_argument("--json", action="store_true", help="one JSON object per sentence and call")
    args = parser.parse_args(arguments)
    logging.disable(logging.INFO)
    try:
        parsed, led = asyncio.run(measure(args, Console(stderr=True)))
    except (ServerFailed, TrainingFailed) as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        rows = [vars(p) for p in parsed] + [{"id": c.script.id, "reached": c.reached, "turns": c.turns} for c in led]
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        report(parsed, led, args.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
