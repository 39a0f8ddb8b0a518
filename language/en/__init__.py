"""English as it is spoken on this hotline; the same names as `language.vi`."""

from __future__ import annotations

from language.completeness import Completeness
from language.vi.letters import fold

from .clauses import clauses
from .codes import parse_dossier_code, read_code
from .dates import parse_date, parse_date_part, read_date
from .digits import parse_digits, parse_identity, parse_phone, read_digits, read_identity, read_phone
from .number_words import parse_number, read_number
from .speech import speak
from .turns import completeness, is_backchannel, is_command, strip_fillers
from .writing import write

__all__ = [
    "Completeness",
    "clauses",
    "completeness",
    "fold",
    "is_backchannel",
    "is_command",
    "parse_date",
    "parse_date_part",
    "parse_digits",
    "parse_dossier_code",
    "parse_identity",
    "parse_number",
    "parse_phone",
    "read_code",
    "read_date",
    "read_digits",
    "read_identity",
    "read_number",
    "read_phone",
    "speak",
    "strip_fillers",
    "write",
]
