"""Reads the journal of one call while it happens."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import redis.asyncio as redis

from voicebot.journal import FIELD


async def follow(redis_url: str, stream: str, call_id: str) -> AsyncGenerator[dict[str, Any], None]:
    """Events of the call (the JSON form of `voicebot.events`), from its first; ends with Redis."""
    client: Any = redis.Redis.from_url(redis_url)  # its types know nothing of which reply which command gives
    last = b"0-0"
    try:
        newest = await client.xrevrange(stream, count=500)
        for entry, fields in reversed(newest):
            last = entry
            if (event := _event(fields))["call_id"] == call_id:
                yield event
        while True:
            for _, entries in await client.xread({stream: last}, block=1000) or []:
                for entry, fields in entries:
                    last = entry
                    if (event := _event(fields))["call_id"] == call_id:
                        yield event
    except redis.RedisError:
        return
    finally:
        await client.aclose()


def _event(fields: dict[bytes, bytes]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(fields[FIELD.encode()])
    return event
