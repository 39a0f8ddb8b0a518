"""The hotline's own test call: a bundled question over real SIP, before it says that it is ready."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hotline.caller import CallEvent, CallFailed, ScriptedCaller
from hotline.config import Config
from voicebot.recognition import load_audio

QUESTION = Path(__file__).with_name("question.ogg")  # espeak-ng: "làm giấy khai sinh cho cháu cần giấy tờ gì"


@dataclass(frozen=True)
class SelfCall:
    heard: str
    answered: str
    latency_ms: float


async def self_call(config: Config) -> SelfCall:
    """Raises CallFailed."""
    events: list[CallEvent] = []
    host = "127.0.0.1" if config.sip.host == "0.0.0.0" else config.sip.host
    caller = ScriptedCaller(
        f"sip:self-call@{host}:{config.sip.port}", events.append, config.redis_url, config.journal.stream
    )
    await caller.call([load_audio(QUESTION)], hear_out=False)
    heard = [event.text for event in events if event.event == "heard" and event.text]
    asked = next((event.at for event in events if event.event == "caller_started"), 0.0)
    said = [event for event in events if event.event == "bot_said" and event.at > asked]
    answers = [text for event in said if (text := event.answer or event.text)]
    latency = next((event.latency_ms for event in events if event.latency_ms is not None), None)
    if not heard or not answers or latency is None:
        raise CallFailed(f"heard {heard or 'nothing'}, answered {answers or 'nothing'}")
    return SelfCall(heard[0], " ".join(answers), latency)
