"""Records both sides of a call: stereo Opus in Ogg, the caller on the left, the bot on the right."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread

import av
import numpy as np

from voicebot.audio import FRAME_SAMPLES, FRAME_SECONDS, RATE, SILENCE, Frame, Samples

_BIT_RATE = 32_000  # of both channels together: 14 MB an hour
# Complexity 1 and packets of 60 ms cost a third of the usual 10 and 20 ms, at the same bit rate.
_CODEC_OPTIONS = {"application": "voip", "compression_level": "1", "frame_duration": "60"}
# A page every half second: no more is lost in a crash.
_FILE_OPTIONS = {"flush_packets": "1", "page_duration": "500000"}
_BACKLOG = round(10 / FRAME_SECONDS)  # frames that wait for a slow disk


class Recorder:
    """Recording of one call, written by a thread of its own to `path` with `.part` added until it is closed.

    When the disk is full, slow or away, `on_error` is told once, on the event loop, and the call goes on: what was
    recorded stays and can be played. Frames that a slow disk has no time for become silence.
    """

    def __init__(self, path: Path, on_error: Callable[[str], None]) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._on_error = on_error
        self._loop = asyncio.get_running_loop()
        self._queue: Queue[tuple[int, Frame, Frame] | None] = Queue(_BACKLOG)
        self._missed = 0  # frames since the last one that found room
        self._reported = False
        self._paused = self._closed = False
        self._frames = 0  # in the file
        self._all_taken = False  # nothing more comes out of the queue
        self._thread = Thread(target=self._run, name=f"recording {path.stem}", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Frames that are not in the file yet."""
        return self._queue.qsize()

    def write(self, caller: Frame, bot: Frame) -> None:
        """Both sides of the same 20 ms. Returns at once; does nothing after the end."""
        if self._closed:
            return
        if self._paused:
            caller = bot = SILENCE
        try:
            self._queue.put_nowait((self._missed, caller, bot))
            self._missed = 0
        except Full:
            self._missed += 1
            self._report("the disk is too slow, parts of the recording are silent")

    def pause(self) -> None:
        """Records silence until `resume`: what is said is not for keeping."""
        self._paused = True

    def resume(self) -> None:
        self._paused = False

    async def close(self) -> float:
        """Ends the recording and gives it its name; its length in seconds, 0 when there is none."""
        await self._end()
        if not self._frames:
            await self.discard()
            return 0.0
        try:
            await asyncio.to_thread(os.replace, self._part, self._path)
        except OSError as error:
            self._report(f"recording stays {self._part.name}: {error.strerror}")
        return self._frames * FRAME_SECONDS

    async def discard(self) -> None:
        """Ends the recording and deletes it: the caller does not want it."""
        await self._end()
        try:
            await asyncio.to_thread(self._part.unlink)
        except (FileNotFoundError, NotADirectoryError):
            pass  # it was never begun
        except OSError as error:
            self._on_error(f"recording {self._part.name} is not deleted: {error.strerror}")

    async def _end(self) -> None:
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._queue.put, None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._write_file()
        except (OSError, av.FFmpegError) as error:
            self._loop.call_soon_threadsafe(self._report, f"recording stopped: {error.strerror}")
            while not self._all_taken and self._queue.get() is not None:
                pass

    def _write_file(self) -> None:
        with _OpusFile(self._part) as file:
            while item := self._queue.get():
                missed, caller, bot = item
                for _ in range(missed):
                    file.write(SILENCE, SILENCE)
                file.write(caller, bot)
                self._frames += missed + 1
            self._all_taken = True  # the last page is still to be written

    def _report(self, error: str) -> None:
        if not self._reported:
            self._reported = True
            self._on_error(error)


class _OpusFile:
    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path), "w", format="ogg", options=_FILE_OPTIONS)
        self._stream = self._container.add_stream("libopus", rate=RATE, options=_CODEC_OPTIONS)
        self._stream.layout, self._stream.bit_rate = "stereo", _BIT_RATE
        self._frames = 0

    def __enter__(self) -> _OpusFile:
        return self

    def write(self, left: Samples, right: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(np.stack([left, right], axis=1).reshape(1, -1), "s16", "stereo")
        frame.sample_rate, frame.pts = RATE, self._frames * FRAME_SAMPLES
        self._frames += 1
        self._container.mux(self._stream.encode(frame))

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        if error_type is None:
            self._container.mux(self._stream.encode(None))
            self._container.close()
        else:
            with suppress(OSError, av.FFmpegError):
                self._container.close()
