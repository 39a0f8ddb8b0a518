"""A server here that speaks as much of the Hugging Face hub's protocol as a download needs."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serve(folder: Path, repository: str, commit: str, stated: Mapping[str, str]) -> Iterator[str]:
    """Yields its address. It has one repository: the files in `folder`; `stated` are SHA-256 sums of its LFS files."""

    def sibling(file: Path) -> dict[str, object]:
        size = file.stat().st_size
        lfs = {"sha256": stated[file.name], "size": size, "pointerSize": 130} if file.name in stated else None
        return {"rfilename": file.name, "size": size, "blobId": "0" * 40, "lfs": lfs}

    class Hub(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith(f"/api/models/{repository}/revision/{commit}"):
                siblings = [sibling(file) for file in sorted(folder.iterdir())]
                listing = json.dumps({"id": repository, "sha": commit, "siblings": siblings})
                self.answer(listing.encode(), {"Content-Type": "application/json"})
            elif (file := folder / self.path.removeprefix(f"/{repository}/resolve/{commit}/")).is_file():
                etag = hashlib.sha1(file.read_bytes()).hexdigest()
                self.answer(file.read_bytes(), {"ETag": f'"{etag}"', "X-Repo-Commit": commit})
            else:
                self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def answer(self, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(200)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
