"""The chat API on a real server, around a dialogue by script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from telephony.chat.api import ChatApi
from telephony.chat.calls import WrittenCalls
from telephony.chat.messages import PATH
from telephony.settings import ChatSettings
from tests.voicebot.written_dialogue import PROMPTS, Surroundings
from voicebot.written_call import Record

OWN_TOKEN = "own-token-of-tests"
OWN = {"Authorization": f"Bearer {OWN_TOKEN}"}


@dataclass
class Site:
    around: Surroundings
    calls: WrittenCalls
    http: TestClient[web.Request, web.Application]
    records: dict[str, Record]

    async def post(self, headers: dict[str, str] | None = None, **request: Any) -> dict[str, Any]:
        """The answer to what must be accepted."""
        response = await self.http.post(PATH, json=request, headers=headers)
        assert response.status == 200, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer

    async def refused(self, status: int, response: ClientResponse) -> dict[str, Any]:
        assert response.status == status, await response.text()
        answer: dict[str, Any] = await response.json()
        assert set(answer) == {"error", "message", "detail"}
        assert answer["message"] == PROMPTS[answer["error"]][0]
        return answer


def texts(answer: dict[str, Any]) -> list[str]:
    return [reply["text"] for reply in answer["replies"]]


@asynccontextmanager
async def site(**settings: Any) -> AsyncIterator[Site]:
    around, records = Surroundings(), dict[str, Record]()
    chosen = ChatSettings(**settings)
    calls = WrittenCalls(around.parts, chosen)

    async def recorded(call_id: str) -> Record | None:
        return records.get(call_id)

    api = ChatApi(calls, chosen, PROMPTS, OWN_TOKEN, recorded, lambda: around.now)
    app = web.Application(client_max_size=256 * 1024)
    app.add_routes(api.routes())
    app.on_shutdown.append(api.close)
    async with TestClient(TestServer(app)) as http:
        yield Site(around, calls, http, records)
