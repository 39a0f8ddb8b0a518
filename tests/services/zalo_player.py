"""A local HTTP server that plays Zalo by the contract in `zalo_contract`, with tokens that work as Zalo's do."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from services.settings import ZaloAccountSettings

CONTRACT = Path(__file__).with_name("zalo_contract")
APP, APP_SECRET, OA_SECRET, REFRESH = "431234567890123456", "app-secret", "oa-secret", "refresh-0"
USER = "186729651760683225"


def event(name: str) -> bytes:
    return (CONTRACT / f"event_{name}.json").read_bytes()


def sign(body: bytes, timestamp: str, secret: str = OA_SECRET) -> str:
    return "mac=" + hashlib.sha256(APP.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def signed(body: bytes) -> dict[str, str]:
    """The headers that Zalo would send with it."""
    stamp = str(json.loads(body)["timestamp"])
    return {"X-ZEvent-Signature": sign(body, stamp), "Content-Type": "application/json"}


class ZaloPlayer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.access, self.refresh, self.pairs = "", REFRESH, 0
        self.sent: list[tuple[str, str]] = []  # user, text
        self.answers: list[str] = []  # names of the next answers to messages, instead of success
        self.problems: list[str] = []  # requests not of the recorded form
        self.lock = threading.Lock()

    @property
    def settings(self) -> ZaloAccountSettings:
        url = f"http://127.0.0.1:{self.server_port}"
        secrets = {"app_secret": APP_SECRET, "oa_secret": OA_SECRET, "refresh_token": REFRESH}
        return ZaloAccountSettings.model_validate({"app_id": APP, "api": url, "oauth": url, "timeout": 5, **secrets})

    def answer(self, path: str, headers: dict[str, str], raw: bytes) -> tuple[int, Any]:
        with self.lock:
            if path == "/v4/oa/access_token":
                form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
                return self._play(self._renew(form, headers), path, headers, form)
            body = json.loads(raw)
            return self._play(self._take(body, headers), path, headers, body)

    def _renew(self, form: dict[str, str], headers: dict[str, str]) -> str:
        """A refresh token works once."""
        if form.get("refresh_token") != self.refresh or headers.get("secret_key") != APP_SECRET:
            return "refresh_refused"
        self.pairs += 1
        self.access, self.refresh = f"access-{self.pairs}", f"refresh-{self.pairs}"
        return "refresh"

    def _take(self, body: dict[str, Any], headers: dict[str, str]) -> str:
        if headers.get("access_token") != self.access:
            return "send_token_refused"
        if self.answers:
            return self.answers.pop(0)
        self.sent.append((body["recipient"]["user_id"], body["message"]["text"]))
        return "send"

    def _play(self, name: str, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        exchange = json.loads((CONTRACT / f"{name}.json").read_text("utf-8"))
        recorded, response = exchange["request"], exchange["response"]
        if path != recorded["path"] or _shape(body) != _shape(recorded["body"]):
            self.problems.append(f"{name}: {path}")
        for header, value in recorded["headers"].items():
            if headers.get(header, "") != value and (value or not headers.get(header)):
                self.problems.append(f"{name}: {header}")
        if name == "refresh":
            response["body"] |= {"access_token": self.access, "refresh_token": self.refresh}
        return response["status"], response["body"]


class _Handler(BaseHTTPRequestHandler):
    server: ZaloPlayer

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, body = self.server.answer(self.path, headers, raw)
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def playing() -> Iterator[ZaloPlayer]:
    """Fails when a request was not of the recorded form."""
    player = ZaloPlayer()
    thread = threading.Thread(target=player.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield player
    finally:
        player.shutdown()
        thread.join()
        player.server_close()
    assert player.problems == []


def _shape(value: Any) -> Any:
    return {name: _shape(part) for name, part in value.items()} if isinstance(value, dict) else type(value)
