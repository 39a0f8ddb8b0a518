"""A file of lines, first in, first out, that outlives the process."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Sequence
from pathlib import Path


class SpoolError(Exception):
    """The spool's file cannot be used; says which and why."""


class Spool:
    """Written by one process at a time. Methods block on the disk and may be called from any thread.

    What `append` has taken is on the disk (fsync) when it returns, and stays until `forget`. How far lines have been
    forgotten is kept in memory only, until all are: after a crash some are read again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file = -1
        self._start = 0  # of what is not forgotten
        self._end = 0

    @property
    def empty(self) -> bool:
        return self._start >= self._end

    def open(self) -> None:
        """Raises SpoolError when the file cannot be opened or another process has it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._end = self._cut_torn_line()
        except BlockingIOError as error:
            raise SpoolError(f"{self._path} is in use by another process; give each its own") from error
        except OSError as error:
            raise SpoolError(f"{self._path}: {error.strerror}") from error

    def append(self, lines: Sequence[bytes]) -> None:
        """All lines or none. Raises OSError, when the disk is full for one."""
        data = b"".join(line + b"\n" for line in lines)
        with self._lock:
            try:
                self._write(data)
                os.fsync(self._file)
            except OSError:
                os.ftruncate(self._file, self._end)
                raise
            self._end += len(data)

    def peek(self, size: int) -> list[bytes]:
        """The first lines not forgotten, about `size` bytes of them, at least one; none when empty. Raises OSError."""
        with self._lock:
            while True:
                data = os.pread(self._file, min(size, self._end - self._start), self._start)
                complete, newline, _ = data.rpartition(b"\n")
                if newline or len(data) < size:
                    return complete.split(b"\n") if newline else []
                size *= 2

    def forget(self, lines: Sequence[bytes]) -> None:
        """`lines` are what `peek` has given. Raises OSError."""
        with self._lock:
            self._start += sum(len(line) + 1 for line in lines)
            if self.empty:
                os.ftruncate(self._file, 0)
                self._start = self._end = 0

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, data: bytes) -> None:
        view, at = memoryview(data), self._end
        while view:
            written = os.pwrite(self._file, view, at)
            view, at = view[written:], at + written

    def _cut_torn_line(self) -> int:
        """Size of the file without the half line that a crash may have left at its end."""
        size = os.fstat(self._file).st_size
        at = size
        while at > 0:
            chunk = os.pread(self._file, min(at, 65536), max(0, at - 65536))
            newline = chunk.rfind(b"\n")
            at -= len(chunk)
            if newline >= 0:
                at += newline + 1
                break
        if at < size:
            os.ftruncate(self._file, at)
        return at
