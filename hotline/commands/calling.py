"""Talking with a running hotline: by a placed call, in writing, through the microphone."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hotline.config import Config
from hotline.output import JsonOption, fail, print_json, stderr, stdout


def call(
    context: typer.Context,
    play: Annotated[
        list[Path] | None, typer.Option(help="Recording to play once the bot is silent; may repeat.")
    ] = None,
    dtmf: Annotated[str, typer.Option(help="Keys to press after that, one each time the bot is silent.")] = "",
    to: Annotated[str | None, typer.Option(help="sip:… or http://… (WebRTC); default: the hotline here.")] = None,
    record: Annotated[Path | None, typer.Option(help="WAV of both sides: caller left, bot right.")] = None,
    json: JsonOption = False,
) -> None:
    """Place a real call into a running hotline."""
    from hotline.caller import CallEvent, CallFailed, ScriptedCaller
    from voicebot.recognition import load_audio

    config: Config = context.obj

    def tell(event: CallEvent) -> None:
        if json:
            print_json(event.as_dict())
        else:
            took = "" if event.latency_ms is None else f" ({event.latency_ms:.0f} ms)"
            stdout.print(f"{event.at:7.2f}  {event.event}{took}  {event.text or ''}", markup=False, highlight=False)

    async def place() -> None:
        caller = ScriptedCaller(to or _own_address(config), tell, config.redis_url, config.journal.stream)
        await caller.call(plays, dtmf, record)

    try:
        plays = [load_audio(path) for path in play or []]
        asyncio.run(place())
    except (CallFailed, OSError, ValueError) as error:
        fail(str(error))


def _own_address(config: Config) -> str:
    host = "127.0.0.1" if config.sip.host == "0.0.0.0" else config.sip.host
    return f"sip:19001009@{host}:{config.sip.port}"


def chat(
    context: typer.Context,
    session: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    now: Annotated[str | None, typer.Option(help="ISO 8601: the clock that dates and opening hours go by.")] = None,
    caller: Annotated[str | None, typer.Option(help="The caller's number.")] = None,
    json: JsonOption = False,
) -> None:
    """Text calls: one caller turn per line of stdin; an empty line starts a new call."""
    from hotline.chat import ChatFailed, chat_lines

    config: Config = context.obj
    if now is not None:
        try:
            datetime.fromisoformat(now)
        except ValueError:
            fail(f"--now: {now!r} is no ISO 8601 time such as 2026-03-02T09:00:00+07:00")
    if not json:
        stderr.print("Bác hỏi gì ạ? (Dòng trống: cuộc gọi mới; Ctrl-D: kết thúc)", style="dim")
    try:
        asyncio.run(chat_lines(config, session, now, caller, json))
    except ChatFailed as error:
        fail(f"the dialogue does not answer ({error}): is the hotline running? start it with `make run`")


def talk(context: typer.Context) -> None:
    """Speak with a running hotline's dialogue through the microphone."""
    from hotline.talk import talk_here
    from telephony.microphone import NoMicrophone
    from voicebot.recognition import ModelNotLoaded
    from voicebot.synthesis import SynthesisFailed

    try:
        asyncio.run(talk_here(context.obj))
    except (NoMicrophone, ModelNotLoaded, SynthesisFailed) as error:
        fail(str(error))
    except KeyboardInterrupt:
        stderr.print("")
