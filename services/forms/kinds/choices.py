"""One of several known things: options, ethnic groups, procedures, trades."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from language.vi import fold, normalise, sound_key
from language.vi.number_words import after_repair
from services.forms.definitions import Option, Slot
from services.forms.values import LONGEST_VALUE, Context, Found, Parsed, Reason, Refused, Value
from services.forms.words import plain

_HERE = Path(__file__).parent
CLEAR, NEAR = 0.55, 0.05  # scores of a search: good enough by itself, and as good as the best
CHOICES = 3


def parse_option(text: str, options: Mapping[str, Option], keys: Iterable[str], context: Context) -> Parsed:
    """The option whose words were said, the longest first; its number when it was keyed."""
    keys = list(keys)
    if context.keyed and text.strip().isdigit():
        index = int(text.strip()) - 1
        return Found(keys[index]) if 0 <= index < len(keys) else None
    said = plain(after_repair(text[:LONGEST_VALUE])[1])
    for exact, key in ((True, _same), (False, sound_key), (False, fold)):
        lengths = {name: _longest(key(said), [key(normalise(p)) for p in options[name].heard]) for name in keys}
        best = max(lengths.values(), default=0)
        chosen = [name for name in keys if lengths[name] == best]
        if best and len(chosen) == 1:
            return Found(chosen[0], sure=exact or said.isascii())
        if best:
            return Refused(Reason.OPTION_UNKNOWN, {"options": " hay ".join(options[name].title for name in chosen)})
    return None


def parse_ethnic(text: str, slot: Slot, context: Context) -> Parsed:
    return parse_option(re.sub(r"\bdân tộc\b", " ", normalise(text)), ethnic_groups(), ethnic_groups(), context)


def say_ethnic(value: Value) -> str:
    return ethnic_groups()[value].title


def parse_procedure(text: str, slot: Slot, context: Context) -> Parsed:
    """A procedure of the knowledge base: {"code", "name"}."""
    if context.find_procedures is None:
        raise ValueError("a slot of kind procedure needs Context.find_procedures")
    hits = context.find_procedures(text[:LONGEST_VALUE], 5, ())
    if not hits or hits[0].score < CLEAR:
        return Refused(Reason.PROCEDURE_UNKNOWN) if text.strip() else None
    close = [hit for hit in hits if hits[0].score - hit.score < NEAR][:CHOICES]
    if len(close) > 1:
        return Refused(Reason.PROCEDURE_AMBIGUOUS, {"choices": "; ".join(hit.name for hit in close)})
    return Found({"code": hits[0].code, "name": hits[0].name})


@dataclass(frozen=True)
class Trade:
    """A class of the economic activities of Viet Nam, level four (Decision 36/2025/QĐ-TTg)."""

    code: str
    name: str
    heard: tuple[str, ...]
    conditional: bool = False  # may need a licence or meet conditions of its own (Law on Investment)


def parse_trade(text: str, slot: Slot, context: Context) -> Parsed:
    """What is sold or done: {"code", "name", "said"}. The class is a proposal that the officer checks."""
    said = plain(text[:LONGEST_VALUE])
    scores = {trade: _longest(f" {said} ", [normalise(p) for p in trade.heard]) for trade in trades()}
    best = max(scores.values(), default=0)
    if not best:
        return Refused(Reason.INDUSTRY_UNKNOWN) if len(said.split()) > 1 else None
    found = [_trade(trade, said) for trade, score in scores.items() if score == best]
    return Found(found[0], sure=len(found) == 1, others=tuple(found[1:]))


def is_conditional(value: Value) -> bool:
    return any(trade.conditional for trade in trades() if trade.code == value.get("code"))


def say_named(value: Value) -> str:
    return str(value["name"])


def say_trade(value: Value) -> str:
    return f"{value['said'].lower()}, ngành {value['name'].lower()}"


def show_trade(value: Value) -> str:
    return f"{value['said']} (mã ngành dự kiến {value['code']}: {value['name']})"


@cache
def ethnic_groups() -> Mapping[str, Option]:
    entries = yaml.safe_load((_HERE / "ethnic_groups.yml").read_text(encoding="utf-8"))
    return {fold(name).replace(" ", "_"): Option(title=name, heard=(name, *others)) for name, others in entries.items()}


@cache
def trades() -> tuple[Trade, ...]:
    entries = yaml.safe_load((_HERE / "trades.yml").read_text(encoding="utf-8"))
    return tuple(Trade(**{**entry, "heard": tuple(entry["heard"])}) for entry in entries)


def _trade(trade: Trade, said: str) -> dict[str, str]:
    return {"code": trade.code, "name": trade.name, "said": said[:1].upper() + said[1:]}


def _longest(said: str, phrases: Iterable[str]) -> int:
    """Letters of the longest phrase that stands in the words; 0 when none does."""
    return max((len(phrase) for phrase in phrases if f" {phrase} " in f" {said.replace(',', ' ')} "), default=0)


def _same(text: str) -> str:
    return normalise(text)
