"""The scripted calls of `voicebot bench dialogue`: that they make sense, and are in words that nobody has taught."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.left_behind import KINDS, left, new, score
from benchmarks.scripted import Script, scripts
from benchmarks.world import furnish
from services.database import Database
from services.procedures import BUNDLED
from tests.dialogs.test_nlu_data import TRAINING, folded

ACTIONS = Path(__file__).parents[2] / "dialogs" / "actions"
TAUGHT = {folded(text) for _, text in TRAINING}
SCRIPTS = scripts()
ANYBODYS = 4  # syllables: what is as short as "đúng rồi cháu ạ" everybody says
TASKS = {
    *("question", "guide", "field", "legal", "dossier", "queue", "form", "complaint", "scam", "message", "call_back"),
    *("survey", "resume", "person", "emergency", "manners"),
}


def recorded() -> set[str]:
    """Names under which the actions record what they have done."""
    return {
        name
        for path in ACTIONS.rglob("*.py")
        for name in re.findall(r'turn\.record\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }


def sentences(script: Script) -> Iterator[str]:
    for talk in script.talks:
        yield talk.opening
        for _, answers in talk.answers:
            yield from [answers] if isinstance(answers, str) else answers


def test_there_are_enough_of_all_tasks() -> None:
    assert len(SCRIPTS) >= 50
    assert {script.task for script in SCRIPTS} == TASKS
    assert not [name for name, n in Counter(script.id for script in SCRIPTS).items() if n > 1]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_goals_are_what_the_dialogue_can_reach(script: Script) -> None:
    known = {entry["ma_thu_tuc"] for entry in json.loads(BUNDLED.read_text(encoding="utf-8"))["procedures"]}
    for talk in script.talks:
        goal = talk.goal
        assert goal.action or goal.says
        assert goal.action is None or [name for name in recorded() if re.fullmatch(goal.action, name)]
        assert goal.procedure is None or goal.procedure in known
        for pattern in (goal.result, goal.says, *(pattern for pattern, _ in talk.answers)):
            re.compile(pattern)
    assert script.leaves.keys() <= KINDS.keys()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_nobody_has_taught_their_sentences(script: Script) -> None:
    said = [folded(text) for text in sentences(script)]
    assert not [text for text in said if text in TAUGHT and len(text.split()) > ANYBODYS]


def test_what_calls_find_is_there(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/hotline.db")
    database.migrate()
    before = left(database)
    furnish(database)
    there = new(before, left(database))
    assert {"ward": "Phường Kim Liên", "start": "2026-03-05T14:00+07:00", "phone": "0987111222", "state": "booked"} in (
        there["booking"]
    )
    database.close()


def test_slots_are_counted_one_by_one() -> None:
    wanted: dict[str, list[dict[str, Any]]] = {
        "booking": [{"ward": "Phường Láng", "phone": "0912345678"}], "survey": [{"satisfaction": 5}],
    }  # fmt: skip
    assert score(wanted, wanted).perfect
    wrong = score({"booking": [{"ward": "Phường Láng", "phone": "0912345670"}, {"ward": "Phường Láng"}]}, wanted)
    assert (wrong.right, wrong.found, wrong.wanted) == (1, 3, 3)
    assert wrong.precision == pytest.approx(1 / 3)
    assert score({}, {}).f1 == 1
