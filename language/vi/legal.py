"""Numbers of decrees, circulars, laws and decisions, read aloud."""

from __future__ import annotations

import re

from .letters import spell
from .lexicon import ABBREVIATIONS, ISSUERS, LEGAL_KINDS
from .numbers import DIGITS, read_number

_KIND_NAMES = sorted({*LEGAL_KINDS.values(), "luật", "bộ luật", "hiến pháp"}, key=len, reverse=True)
_KINDS = rf"(?:(?i:{'|'.join(_KIND_NAMES)})|{'|'.join(sorted(LEGAL_KINDS, key=len, reverse=True))})"
_NUMBER = r"(?P<number>[0-9]+)(?P<part>\.[0-9a-z]+|[a-zđ])?"
_SYMBOL = r"[A-ZĐ][A-ZĐa-z0-9&]*"
_FULL = re.compile(
    rf"(?<![\w/])(?:(?P<lead>{_KINDS})\s+)?(?:[Ss]ố\s+)?{_NUMBER}(?:/(?P<year>[0-9]{{4}}))?"
    rf"/(?P<tail>{_SYMBOL}(?:-{_SYMBOL})*)(?!\w)"
)
_SHORT = re.compile(rf"(?<![\w/])(?P<lead>{_KINDS})\s+(?:[Ss]ố\s+)?{_NUMBER}/(?P<year>[0-9]{{4}})(?![\w/-])")
_TERM = re.compile(r"(UBTVQH|QH)([0-9]{1,2})")


def _number(match: re.Match[str]) -> str:
    """ "66.7" is read "sáu mươi sáu chấm bảy", "09b" "chín bê"."""
    said, part = read_number(int(match["number"])), match["part"] or ""
    if part.startswith("."):
        rest = part[1:]
        return f"{said} chấm {read_number(int(rest)) if rest.isdigit() else spell(rest)}"
    return f"{said} {spell(part)}".rstrip()


def _issuer(symbol: str) -> str:
    if term := _TERM.fullmatch(symbol):
        return f"{ISSUERS[term[1]]} khóa {read_number(int(term[2]))}"
    if symbol in ABBREVIATIONS:
        return ABBREVIATIONS[symbol]
    letters, digits = re.sub(r"[^A-ZĐ]", "", symbol.upper()), re.sub(r"\D", "", symbol)
    return f"{spell(letters)} {' '.join(DIGITS[int(d)] for d in digits)}".strip()


def _read(match: re.Match[str]) -> str:
    symbols = match["tail"].split("-") if "tail" in match.re.groupindex else []
    kind = LEGAL_KINDS.get(symbols[0]) if symbols else None
    if symbols and not (kind or symbols[0] in ABBREVIATIONS or _TERM.fullmatch(symbols[0])):
        return match.group()
    issuers = [_issuer(s) for s in (symbols[1:] if kind else symbols)]
    lead = match["lead"] or ""
    head = LEGAL_KINDS.get(lead.split()[0], lead.lower()) if lead else kind or ""
    said = f"{head} số {_number(match)}"
    if match["year"]:
        said += f" năm {read_number(int(match['year']))}"
    if issuers:
        own = any(symbol in ISSUERS or _TERM.fullmatch(symbol) for symbol in symbols)
        said += f"{' của' if own else ','} {', '.join(issuers)}"
    return said.strip()


def replace_legal_numbers(text: str) -> str:
    """ "NĐ 5/2020/NĐ-CP" gives "nghị định số năm năm hai nghìn không trăm hai mươi của chính phủ"."""
    return _SHORT.sub(_read, _FULL.sub(_read, text))
