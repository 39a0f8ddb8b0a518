"""Keeps what was synthesised: a hotline says the same few hundred clauses all day.

Clauses lie on disk as raw samples under a hash of voice, manner and text, and the hot ones in memory. Several processes
may share the directory. The disk only ever helps: when it is full, slow, read-only or lies, the voice speaks.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from threading import Lock
from unicodedata import normalize

import numpy as np

from voicebot.audio import Samples
from voicebot.synthesis.synthesizer import USUAL, Manner, Synthesizer

_log = logging.getLogger(__name__)

_MEMORY_BYTES = 32 << 20  # 17 minutes of speech
_SUFFIX = ".s16"
_ROOM = 0.9  # of the limit is left when old clauses are thrown away


class CachedSynthesizer:
    """`key_of_voice` names all that changes the sound besides text and manner: engine, voice, rates, level."""

    def __init__(self, inner: Synthesizer, directory: Path, key_of_voice: str, limit_bytes: int) -> None:
        self._inner = inner
        self._voice = key_of_voice
        self._memory = _Memory(_MEMORY_BYTES)
        self._disk = _Disk(directory, limit_bytes)
        self._storing: set[asyncio.Task[None]] = set()

    async def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        """A clause that is kept comes as one chunk, a new one as it is made; it is kept once it is whole."""
        name = self._name(speech, manner)
        kept = self._memory.get(name)
        if kept is None and (kept := await asyncio.to_thread(self._disk.read, name)) is not None:
            self._memory.put(name, kept)
        if kept is not None:
            yield kept
            return
        made = []
        async with aclosing(self._inner.speak(speech, manner)) as chunks:
            async for chunk in chunks:
                made.append(chunk)
                yield chunk
        if not made:
            return
        whole = np.concatenate(made)
        whole.flags.writeable = False  # many callers get the same array
        self._memory.put(name, whole)
        task = asyncio.create_task(asyncio.to_thread(self._disk.write, name, whole))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def close(self) -> None:
        await asyncio.gather(*self._storing)
        await self._inner.close()

    def _name(self, speech: str, manner: Manner) -> str:
        parts = (self._voice, str(manner.slow), str(manner.loud), normalize("NFC", speech))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class _Memory:
    """The clauses used last, up to a number of bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._bytes = 0
        self._clauses: OrderedDict[str, Samples] = OrderedDict()

    def get(self, name: str) -> Samples | None:
        if name in self._clauses:
            self._clauses.move_to_end(name)
        return self._clauses.get(name)

    def put(self, name: str, samples: Samples) -> None:
        if name in self._clauses:
            return
        self._clauses[name] = samples
        self._bytes += samples.nbytes
        while self._bytes > self._limit:
            self._bytes -= self._clauses.popitem(last=False)[1].nbytes


class _Disk:
    """One file per clause, its time of modification the time of its last use. Blocking; called from threads."""

    def __init__(self, directory: Path, limit_bytes: int) -> None:
        self._directory = directory
        self._limit = limit_bytes
        self._lock = Lock()
        self._bytes = 0  # as of the last look, and written since
        self._looked = False
        self._complained = False

    def read(self, name: str) -> Samples | None:
        path = self._directory / (name + _SUFFIX)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._complain(error)
            return None
        if not data or len(data) % 2:
            return None
        with suppress(OSError):  # a cache that cannot be written to is still good to read
            os.utime(path)
        return np.frombuffer(data, np.int16)

    def write(self, name: str, samples: Samples) -> None:
        """All or nothing: a reader sees the whole clause or none, whoever else writes it."""
        try:
            # What callers are told may be personal: for the owner's eyes only.
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(samples.nbytes)
            handle, temporary = tempfile.mkstemp(dir=self._directory)
            try:
                with open(handle, "wb") as file:
                    file.write(samples.tobytes())
                os.replace(temporary, self._directory / (name + _SUFFIX))
            except OSError:
                os.unlink(temporary)
                raise
        except OSError as error:
            self._complain(error)

    def _make_room(self, size: int) -> None:
        """Throws away what was used longest ago, once the directory is over its limit."""
        with self._lock:
            self._bytes += size
            if self._bytes <= self._limit and self._looked:
                return
            files = sorted(self._files())
            self._bytes, self._looked = size + sum(size for _, size, _ in files), True
            if self._bytes <= self._limit:
                return
            for _, old, path in files:
                path.unlink(missing_ok=True)
                self._bytes -= old
                if self._bytes <= self._limit * _ROOM:
                    return

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Time of last use, size and path of each."""
        for path in self._directory.iterdir():
            with suppress(FileNotFoundError):  # another process makes room, too
                status = path.stat()
                yield status.st_mtime, status.st_size, path

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("prompt cache %s is of no use: %s", self._directory, error.strerror)
