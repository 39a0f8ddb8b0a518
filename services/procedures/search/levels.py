"""The level of the administration that a caller names: most procedures exist at the ward, some at several levels."""

from __future__ import annotations

import re

from language.vi import letters
from services.procedures.record import Level

# "ở tỉnh thì …" means the office; "ở tỉnh Ninh Bình", "của bộ đội" say something else.
_OFFICE = r"(?=$| (?:thì|có|cần|phải|mất|hết|bao|mấy|làm|được|không|nộp|hay|chứ|à|ạ|nhé)\b)"
_SAID = {
    Level.MINISTRY: re.compile(
        r"\b(?:(?:ở|tại|trên) )?(?:cấp trung ương|trung ương|cấp bộ|cap trung uong|cap bo)\b"
        rf"|\b(?:ở|trên|lên) (?:bộ|cục){_OFFICE}"
    ),
    Level.CITY: re.compile(
        r"\b(?:(?:ở|tại|trên) )?(?:cấp tỉnh|cấp thành phố|cap tinh|cap thanh pho)\b"
        rf"|\b(?:ở|trên|lên) (?:tỉnh|thành phố|sở){_OFFICE}"
    ),
}


def split_level(query: str) -> tuple[Level | None, str]:
    """The level that a query names, None for the ward, where callers are taken to be; and the query without it."""
    text = letters.normalise(query)
    for level, said in _SAID.items():
        if said.search(text):
            return level, said.sub(" ", text)
    return None, text
