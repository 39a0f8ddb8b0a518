"""Recognition in worker processes, for an event loop that must never wait for a model."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from contextlib import suppress
from typing import NamedTuple

from voicebot.audio import RATE, Samples
from voicebot.expectation import Expectation
from voicebot.recognition.framing import LENGTH, pack
from voicebot.recognition.model import PROJECT, Guess, Heard, ModelNotLoaded, Write, transcript_of
from voicebot.recognition.recognizer import RecognizerUnavailable, Transcript
from voicebot.settings import RecognitionSettings

log = logging.getLogger(__name__)

LOADING = 300.0  # s; a first start may fetch a model
JOBS_PER_WORKER = 16  # waiting; more would be answered too late to matter
RESTART_PAUSES = (0.0, 0.5, 2.0, 10.0)  # s before the n-th try to replace a worker


class _WorkerDied(Exception):
    pass


class _Worker:
    """One process with a loaded model. Serves one job at a time."""

    def __init__(self, process: Process) -> None:
        if not (process.stdin and process.stdout):
            raise ValueError("a worker needs pipes")
        self._process, self._sink, self._source = process, process.stdin, process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    @classmethod
    async def start(cls, settings: RecognitionSettings) -> _Worker:
        """Raises ModelNotLoaded."""
        path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "voicebot.recognition.worker",
            stdin=PIPE, stdout=PIPE, env=os.environ | threads | {"PYTHONPATH": path},
        )  # fmt: skip
        worker = cls(process)
        try:
            async with asyncio.timeout(LOADING):
                answer = json.loads(await worker.ask(settings.model_dump_json().encode()))
        except TimeoutError:
            await worker.stop()
            raise ModelNotLoaded(f"recognition model {settings.model}: not loaded within {LOADING:.0f} s") from None
        except _WorkerDied:
            raise ModelNotLoaded(
                f"recognition model {settings.model}: the worker ended with code {await process.wait()} while loading"
            ) from None
        except BaseException:
            await worker.stop()
            raise
        if "error" in answer:
            await worker.stop()
            raise ModelNotLoaded(answer["error"])
        return worker

    async def ask(self, body: bytes) -> bytes:
        """Sends a message and waits for the answer. Raises _WorkerDied."""
        try:
            self._sink.write(pack(body))
            await self._sink.drain()
            (length,) = LENGTH.unpack(await self._source.readexactly(LENGTH.size))
            return await self._source.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError, RuntimeError) as error:
            raise _WorkerDied from error  # RuntimeError: uvloop's word for a pipe that the dead worker has closed

    async def stop(self) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()


class _Answer(NamedTuple):
    heard: Heard
    decode_ms: float


class _Job:
    def __init__(self, audio: Samples, expects: Expectation) -> None:
        self.audio, self.expects = audio, expects
        self.answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()


class RecognizerPool:
    """Implements `Recognizer` with `settings.workers` processes of one thread each, first come, first served.

    `write` turns the words as heard into written form; it runs in the event loop and must be quick.
    """

    def __init__(self, settings: RecognitionSettings, write: Write) -> None:
        self._settings, self._write = settings, write
        self._jobs: OrderedDict[_Job, None] = OrderedDict()
        self._arrived = asyncio.Semaphore(0)  # counts arrivals; a dropped job leaves one too many, which is harmless
        self._serving: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Loads the model in every worker. Raises ModelNotLoaded and leaves no process."""
        starting = [_Worker.start(self._settings) for _ in range(self._settings.workers)]
        started = await asyncio.gather(*starting, return_exceptions=True)
        workers = [worker for worker in started if isinstance(worker, _Worker)]
        if failures := [failure for failure in started if isinstance(failure, BaseException)]:
            await asyncio.gather(*(worker.stop() for worker in workers))
            raise failures[0]
        self._serving = [asyncio.create_task(self._serve(worker)) for worker in workers]

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    async def transcribe(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Transcript:
        if not self._serving:
            raise RecognizerUnavailable("recognition has not been started")
        if len(self._jobs) >= JOBS_PER_WORKER * self._settings.workers:
            raise RecognizerUnavailable(f"{len(self._jobs)} utterances are waiting for recognition already")
        job = _Job(audio, expects)
        self._jobs[job] = None
        self._arrived.release()
        try:
            async with asyncio.timeout(self._settings.timeout):
                heard, decode_ms = await job.answer
        except TimeoutError:
            raise RecognizerUnavailable(f"no transcript within {self._settings.timeout:g} s") from None
        finally:
            self._jobs.pop(job, None)
        return transcript_of(heard, len(audio) / RATE, decode_ms, self._write)

    async def close(self) -> None:
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self._serving = []
        for job in self._jobs:
            _settle(job, RecognizerUnavailable("recognition has been closed"))

    async def _serve(self, worker: _Worker) -> None:
        """Gives one worker jobs until the pool is closed; replaces it when it dies or hangs."""
        while True:
            try:
                await self._work(worker)
            finally:
                await worker.stop()
            worker = await self._replacement()

    async def _work(self, worker: _Worker) -> None:
        """Returns when the worker is of no more use."""
        while True:
            await self._arrived.acquire()
            if not self._jobs:
                continue
            job, _ = self._jobs.popitem(last=False)
            try:
                async with asyncio.timeout(self._settings.timeout):
                    answer = await _decode(worker, job)
            except (_WorkerDied, TimeoutError) as error:
                cause = "hangs" if isinstance(error, TimeoutError) else "died"
                log.error("recognition worker %d %s; another one is started", worker.pid, cause)
                _settle(job, RecognizerUnavailable(f"the recognition worker {cause}"))
                return
            except Exception:
                log.exception("recognition worker %d cannot be understood; another one is started", worker.pid)
                _settle(job, RecognizerUnavailable("the recognition worker cannot be understood"))
                return
            except BaseException as error:
                _settle(job, RecognizerUnavailable(f"recognition was stopped ({type(error).__name__})"))
                raise
            _settle(job, answer)

    async def _replacement(self) -> _Worker:
        tries = 0
        while True:
            await asyncio.sleep(RESTART_PAUSES[min(tries, len(RESTART_PAUSES) - 1)])
            try:
                return await _Worker.start(self._settings)
            except (ModelNotLoaded, OSError) as error:  # OSError: no memory, no processes; that may pass
                log.error("recognition worker does not start: %s", error)
            except Exception:  # not foreseen; without another try nobody would serve in this worker's place
                log.exception("recognition worker does not start")
            tries += 1


async def _decode(worker: _Worker, job: _Job) -> _Answer:
    head = json.dumps({"expects": job.expects}).encode()
    answer = json.loads(await worker.ask(head + b"\n" + job.audio.astype("<i2").tobytes()))
    heard = answer["heard"] | {"guesses": [Guess(*guess) for guess in answer["heard"]["guesses"]]}
    return _Answer(Heard(**heard), answer["decode_ms"])


def _settle(job: _Job, result: _Answer | RecognizerUnavailable) -> None:
    if job.answer.done():
        return
    if isinstance(result, _Answer):
        job.answer.set_result(result)
    else:
        job.answer.set_exception(result)
