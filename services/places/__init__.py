"""Names of places as they have been since 1 July 2025: Hanoi's 126 wards and communes, the 34 provinces.

Source of both files: the vietnamese-provinces-database of Thang Le Quoc (MIT licence), data of 2026.
"""

from services.places.names import PROVINCES, WARDS
from services.places.wards import find_district, find_wards, without_wards

__all__ = ["PROVINCES", "WARDS", "find_district", "find_wards", "without_wards"]
