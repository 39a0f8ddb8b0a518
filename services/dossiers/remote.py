"""Dossiers in the city's own system, by the REST contract of docs/dossiers-api.md."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import requests

from services.dossiers.record import (
    MOST,
    SHORTEST_END,
    Dossier,
    DossiersUnavailable,
    InvalidDossier,
    core,
    exact,
    parse,
)

REST = 5.0  # s without requests after one that was not answered: waiting callers would hold up all others
_REQUESTS = 8  # at once
_LONGEST = 1 << 20  # bytes of a reply


class RemoteDossiers:
    """Implements `DossierSource`. `url` is what /dossiers comes after; `timeout` is for all of a request."""

    def __init__(self, url: str, token: str, timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = f"{url.rstrip('/')}/dossiers"
        self._timeout = timeout
        self._clock = clock
        self._resting_until = clock()
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        self._threads = ThreadPoolExecutor(_REQUESTS, thread_name_prefix="dossiers")

    def find(self, code: str) -> Sequence[Dossier]:
        if code.isdigit() and len(code) < SHORTEST_END:
            return []
        records = self._ask({"ending": code} if code.isdigit() else {"code": code})
        try:
            found = [parse(record) for record in records]
        except InvalidDossier as error:
            raise DossiersUnavailable(f"the city's system sent what is no dossier: {error}") from None
        if not code.isdigit():  # what does not fit is not given to the caller
            found = [dossier for dossier in found if core(dossier.code) == core(code)]
        return exact(found, code)[:MOST]

    def _ask(self, parameters: dict[str, str]) -> list[Any]:
        if self._clock() < self._resting_until:
            raise DossiersUnavailable("the city's system did not answer a moment ago")
        # requests limits each step of a request; only waiting from outside limits all of it, the name's look-up too.
        reply: Future[list[Any]] = self._threads.submit(self._get, parameters | {"limit": str(MOST)})
        try:
            return reply.result(self._timeout)
        except FutureTimeout:
            reply.cancel()
            self._resting_until = self._clock() + REST
            raise DossiersUnavailable(f"the city's system did not answer within {self._timeout} s") from None
        except requests.RequestException as error:  # its words hold the code
            self._resting_until = self._clock() + REST
            raise DossiersUnavailable(f"the city's system cannot be reached ({type(error).__name__})") from None

    def _get(self, parameters: dict[str, str]) -> list[Any]:
        with self._session.get(
            self._url, params=parameters, timeout=self._timeout, allow_redirects=False, stream=True
        ) as response:
            if response.status_code != requests.codes.ok:
                raise DossiersUnavailable(f"the city's system answered with status {response.status_code}")
            body = b""
            for part in response.iter_content(1 << 16):
                body += part
                if len(body) > _LONGEST:
                    raise DossiersUnavailable("the city's system answered with more than can be dossiers")
        try:
            records = json.loads(body)["dossiers"]
        except (ValueError, TypeError, KeyError):
            records = None
        if not isinstance(records, list):
            raise DossiersUnavailable("the city's system answered, but not by the contract")
        return records
