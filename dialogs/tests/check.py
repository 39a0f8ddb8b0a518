"""All checks that need Rasa, in one process because importing it takes longest.

cd dialogs && PYTHONPATH=.. .venv/bin/python tests/check.py MODEL.tar.gz OUTPUT_FOLDER
"""

from __future__ import annotations

import sys
import unittest

from dialogs.lean_rasa import leave_out_tensorflow

leave_out_tensorflow()

from rasa.__main__ import main as rasa  # noqa: E402


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
    data = ("--domain", "domain", "--data", "data")
    run_rasa("data", "validate", "--config", "config.yml", "--fail-on-warnings", *data)
    stories = ("--stories", "tests/test_stories.yml")
    run_rasa("test", "core", "--model", model, *stories, "--out", out, "--fail-on-prediction-errors")


if __name__ == "__main__":
    main(*sys.argv[1:])
