"""Vietnamese as it is spoken: shown text to speech and back, values out of speech, and the shape of turns."""

from __future__ import annotations

from language.completeness import Completeness

from .appointments import Session, When, parse_day, parse_time, parse_when
from .clauses import clauses
from .codes import parse_code_start, parse_dossier_code, read_code, replace_end
from .dates import DatePart, parse_date, parse_date_part, read_date
from .dialects import sound_key
from .digits import parse_digits, parse_identity, parse_phone, read_digits, read_identity, read_phone
from .legal_said import LegalReference, parse_legal_reference
from .letters import fold, normalise, spell, syllables
from .lunar import lunar_to_solar
from .number_words import parse_money, parse_number
from .numbers import read_number
from .speech import speak
from .turns import completeness, is_backchannel, is_command, is_question, strip_fillers
from .windows import parse_window, read_window
from .writing import write

__all__ = [
    "Completeness",
    "DatePart",
    "LegalReference",
    "Session",
    "When",
    "clauses",
    "completeness",
    "fold",
    "is_backchannel",
    "is_command",
    "is_question",
    "lunar_to_solar",
    "normalise",
    "parse_code_start",
    "parse_date",
    "parse_date_part",
    "parse_day",
    "parse_digits",
    "parse_dossier_code",
    "parse_identity",
    "parse_legal_reference",
    "parse_money",
    "parse_number",
    "parse_phone",
    "parse_time",
    "parse_when",
    "parse_window",
    "read_code",
    "read_date",
    "read_digits",
    "read_identity",
    "read_number",
    "read_phone",
    "read_window",
    "replace_end",
    "sound_key",
    "speak",
    "spell",
    "strip_fillers",
    "syllables",
    "write",
]
