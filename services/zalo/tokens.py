"""Access tokens of the Official Account. One lasts about a day; each is bought with a refresh token that works once.

So whoever renews must keep the new pair before anything else, and nobody else may renew at the same time: the pair is a
file of its own, replaced whole, under a lock that holds between processes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.settings import ZaloAccountSettings
from services.zalo.errors import ZaloError
from services.zalo.http import post_form

TOKEN_REFUSED = {-216, -124}  # Zalo's errors for a token that is invalid or has expired
_EARLY = 300.0  # s before its end that a token is no longer used


@dataclass(frozen=True)
class _Pair:
    access: str
    refresh: str
    until: float  # s since the epoch
    root: str  # which configured refresh token it goes back to: a new one there starts anew


class ZaloTokens:
    def __init__(self, settings: ZaloAccountSettings, path: Path) -> None:
        self._settings, self._path = settings, path
        self._root = hashlib.sha256(settings.refresh_token.get_secret_value().encode()).hexdigest()

    def current(self, now: float, refused: str | None = None) -> str:
        """A token that is good, and not the one that was `refused`; `now` in seconds since the epoch.

        Raises ZaloError, OSError when the pair cannot be kept.
        """
        pair = self._read()
        if not _good(pair, now, refused):
            with self._alone():
                pair = self._read()  # another process may have been quicker
                if not _good(pair, now, refused):
                    pair = self._renew(pair, now)
        assert pair
        return pair.access

    def _renew(self, pair: _Pair | None, now: float) -> _Pair:
        settings = self._settings
        refresh = pair.refresh if pair else settings.refresh_token.get_secret_value()
        form = {"app_id": settings.app_id, "grant_type": "refresh_token", "refresh_token": refresh}
        headers = {"secret_key": settings.app_secret.get_secret_value()}
        answer = post_form(f"{settings.oauth}/v4/oa/access_token", form, headers, settings.timeout)
        try:
            new = _Pair(answer["access_token"], answer["refresh_token"], now + float(answer["expires_in"]), self._root)
        except (KeyError, TypeError, ValueError):
            code = answer.get("error")
            raise ZaloError(f"no new access token (error {code})", code if isinstance(code, int) else None) from None
        self._keep(new)
        return new

    def _read(self) -> _Pair | None:
        try:
            fields: Any = json.loads(self._path.read_text("utf-8"))
            pair = _Pair(**fields)
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return pair if pair.root == self._root else None

    def _keep(self, pair: _Pair) -> None:
        new = self._path.with_suffix(".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(pair), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _good(pair: _Pair | None, now: float, refused: str | None) -> bool:
    return pair is not None and pair.access != refused and now < pair.until - _EARLY
