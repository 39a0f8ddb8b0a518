"""How many text messages a telephone network makes of one text (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

import math

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")  # two characters each
_SINGLE, _JOINED = (160, 153), (70, 67)


def segments(text: str) -> int:
    """Segments that are sent and paid for: 160 characters (153 each of several), or 70 (67) with Vietnamese letters."""
    if set(text) <= _BASIC | _EXTENDED:
        length, (alone, joined) = len(text) + sum(c in _EXTENDED for c in text), _SINGLE
    else:
        length, (alone, joined) = len(text.encode("utf-16-le")) // 2, _JOINED
    return 1 if length <= alone else math.ceil(length / joined)
