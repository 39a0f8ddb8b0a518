"""The process that takes the calls, when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.config import ROOT


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("VOICEBOT__RECOGNITION__MODEL", "/nowhere/model", "recognition model /nowhere/model: no such directory"),
        ("VOICEBOT__SYNTHESIS__VOICE", "nobody", "espeak-ng, voice nobody: "),
        ("VOICEBOT__SIP__PROT", "5070", "unknown key"),
    ],
)
def test_what_it_cannot_start_with_is_one_sentence(tmp_path: Path, variable: str, value: str, why: str) -> None:
    environment = os.environ | {"VOICEBOT__DATA": str(tmp_path), "VOICEBOT__REDIS__URL": "redis://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-m", "hotline.gateway"],
        cwd=ROOT,
        env=environment | {variable: value},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("gateway: ")
    assert why in last
    assert "Traceback" not in done.stderr
