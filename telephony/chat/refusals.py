"""What a client is told when its message is not taken."""

from __future__ import annotations

STATUS = {"bad_request": 400, "unauthorized": 401, "too_large": 413, "too_fast": 429, "busy": 503}


class Refused(Exception):
    """`error` is a key of `STATUS` and of the prompts; `detail` is for the client's developer."""

    def __init__(self, error: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.error, self.detail, self.retry_after = error, detail, retry_after  # s
