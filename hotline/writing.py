"""The doors for callers who write, opened by the gateway: the chat API, and Zalo's webhook."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

import yaml
from aiohttp import web

from hotline.config import ROOT, Config
from services.calls import CallRecords
from services.database import Database, DatabaseError
from services.zalo import ZaloAccount
from telephony.chat.api import ChatApi
from telephony.chat.calls import WrittenCalls
from telephony.chat.zalo import ZaloWebhook
from voicebot.call_parts import Desk, EventLog
from voicebot.dialogue import Dialogue
from voicebot.written_call import Record, WrittenParts

log = logging.getLogger(__name__)

PROMPTS = ROOT / "dialogs" / "prompts" / "vi.yml"


def open_writing(
    config: Config, app: web.Application, dialogue: Dialogue, journal: EventLog, desk: Desk,
    stack: contextlib.AsyncExitStack,
) -> WrittenCalls:  # fmt: skip
    """Adds the routes; what `stack` closes ends every conversation."""
    prompts = yaml.safe_load(PROMPTS.read_text("utf-8"))["chat"]
    parts = WrittenParts(dialogue, journal, desk, prompts, time.monotonic)
    calls = WrittenCalls(parts, config.chat)
    stack.push_async_callback(calls.close)
    calls.start()
    recorded = Recorded(CallRecords(Database(config.database.url)))
    api = ChatApi(calls, config.chat, prompts, config.dialogue_settings.token, recorded, time.monotonic)
    app.on_shutdown.append(api.close)
    app.add_routes(api.routes())
    if config.zalo.app_id:
        account = ZaloAccount(config.zalo, config.zalo_tokens)
        webhook = ZaloWebhook(calls, config.zalo, account)
        webhook.start()
        stack.push_async_callback(webhook.close)
        app.add_routes(webhook.routes())
    return calls


class Recorded:
    """How far the records of calls have got."""

    def __init__(self, records: CallRecords) -> None:
        self._records = records

    async def __call__(self, call_id: str) -> Record | None:
        try:
            found = await asyncio.to_thread(self._records.show, call_id)
        except DatabaseError as error:
            log.warning("call %s: whether it has a record cannot be known: %s", call_id, error)
            return None
        if found is None:
            return None
        turns = max((turn["turn"] for turn in found["turns"]), default=0)
        return Record(found["events"][-1]["number"] + 1, turns)
