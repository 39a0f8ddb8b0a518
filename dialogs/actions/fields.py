"""Which procedures a field has (residence, identity cards, driving licences …), three at a time, and where to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogs.actions import hearing, questions
from dialogs.actions.answering import CHOICES, NO, Asked, Reply
from dialogs.actions.moves import Kind, move
from dialogs.actions.turn import Turn
from language.vi.letters import fold, syllables
from services.procedures import Aspect
from services.procedures.groups import Group, group, groups, procedures_of
from voicebot.expectation import Expectation

_POLICE = re.compile(r"\b(?:cong an|canh sat|csgt)\b")
_MORE = re.compile(
    r"\b(?:(?:nghe|ke|noi|doc|con) (?:them|nua|tiep)|con (?:gi|viec|phan|thu tuc|cai)"
    r"|(?:viec|phan|thu tuc|cai) khac|nua)\b"
)


def ask(turn: Turn) -> None:
    """What there is in the field that was named; which fields there are, when none was."""
    field = heard(turn.text)
    if field:
        tell(turn, field, 0)
    elif not questions.named(turn, Aspect.OVERVIEW):
        offer(turn, [each.key for each in groups() if each.police or not is_police(turn.text)], 0)


def agency(turn: Turn) -> None:
    """No record holds a telephone number: says so, and where to ask instead."""
    field = heard(turn.text)
    turn.record("agency", field.key if field else "unknown")
    if field:
        turn.say("no_agency_number", place=field.ask_at)
    elif turn.memory.procedure and not is_police(turn.text):
        turn.say("no_number")
        where = turn.backing.procedures.answer(turn.memory.procedure, Aspect.WHERE)
        if where.known:
            turn.tell(where.parts[0], where.source)
    elif is_police(turn.text):
        turn.say("no_agency_number", place="Công an xã, phường")
    else:
        turn.say("no_number")
    if is_police(turn.text) or (field and field.police):
        turn.say("police_urgent")
    turn.anything_else()


def heard(text: str) -> Group | None:
    """The field whose longest name was said."""
    said = f" {fold(' '.join(syllables(text)))} "
    lengths = {
        each.key: max((len(name) for name in each.said if f" {fold(name)} " in said), default=0) for each in groups()
    }
    best = max(lengths, key=lambda key: lengths[key])
    return group(best) if lengths[best] else None


def is_police(text: str) -> bool:
    return bool(_POLICE.search(fold(" ".join(syllables(text)))))


def offer(turn: Turn, keys: Sequence[str], page: int) -> None:
    shown = keys[page * CHOICES : (page + 1) * CHOICES]
    if not shown:
        _no_more(turn)
        return
    choices = _read_out(turn, [group(key).name for key in shown])
    turn.record("fields", f"page {page}")
    turn.ask("choose_field", Expectation.CHOICE, "field", {"keys": list(keys), "page": page}, choices=choices)


def tell(turn: Turn, field: Group, page: int) -> None:
    own = procedures_of(field, turn.backing.procedures)
    shown = own[page * CHOICES : (page + 1) * CHOICES]
    turn.record("field", f"{field.key} {page}")
    if len(own) == 1 and page == 0:
        questions.take_up(turn, own[0].code, Aspect.OVERVIEW)
        return
    if not own:
        turn.say("field_empty", name=field.name)
    if not shown:
        _no_more(turn)
        return
    needs = {
        "key": field.key,
        "page": page,
        "choices": [{"code": each.code, "name": each.spoken_name} for each in shown],
    }
    choices = _read_out(turn, [each.spoken_name for each in shown])
    turn.ask("choose_in_field", Expectation.CHOICE, "in_field", needs, name=field.name, choices=choices)


def field_chosen(turn: Turn, asked: Asked) -> bool:
    shown = [group(key) for key in asked["keys"][asked["page"] * CHOICES : (asked["page"] + 1) * CHOICES]]
    index = _index(turn, [each.name for each in shown])
    named = heard(turn.text) if index is None else shown[index]
    if named:
        turn.intent = "hoi_linh_vuc" if index is None else "chon"
        tell(turn, named, 0)
    elif _wants_more(turn):
        offer(turn, asked["keys"], asked["page"] + 1)
    else:
        return False
    return True


def procedure_chosen(turn: Turn, asked: Asked) -> bool:
    index = _index(turn, [each["name"] for each in asked["choices"]])
    if index is not None:
        aspect = questions.ASPECTS[turn.intent] if turn.intent in questions.PARTICULAR else Aspect.OVERVIEW
        turn.intent = turn.intent if turn.intent in questions.ASPECTS else "chon"
        questions.take_up(turn, asked["choices"][index]["code"], aspect)
    elif _wants_more(turn):
        tell(turn, group(asked["key"]), asked["page"] + 1)
    else:
        return False
    return True


def _index(turn: Turn, names: Sequence[str]) -> int | None:
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(names))
    return hearing.by_name(turn.text, names) if index is None else index


def _wants_more(turn: Turn) -> bool:
    wanted = move(turn.text)
    said = fold(" ".join(syllables(turn.text)))
    next_one = wanted is not None and wanted.kind is Kind.NEXT
    return turn.intent in ("buoc_tiep", NO) or next_one or bool(_MORE.search(said))


def _no_more(turn: Turn) -> None:
    turn.ask("field_end", Expectation.OPEN, "procedure", {"aspect": Aspect.OVERVIEW})


def _read_out(turn: Turn, names: Sequence[str]) -> str:
    return "; ".join(turn.word("choice_item", n=n, name=name) for n, name in enumerate(names, 1))


REPLIES: dict[str, Reply] = {"field": field_chosen, "in_field": procedure_chosen}
