"""Whether the dialogue understands sentences that nobody trained it on, and whether callers get done what they want.

voicebot bench dialogue [--voice] [--only intents|calls] [--script ID] [--show] [--json]

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
from benchmarks.left_behind import Score, Slots, left, new, score
from benchmarks.scripted import Hear, Led, Script, lead, scripts, written
from benchmarks.synthetic import readings
from benchmarks.world import furnish
from dialogs.training import TrainingFailed
from hotline.chat import converse
from hotline.config import load_config
from language import vi
from services.database import Database
from voicebot.dialogue import CallerTurn, Dialogue
from voicebot.expectation import Expectation
from voicebot.recognition import Model, load_model

WORST = 10  # intents that are named
HELD_OUT = Path(__file__).parents[1] / "dialogs" / "tests" / "nlu_heldout.yml"


@dataclass(frozen=True)
class Parsed:
    said: str
    heard: str
    intent: str
    found: str


@dataclass(frozen=True)
class Called:
    """How the calls of a script went, and what they have left behind."""

    led: Led
    left: Mapping[str, Sequence[Slots]]

    @property
    def script(self) -> Script:
        return self.led.script

    @property
    def score(self) -> Score:
        return score(self.left, self.script.leaves)

    def as_row(self) -> dict[str, Any]:
        found = {"reached": self.led.reached, "turns": self.led.turns, "left": dict(self.left), **vars(self.score)}
        return {"id": self.script.id, **found}


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


async def call_all(
    dialogue: Dialogue, database: Database, chosen: Sequence[Script], hear: Hear, progress: Console
) -> list[Called]:
    furnish(database)
    called, before = list[Called](), left(database)
    for script in chosen:
        led = await lead(dialogue, script, hear)
        after = left(database)
        called.append(Called(led, new(before, after)))
        before = after
        progress.print(f"call {len(called)}", style="dim", end="\r")
    return called


async def measure(args: argparse.Namespace, progress: Console) -> tuple[list[Parsed], list[Called]]:
    hear = Ears(load_model(load_config().recognition, vi.write)).hear if args.voice else written
    chosen = [script for script in scripts() if args.script in (None, script.id)] if args.only != "intents" else []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with dialogue_server(Path(folder)) as (dialogue, database):
            parsed = await parse_all(dialogue, hear, progress) if args.only != "calls" else []
            return parsed, await call_all(dialogue, database, chosen, hear, progress)


def report_intents(parsed: Sequence[Parsed], show: bool) -> None:
    right = Counter(p.intent for p in parsed if p.intent == p.found)
    print(f"intents: {right.total()} of {len(parsed)} sentences ({right.total() / len(parsed):.1%})")
    all_ = Counter(p.intent for p in parsed)
    worst = sorted(all_, key=lambda intent: right[intent] / all_[intent])[:WORST]
    print("\n".join(f"  {intent}: {right[intent]} of {all_[intent]}" for intent in worst))
    for p in parsed:
        if show and p.intent != p.found:
            print(f"{p.said!r} heard {p.heard!r}: {p.found}, not {p.intent}")


def report_calls(called: Sequence[Called], show: bool) -> None:
    done = Counter(call.script.task for call in called if call.led.reached)
    tasks, total = Counter(call.script.task for call in called), sum((call.score for call in called), Score())
    print(f"calls: {done.total()} of {len(called)} reached their goal ({done.total() / len(called):.1%})")
    print("\n".join(f"  {task}: {done[task]} of {all_}" for task, all_ in tasks.items()))
    kept = sum(call.led.reached and call.score.perfect for call in called)
    print(f"left behind: all of it right after {kept} of {len(called)}; {total.wanted} slots, precision", end=" ")
    print(f"{total.precision:.3f}, recall {total.recall:.3f}, F1 {total.f1:.3f}")
    for call in called:
        if show and not (call.led.reached and call.score.perfect):
            print("\n".join([f"\n{call.script.id}: {'' if call.led.reached else 'not '}reached", *call.led.words]))
        if show and not call.score.perfect:
            print(f"left {dict(call.left)}\nnot  {dict(call.script.leaves)}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", action="store_true", help="through synthetic speech and the recogniser")
    parser.add_argument("--only", choices=["intents", "calls"])
    parser.add_argument("--script", metavar="ID", help="one scripted call alone")
    parser.add_argument("--show", action="store_true", help="what went wrong, with the words of the calls")
    parser.add_argument("--json", action="store_true", help="one JSON object per sentence and call")
    args = parser.parse_args(arguments)
    logging.disable(logging.INFO)
    try:
        parsed, called = asyncio.run(measure(args, Console(stderr=True)))
    except (ServerFailed, TrainingFailed) as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        rows = [vars(p) for p in parsed] + [call.as_row() for call in called]
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return 0
    if parsed:
        report_intents(parsed, args.show)
    if called:
        report_calls(called, args.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
