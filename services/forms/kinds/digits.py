"""Numbers that are read digit by digit: identity cards, telephones, dossier codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from language.vi import (
    parse_digits,
    parse_dossier_code,
    parse_identity,
    parse_phone,
    read_code,
    read_digits,
    read_identity,
    read_phone,
)
from services.forms.definitions import Slot
from services.forms.values import LONGEST_VALUE, Context, Found, Parsed, Reason, Refused, Value

IDENTITY, PHONE, LAST = 12, 10, 4

# Where a birth was registered, first three digits of an identity number (Decree 137/2015, list of provinces);
# those after the mergers of 2025 are among them. 1xx and 2xx: born abroad.
PROVINCES = {
    "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022",
    "024", "025", "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042",
    "044", "045", "046", "048", "049", "051", "052", "054", "056", "058", "060", "062", "064", "066",
    "067", "068", "070", "072", "074", "075", "077", "079", "080", "082", "083", "084", "086", "087",
    "089", "091", "092", "093", "094", "095", "096",
}  # fmt: skip
_FOUR_DIGITS = re.compile(r"\b(?:bốn|4)\s+(?:chữ\s+)?số(?:\s+cuối)?\b")  # names them, and is none of them
_ELDER_BY = 12  # years that a parent is older than the child, at the very least
_SEX_OF = {"cha": "nam", "ong": "nam", "me": "nu", "ba": "nu"}


@dataclass(frozen=True)
class Identity:
    """What an identity number tells of its holder."""

    sex: str  # nam, nu
    year: int  # of birth


def read_identity_number(number: str) -> Identity:
    """The fourth digit is the century (0 and 1 for 19xx, 2 and 3 for 20xx) and the sex, odd for women."""
    century, sex = divmod(int(number[3]), 2)
    return Identity("nu" if sex else "nam", 1900 + 100 * century + int(number[4:6]))


def parse_cccd(text: str, slot: Slot, context: Context) -> Parsed:
    if number := parse_identity(text[:LONGEST_VALUE]):
        return check_cccd(number, slot, context)
    digits = str(context.part or "") + parse_digits(text[:LONGEST_VALUE], IDENTITY)
    whole = parse_digits(text[:LONGEST_VALUE], IDENTITY)
    return _whole(whole if len(whole) == IDENTITY else digits, IDENTITY, lambda n: check_cccd(n, slot, context))


def check_cccd(number: str, slot: Slot, context: Context) -> Parsed:
    """Province, century and birth year by themselves, then what is known of the person."""
    if number[:3] not in PROVINCES and number[0] not in "12":
        return Refused(Reason.ID_PROVINCE)
    holder, today = read_identity_number(number), context.today
    if not today.year - 125 <= holder.year <= today.year:
        return Refused(Reason.ID_CENTURY)
    person, values = slot.person, context.values
    sex = person.sex or _SEX_OF.get(str(values.get(person.sex_by or "")))
    if sex and sex != holder.sex:
        return Refused(Reason.ID_SEX)
    year = _year(values.get(person.dob or ""))
    if year and year != holder.year:
        return Refused(Reason.ID_BIRTH_YEAR, {"year": str(holder.year)})
    child = _year(values.get(person.elder_of or ""))
    if child and child - holder.year < _ELDER_BY:
        return Refused(Reason.ID_TOO_YOUNG, {"year": str(holder.year)})
    return Found(number)


def parse_phone_number(text: str, slot: Slot, context: Context) -> Parsed:
    if number := parse_phone(text[:LONGEST_VALUE]):
        return Found(number)
    digits = str(context.part or "") + parse_digits(text[:LONGEST_VALUE], PHONE)
    return _whole(digits, PHONE, lambda n: Found(n) if parse_phone(n) else Refused(Reason.PHONE_INVALID))


def parse_last_four(text: str, slot: Slot, context: Context) -> Parsed:
    """Four digits; of a whole identity or telephone number its last four."""
    if digits := last_four(text):
        return Found(digits)
    said = _FOUR_DIGITS.sub(" ", text[:LONGEST_VALUE].lower())
    return _whole(str(context.part or "") + parse_digits(said, LAST), LAST, Found)


def last_four(text: str) -> str | None:
    """Four digits; of a whole identity or telephone number its last four."""
    said = _FOUR_DIGITS.sub(" ", text[:LONGEST_VALUE].lower())
    digits = parse_identity(said) or parse_phone(said) or parse_digits(said, LAST)
    return digits[-LAST:] if len(digits) in (LAST, PHONE, IDENTITY) else None


def parse_dossier(text: str, slot: Slot, context: Context) -> Parsed:
    """A whole code, or its last digits (six at least), which an identity check must go with."""
    if code := parse_dossier_code(text[:LONGEST_VALUE]):
        return Found(code)
    digits = parse_digits(text[:LONGEST_VALUE])
    if 6 <= len(digits) <= 12:
        return Found(digits)
    return Refused(Reason.CODE_INCOMPLETE) if digits else None


def say_dossier(code: Value) -> str:
    return read_digits(code) if str(code).isdigit() else read_code(code)


def say_identity(number: Value) -> str:
    return read_identity(number)


def say_phone(number: Value) -> str:
    return read_phone(number)


def say_last_four(digits: Value) -> str:
    return read_digits(digits, (LAST,))


def _whole(digits: str, length: int, check: Callable[[str], Parsed]) -> Parsed:
    if len(digits) < 2:  # one number word may be anything
        return None
    if len(digits) < length:
        return Refused(Reason.DIGITS_MORE, {"n": str(len(digits))}, part=digits)
    if len(digits) > length:
        return Refused(Reason.DIGITS_TOO_MANY)
    return check(digits)


def _year(value: Value) -> int | None:
    """Of an ISO date or a part of one."""
    return int(value[:4]) if isinstance(value, str) and re.match(r"\d{4}", value) else None
