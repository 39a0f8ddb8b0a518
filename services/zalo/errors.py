from __future__ import annotations


class ZaloError(Exception):
    """Zalo did not do what was asked; `code` is Zalo's own, None when it could not be reached or understood."""

    def __init__(self, message: str, code: int | None = None, passing: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.passing = passing  # the same may succeed a moment later
