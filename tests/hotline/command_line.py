"""`voicebot …` run in this process, which is quick."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping

from typer.testing import CliRunner

from hotline.cli import app

Result = subprocess.CompletedProcess[str]
Command = Callable[..., Result]


def in_process(environment: Mapping[str, str], *first: str) -> Command:
    """`first` are words that every command begins with. Settings of the environment outside are not seen."""

    def run(*arguments: object, **variables: str) -> Result:
        foreign = {name: None for name in os.environ if name.startswith(("VOICEBOT", "HF_"))}
        words = [*first, *map(str, arguments)]
        done = CliRunner().invoke(app, words, env=foreign | environment | variables)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Result(words, done.exit_code, done.stdout, done.stderr)

    return run
