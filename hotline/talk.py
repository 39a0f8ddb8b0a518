"""`voicebot talk`: one call through this machine's microphone and loudspeaker."""

from __future__ import annotations

import contextlib
import logging

from hotline.config import Config
from hotline.gateway import voicebot_parts
from telephony.microphone import MicrophoneLine
from voicebot.call import Call

log = logging.getLogger(__name__)


async def talk_here(config: Config) -> None:
    """Until Ctrl-C or the bot hangs up. The dialogue is that of the running hotline. Raises NoMicrophone."""
    line = MicrophoneLine()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(line.hang_up)
        parts, _ = await voicebot_parts(config, stack, "talk")
        await Call(line, parts).run()
