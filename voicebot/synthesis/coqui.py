"""Any VITS voice of Coqui, in worker processes. VITS does not stream: a clause comes as one chunk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from unicodedata import normalize

from voicebot.audio import Samples
from voicebot.settings import SynthesisSettings
from voicebot.synthesis import coqui_worker
from voicebot.synthesis.finish import LOUD_GAIN_DB, Finish
from voicebot.synthesis.synthesizer import USUAL, Manner, SynthesisFailed

_WAITING_PER_WORKER = 8  # clauses; who comes when the queue is full is told at once
_TIMEOUT = 30.0  # s, for loading the model and speaking one clause


class CoquiSynthesizer:
    """A clause that nobody wants any more is dropped unless a worker has begun it.

    `settings.voice` names the speaker of a model that has several.
    """

    def __init__(self, settings: SynthesisSettings, workers: int | None = None) -> None:
        """Raises SynthesisFailed when the directory holds no model; the workers begin to load it."""
        if settings.model is None:
            raise SynthesisFailed("synthesis.model is missing: the directory of a VITS voice")
        coqui_worker.find_model(settings.model)
        self._settings = settings
        self._folder = settings.model
        self._workers = workers or max(1, (os.cpu_count() or 1) // 4)
        self._pool = self._start()
        self._free = asyncio.Semaphore(self._workers)
        self._waiting = 0

    async def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        settings = self._settings
        stretch = settings.words_per_minute / settings.slow_words_per_minute if manner.slow else 1.0
        rate, samples = await self._work(normalize("NFC", speech), settings.voice, stretch)
        finish = Finish(rate, LOUD_GAIN_DB if manner.loud else settings.gain_db)
        ready = finish.feed(samples, last=True)
        if not ready.size:
            raise SynthesisFailed("the VITS voice gave only silence")
        yield ready

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(self._workers, get_context("spawn"), coqui_worker.start, (self._folder,))
        for _ in range(self._workers):
            pool.submit(os.getpid)  # a worker starts, and loads the model, with its first job
        return pool

    async def _work(self, speech: str, speaker: str, stretch: float) -> tuple[int, Samples]:
        await self._wait_for_worker()
        pool = self._pool
        job: Future[tuple[int, Samples]] | None = None
        try:
            job = pool.submit(coqui_worker.speak, speech, speaker, stretch)
            async with asyncio.timeout(_TIMEOUT):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            raise SynthesisFailed(f"the VITS voice gave nothing for {_TIMEOUT:.0f} s") from None
        except BrokenProcessPool:
            if pool is self._pool:
                self._pool = self._start()
            raise SynthesisFailed("a worker of the VITS voice died; others take its place") from None
        finally:
            self._give_back_after(job)

    async def _wait_for_worker(self) -> None:
        if self._waiting >= _WAITING_PER_WORKER * self._workers:
            raise SynthesisFailed("the VITS voice is busy")
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

    def _give_back_after(self, job: Future[tuple[int, Samples]] | None) -> None:
        """A worker is free when its job ends, which may be after everybody has lost interest."""
        if job is None or job.done():
            self._free.release()
        else:
            loop = asyncio.get_running_loop()
            job.add_done_callback(lambda _: loop.call_soon_threadsafe(self._free.release))
