"""Writing to the whole hotline: command and API, through Rasa, into the records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import aiohttp
import pytest

from hotline.config import ROOT
from telephony.chat.messages import PATH
from tests.whole.conftest import Hotline, await_true

pytestmark = [pytest.mark.whole, pytest.mark.timeout(900)]


async def ask(hotline: Hotline, **request: Any) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.post(hotline.web + PATH, json=request) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def test_a_citizen_writes_and_operators_see_it(hotline: Hotline) -> None:
    first = await ask(hotline, message="lệ phí cấp hộ chiếu bao nhiêu")
    assert any("hộ chiếu" in reply["text"] for reply in first["replies"])
    await ask(hotline, session=first["session"], message="cảm ơn em")
    await ask(hotline, session=first["session"], end=True)
    await_true(lambda: any(call["line"] == "chat" for call in hotline.records.list()), 20)
    call_id = next(call["call_id"] for call in hotline.records.list() if call["line"] == "chat")
    record = hotline.record(call_id)
    assert (record["outcome"], record["reason"]) == ("answered", "caller_hung_up")
    assert [turn["heard"] for turn in record["turns"] if turn["turn"]] == ["lệ phí cấp hộ chiếu bao nhiêu", "cảm ơn em"]
    assert record["turns"][1]["answers"][0]["source"]


def test_text_calls_have_the_fields_that_scripts_read(hotline: Hotline) -> None:
    command = [sys.executable, "-m", "hotline", "chat", "--json", "--now", "2026-03-02T22:00:00+07:00"]
    said = "làm giấy khai sinh cần giấy tờ gì\n\ncho tôi gặp cán bộ\n"
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ.copy(), input=said, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert {
        *("replies", "intent", "confidence", "language", "procedure", "aspect", "candidates", "actions"),
        *("expects", "handover", "latency_ms"),
    } <= set(first)
    assert (first["procedure"], first["aspect"]) == ("1.001193", "documents")
    assert (second["intent"], second["procedure"], second["expects"]) == ("gap_nhan_vien", None, "digits")
