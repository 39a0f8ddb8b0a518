"""A recognition worker: `python -m voicebot.recognition.worker`, spoken to over its standard input and output.

A process of its own rather than a forked one: the pool's event loop and threads stay out of it, it ends with its
standard input when the pool dies, and its numeric libraries can be held to one thread.

Messages are a length (4 bytes, little-endian) and a body. The first from the pool is `RecognitionSettings` as JSON,
answered by {} or {"error": …}; each further one is a JSON line with `expects`, then int16 samples, answered by
{"heard": {"guesses": [[spoken, confidence] …], "turn_over": …, "language": …}, "decode_ms": …}.
"""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

import numpy as np

from voicebot.expectation import Expectation
from voicebot.recognition.framing import LENGTH, pack
from voicebot.recognition.model import ModelNotLoaded, load_model
from voicebot.settings import RecognitionSettings


def _receive(source: BinaryIO) -> bytes | None:
    """The next body; None at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return source.read(LENGTH.unpack(head)[0])


def _serve(source: BinaryIO, sink: BinaryIO) -> None:
    def answer(content: object) -> None:
        sink.write(pack(json.dumps(content).encode()))
        sink.flush()

    settings = RecognitionSettings.model_validate_json(_receive(source) or b"{}")
    try:
        model = load_model(settings)
    except ModelNotLoaded as error:
        answer({"error": str(error)})
        return
    answer({})
    while (job := _receive(source)) is not None:
        head, _, samples = job.partition(b"\n")
        transcript = model.transcribe(np.frombuffer(samples, "<i2"), Expectation(json.loads(head)["expects"]))
        guesses = [(h.spoken, h.confidence) for h in transcript.alternatives]
        if transcript.spoken:
            guesses.insert(0, (transcript.spoken, transcript.confidence))
        heard = {"guesses": guesses, "turn_over": transcript.turn_over, "language": transcript.language}
        answer({"heard": heard, "decode_ms": transcript.decode_ms})


def main() -> None:
    # Libraries that print must not get in between the answers.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        _serve(sys.stdin.buffer, sink)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(0)  # the pool is gone; nothing is left to tidy


if __name__ == "__main__":
    main()
