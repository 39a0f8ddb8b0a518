"""Servers on this machine that behave as gateways do: HTTP that answers as told, SMTP that keeps what it gets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class HttpGateway:
    """`answer` gives status and JSON of an answer, or None: the connection is closed without one."""

    answer: Callable[[Request], tuple[int, Any] | None]
    url: str = ""
    requests: list[Request] = field(default_factory=list)


@contextmanager
def http_gateway(answer: Callable[[Request], tuple[int, Any] | None]) -> Iterator[HttpGateway]:
    gateway = HttpGateway(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = "json" in self.headers.get("Content-Type", "")
            body = json.loads(raw) if is_json else {name: values[0] for name, values in parse_qs(raw).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, body)
            gateway.requests.append(request)
            answered = gateway.answer(request)
            if answered is None:
                self.connection.close()
                return
            status, payload = answered
            content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
