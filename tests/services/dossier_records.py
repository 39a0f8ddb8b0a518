"""Records as the city's export has them; everybody in them is invented."""

from __future__ import annotations

from typing import Any

BIRTH = "1.001193"
CODE = "000.00.19.H26-260210-0317"


def record(**changes: Any) -> dict[str, Any]:
    """Received in February 2026, due on Monday, 9 March."""
    return {
        "code": CODE,
        "procedure": BIRTH,
        "status": "dang_xu_ly",
        "received": "2026-02-10",
        "due": "2026-03-09",
        "holder": "Nguyễn Thị Lan",
        "verify_last4": "4821",
        "note": "",
    } | changes
