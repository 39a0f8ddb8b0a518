"""The Vietnamese lunar calendar: from a lunar date to the solar one.

Months begin on the day of the new moon in Vietnam (UTC+7); the month that holds the winter solstice is the eleventh,
and in a year of thirteen months the first one without a principal term is a leap month. New moons after Meeus,
"Astronomical Algorithms", chapter 49; solar longitude after chapter 25.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

_EPOCH = date(2000, 1, 1)
_EPOCH_JDE = 2451544.5  # Julian ephemeris day of that midnight, UT
_ZONE = 7 / 24
_SYNODIC = 29.530588861
_DELTA_T = 65 / 86400  # ephemeris time ahead of UT; seconds around the present, within two minutes since 1900


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _new_moon(k: int) -> date:
    """Day in Vietnam of the k-th new moon after 6 January 2000."""
    t = k / 1236.85
    jde = 2451550.09766 + _SYNODIC * k + 0.00015437 * t * t
    e = 1 - 0.002516 * t
    sun = 2.5534 + 29.10535670 * k
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t
    node = 160.7108 + 390.67050284 * k - 0.0016118 * t * t
    jde += (
        -0.40720 * _sin(moon)
        + 0.17241 * e * _sin(sun)
        + 0.01608 * _sin(2 * moon)
        + 0.01039 * _sin(2 * node)
        + 0.00739 * e * _sin(moon - sun)
        - 0.00514 * e * _sin(moon + sun)
        + 0.00208 * e * e * _sin(2 * sun)
        - 0.00111 * _sin(moon - 2 * node)
        - 0.00057 * _sin(moon + 2 * node)
        + 0.00056 * e * _sin(2 * moon + sun)
        - 0.00042 * _sin(3 * moon)
        + 0.00042 * e * _sin(sun + 2 * node)
        + 0.00038 * e * _sin(sun - 2 * node)
        - 0.00024 * e * _sin(2 * moon - sun)
    )
    return _EPOCH + timedelta(days=math.floor(jde - _DELTA_T + _ZONE - _EPOCH_JDE))


def _solar_sector(day: date) -> int:
    """Which twelfth of the solar longitude (9 begins at the winter solstice) the midnight of `day` is in."""
    t = ((day - _EPOCH).days + _EPOCH_JDE - _ZONE - 2451545.0) / 36525
    anomaly = 357.52911 + 35999.05029 * t
    longitude = (
        280.46646
        + 36000.76983 * t
        + (1.914602 - 0.004817 * t) * _sin(anomaly)
        + 0.019993 * _sin(2 * anomaly)
        + 0.000289 * _sin(3 * anomaly)
        - 0.00569
        - 0.00478 * _sin(125.04 - 1934.136 * t)
    )
    return int(longitude % 360 // 30)


def _eleventh_month(year: int) -> int:
    """Index of the new moon that opens the eleventh month of `year`: the last one before the solstice."""
    k = math.floor(((date(year, 12, 31) - date(2000, 1, 6)).days) / _SYNODIC) + 1
    while _new_moon(k) > date(year, 12, 31) or _solar_sector(_new_moon(k)) >= 9:
        k -= 1
    return k


def lunar_to_solar(day: int, month: int, year: int, leap: bool = False) -> date | None:
    """Solar date of a lunar day; None when the month has no such day, or no such leap month exists."""
    if not (1 <= day <= 30 and 1 <= month <= 12):
        return None
    first = _eleventh_month(year - 1 if month < 11 else year)
    last = _eleventh_month(year if month < 11 else year + 1)
    ordinal = (month - 11) % 12
    leap_at = _leap_index(first, last)
    if leap and leap_at != ordinal + 1:
        return None
    index = first + ordinal + (1 if leap or (leap_at is not None and ordinal >= leap_at) else 0)
    start, following = _new_moon(index), _new_moon(index + 1)
    return start + timedelta(days=day - 1) if day <= (following - start).days else None


def _leap_index(first: int, last: int) -> int | None:
    """How many months after the eleventh the leap month comes, when there are thirteen of them."""
    if last - first < 13:
        return None
    for i in range(1, 14):
        if _solar_sector(_new_moon(first + i)) == _solar_sector(_new_moon(first + i + 1)):
            return i
    return None
