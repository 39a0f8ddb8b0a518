"""Recognition and synthesis alone."""

from __future__ import annotations

import asyncio
import time
import wave
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from hotline.config import Config
from hotline.output import JsonOption, fail, print_json, print_rows
from language import vi
from voicebot.audio import RATE, Samples


def transcribe(context: typer.Context, files: list[Path], json: JsonOption = False) -> None:
    """Recognise recordings (wav, ogg, mp3, any rate)."""
    from voicebot.recognition import ModelNotLoaded, load_audio, load_model

    config: Config = context.obj
    try:
        model = load_model(config.recognition, vi.write)
    except ModelNotLoaded as error:
        fail(str(error))
    for file in files:
        try:
            audio = load_audio(file)
        except (OSError, ValueError) as error:
            fail(str(error))
        heard = model.transcribe(audio)
        row = {
            "file": str(file),
            "spoken": heard.spoken,
            "text": heard.text,
            "confidence": round(heard.confidence, 3),
            "alternatives": [{"spoken": h.spoken, "confidence": round(h.confidence, 3)} for h in heard.alternatives],
            "turn_over": None if heard.turn_over is None else round(heard.turn_over, 3),
            "language": heard.language,
            "seconds": round(heard.seconds, 2),
            "decode_ms": round(heard.decode_ms, 1),
        }
        print_rows([row], ["file", "text", "confidence", "decode_ms"], json)


def say(
    context: typer.Context,
    text: str,
    output: Annotated[Path, typer.Option("-o", "--output", help="WAV file to write.")],
    slow: Annotated[bool, typer.Option("--slow", help="As slowly as for a caller who asked for it.")] = False,
    voice: Annotated[str | None, typer.Option(help="espeak-ng voice, e.g. vi-vn-x-south+f3.")] = None,
    json: JsonOption = False,
) -> None:
    """Speak a text into a file."""
    from voicebot.synthesis import Manner, SynthesisFailed, make_synthesizer

    config: Config = context.obj
    settings = config.synthesis if voice is None else config.synthesis.model_copy(update={"voice": voice})
    speech = vi.speak(text)
    if not any(map(str.isalnum, speech)):
        fail(f"there is nothing to say in {text!r}")

    async def synthesise(cache: Path) -> tuple[Samples, float]:
        chunks, first = [np.zeros(0, np.int16)], 0.0
        synthesizer, began = make_synthesizer(settings, cache), time.perf_counter()
        try:
            for clause in vi.clauses(text):
                async for chunk in synthesizer.speak(vi.speak(clause), Manner(slow=slow)):
                    first = first or 1000 * (time.perf_counter() - began)
                    chunks.append(chunk)
                chunks.append(np.zeros(round(RATE * settings.clause_pause), np.int16))
        finally:
            await synthesizer.close()
        return np.concatenate(chunks), first

    try:
        with TemporaryDirectory() as cache:  # a cached voice would make the time to its first sound meaningless
            samples, first = asyncio.run(synthesise(Path(cache)))
    except SynthesisFailed as error:
        fail(str(error))
    try:
        with output.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
    except OSError as error:
        fail(f"{output}: {error.strerror}")
    row = {
        "file": str(output),
        "speech": speech,
        "seconds": round(len(samples) / RATE, 2),
        "first_audio_ms": round(first, 1),
    }
    if json:
        print_json(row)
    else:
        print_rows([row], list(row), False)
