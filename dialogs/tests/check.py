"""All checks that need Rasa, in one process because importing it takes longest.

cd dialogs && PYTHONPATH=.. .venv/bin/python tests/check.py MODEL.tar.gz OUTPUT_FOLDER
"""

from __future__ import annotations

import asyncio
import logging
import sys
import unittest
from pathlib import Path

from dialogs.lean_rasa import leave_out_tensorflow

leave_out_tensorflow()

from rasa.__main__ import main as rasa  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402

ACCURACY = 0.88  # of intents on wordings that are in no training data; measured: see docs/benchmarks.md
UNKNOWN = {"nlu_fallback": "khong_ro"}  # to the rules they are one


async def accuracy(model: str, held_out: Path) -> float:
    logging.disable(logging.INFO)  # debug lines quote every sentence
    agent, examples = Agent.load(model), load_data(str(held_out)).intent_examples
    right = 0
    for example in examples:
        parsed = await agent.parse_message(example.get("text"))
        intent = parsed["intent"]["name"]
        right += UNKNOWN.get(intent, intent) == example.get("intent")
    print(f"intents: {right} of {len(examples)} held-out sentences are right ({right / len(examples):.1%})")
    return right / len(examples)


def run_rasa(*arguments: str) -> None:
    """Ends the process with Rasa's exit status when it reports a failure."""
    sys.argv = ["rasa", *arguments]
    try:
        rasa()
    except SystemExit as stop:
        if stop.code:
            raise


def main(model: str, out: str) -> None:
    result = unittest.TextTestRunner().run(
        unittest.defaultTestLoader.loadTestsFromName("dialogs.tests.test_inside_rasa")
    )
    if not result.wasSuccessful():
        sys.exit("tests inside Rasa failed")
    if asyncio.run(accuracy(model, Path("tests/nlu_heldout.yml"))) < ACCURACY:
        sys.exit("intents: too many are wrong")
    data = ("--domain", "domain", "--data", "data")
    run_rasa("data", "validate", "--config", "config.yml", "--fail-on-warnings", *data)
    stories = ("--stories", "tests/test_stories.yml")
    run_rasa("test", "core", "--model", model, *stories, "--out", out, "--fail-on-prediction-errors")


if __name__ == "__main__":
    main(*sys.argv[1:])
