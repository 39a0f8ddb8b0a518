"""A fake citizen register that keeps to docs/citizen-register.md. For tests only: its people are invented."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "token-of-the-fake"
PERSON = {
    "fullName": "Trần Thị Mai",
    "dateOfBirth": "1950-03-12",
    "sex": "female",
    "permanentAddress": {"detail": "Số 12 ngõ 5 phố Chùa Láng", "ward": "Phường Láng", "wardCode": "00199"},
}
PEOPLE = {("001150012345", "1950-03-12"): PERSON}


class FakeRegister:
    """`status`, `body` and `delay` make it misbehave; `asked` are the requests that came."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.body: bytes | None = None
        self.delay = 0.0  # s
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    def answer(self, path: str, token: str, request: dict[str, Any]) -> tuple[int, bytes]:
        self.asked.append(request)
        time.sleep(self.delay)
        if self.status or self.body is not None:
            return self.status or 200, self.body or b""
        if path != "/v1/persons/lookup" or token != f"Bearer {TOKEN}":
            return 401, b""
        if not request["consent"]["wordingDigest"] or request["purpose"] != "form":
            return 409, b""
        person = PEOPLE.get((request["citizenId"], request["dateOfBirth"]))
        return (200, json.dumps({"person": person}).encode()) if person else (403, b"")


@contextmanager
def running() -> Iterator[FakeRegister]:
    register = FakeRegister()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = register.answer(self.path, self.headers["Authorization"], request)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        register.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield register
        server.shutdown()
        thread.join()
