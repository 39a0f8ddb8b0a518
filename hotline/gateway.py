"""The process that takes the calls: SIP, WebRTC and the caller's page around one voicebot."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys

import uvloop
import yaml
from aiohttp import web
from prometheus_client import start_http_server

import language
from console import caller
from hotline import metrics
from hotline.config import Config, ConfigError, load_config
from hotline.desk import HotlineDesk
from hotline.writing import PROMPTS, open_writing
from services.database import Database
from services.duty import Duty
from telephony.gateway import Gateway
from telephony.sip import SipServer
from telephony.webrtc import WebRtcGateway
from voicebot.call import Call
from voicebot.call_parts import CallParts
from voicebot.journal import Journal
from voicebot.line import Line
from voicebot.rasa_client import RasaDialogue
from voicebot.recognition import ModelNotLoaded, RecognizerPool
from voicebot.settings import LanguageSettings, SynthesisSettings
from voicebot.spool import SpoolError
from voicebot.synthesis import SynthesisFailed, make_synthesizer
from voicebot.tongue import Tongue

log = logging.getLogger(__name__)


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Takes calls until `stop` is set; then ends those that are up."""
    async with contextlib.AsyncExitStack() as stack:
        parts, dialogue = await voicebot_parts(config, stack, "gateway")

        async def answer(line: Line) -> None:
            await Call(line, parts).run()

        doors = [Gateway(answer, config.sip.max_calls), Gateway(answer, config.web.max_calls)]
        for door in doors:
            stack.push_async_callback(door.close)
        if config.sip.enabled:
            sip = SipServer(config.sip, doors[0])
            await sip.start()
            stack.push_async_callback(sip.close)
        await _web(config, doors, parts, dialogue, stack)
        server, thread = start_http_server(config.metrics.port, config.metrics.host)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        lag = asyncio.create_task(metrics.watch_lag())
        stack.callback(lag.cancel)
        log.info("taking calls")
        await stop.wait()


async def voicebot_parts(config: Config, stack: contextlib.AsyncExitStack, name: str) -> tuple[CallParts, RasaDialogue]:
    journal = Journal(config.redis_url, config.journal, config.data / "spool" / f"{name}.jsonl")
    await journal.start()
    stack.push_async_callback(journal.close)
    tongues = [await _tongue(code, config, stack) for code in ("vi", *other_languages())]
    dialogue = RasaDialogue(config.dialogue_settings)
    await dialogue.connect()
    stack.push_async_callback(dialogue.close)
    parts = CallParts(
        tongues=tongues,
        dialogue=dialogue,
        journal=metrics.MeasuredJournal(journal),
        desk=HotlineDesk(Database(config.database.url), Duty(config.duty)),
        turns=config.turns,
        synthesis=config.synthesis,
        recordings=config.recordings if config.recording.enabled else None,
    )
    return parts, dialogue


def other_languages() -> list[str]:
    """In which the hotline can answer besides Vietnamese."""
    return sorted(file.stem for file in PROMPTS.parent.glob("*.yml") if file.stem != "vi")


async def _tongue(code: str, config: Config, stack: contextlib.AsyncExitStack) -> Tongue:
    """Vietnamese by the sections `recognition` and `synthesis`, others by `languages`; raises what a wrong one does."""
    words, recognizer = language.of(code), None
    vietnamese = LanguageSettings(recognition=config.recognition, synthesis=config.synthesis)
    default = LanguageSettings(synthesis=SynthesisSettings(voice=code))
    own = vietnamese if code == "vi" else config.languages.get(code, default)
    if own.recognition:
        recognizer = RecognizerPool(own.recognition, words.write)
        await recognizer.start()
        stack.push_async_callback(recognizer.close)
    synthesizer = make_synthesizer(own.synthesis, config.data / "cache" / "speech")
    stack.push_async_callback(synthesizer.close)
    async with contextlib.aclosing(synthesizer.speak("o")) as sound:  # a wrong voice ends the start
        async for _ in sound:
            pass
    prompts = yaml.safe_load((PROMPTS.with_name(f"{code}.yml")).read_text("utf-8"))["line"]
    return Tongue(code, words, recognizer, synthesizer, prompts)


async def _web(
    config: Config, doors: list[Gateway], parts: CallParts, dialogue: RasaDialogue, stack: contextlib.AsyncExitStack
) -> None:
    async def health(request: web.Request) -> web.Response:
        return web.json_response({"calls": sum(door.active for door in doors), "tasks": len(asyncio.all_tasks())})

    async def ready(request: web.Request) -> web.Response:
        well = dialogue.connected
        return web.json_response({"dialogue": well}, status=200 if well else 503)

    app = web.Application(client_max_size=256 * 1024)
    app.add_routes([web.get("/health", health), web.get("/ready", ready)])
    if config.web.enabled:
        webrtc = WebRtcGateway(config.web, doors[1])
        app.add_routes([*webrtc.routes(), *caller.routes()])
        stack.push_async_callback(webrtc.close)
    if config.chat.enabled:
        open_writing(config, app, dialogue, parts.journal, parts.desk, stack)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, config.web.host, config.web.port).start()


async def _main(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(config, stop)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells the addresses of callers
    try:
        uvloop.run(_main(load_config()))
    except (ConfigError, ModelNotLoaded, SpoolError, SynthesisFailed, OSError, RuntimeError, ValueError) as error:
        sys.exit(f"gateway: {error}")


if __name__ == "__main__":
    main()
