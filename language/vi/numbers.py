"""Numbers as words."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_UNITS_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}


def _tens(n: int) -> str:
    tens, unit = divmod(n, 10)
    if tens == 0:
        return DIGITS[unit]
    if tens == 1:
        return "mười" + (f" {'lăm' if unit == 5 else DIGITS[unit]}" if unit else "")
    return f"{DIGITS[tens]} mươi" + (f" {_UNITS_AFTER_TENS.get(unit, DIGITS[unit])}" if unit else "")


def _hundreds(n: int, full: bool) -> str:
    """0 < n < 1000; `full` says the hundreds even when they are none ("không trăm linh năm")."""
    hundreds, rest = divmod(n, 100)
    if not hundreds and not full:
        return _tens(rest)
    head = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return head
    return f"{head} linh {DIGITS[rest]}" if rest < 10 else f"{head} {_tens(rest)}"


def read_number(n: int) -> str:
    """Words of a whole number: 1005 gives "một nghìn không trăm linh năm", -3 gives "âm ba"."""
    if n < 0:
        return f"âm {read_number(-n)}"
    if n == 0:
        return DIGITS[0]
    billions, rest = divmod(n, 10**9)
    words = [f"{read_number(billions)} tỷ"] if billions else []
    for size, name in ((10**6, " triệu"), (10**3, " nghìn"), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words.append(_hundreds(group, full=bool(words)) + name)
    return " ".join(words)


def read_decimal(whole: str, fraction: str, point: str = "phẩy") -> str:
    """Words of a decimal given as two strings of digits; up to two decimals are read as one number."""
    as_number = len(fraction) <= 2 and not fraction.startswith("0")
    tail = read_number(int(fraction)) if as_number else " ".join(DIGITS[int(d)] for d in fraction)
    return f"{read_number(int(whole))} {point} {tail}"


def roman(numeral: str) -> int | None:
    """Value of a Roman numeral in upper case up to 49, or None when it is not well formed."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50}
    if not numeral or any(c not in values for c in numeral):
        return None
    total = 0
    for c, following in zip(numeral, [*numeral[1:], ""], strict=True):
        total += -values[c] if values.get(following, 0) > values[c] else values[c]
    return total if _to_roman(total) == numeral else None


def _to_roman(n: int) -> str:
    text = ""
    for value, numeral in ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while 0 < value <= n:
            text, n = text + numeral, n - value
    return text
