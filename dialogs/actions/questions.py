"""Questions about procedures: which one is meant, and what the knowledge says about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dialogs.actions import guide, repair
from dialogs.actions.turn import Turn
from services.procedures import Aspect, Hit, is_clear, plausible
from voicebot.expectation import Expectation

ASPECTS: dict[str, str] = {
    "hoi_thu_tuc": Aspect.OVERVIEW,
    "hoi_ho_so": Aspect.DOCUMENTS,
    "hoi_phi": Aspect.FEE,
    "hoi_thoi_han": Aspect.TIME,
    "hoi_noi_nop": Aspect.WHERE,
    "hoi_huong_dan": Aspect.STEPS,
    "hoi_dieu_kien": Aspect.CONDITIONS,
    "hoi_muc_huong": Aspect.AMOUNT,
    "hoi_quyen_loi": Aspect.AMOUNT,
    "hoi_ket_qua": Aspect.RESULT,
    "hoi_can_cu": Aspect.LEGAL_BASIS,
    "hoi_truc_tuyen": Aspect.ONLINE,
    "hoi_phi_phat": "fine",
    "buoc_tiep": Aspect.STEPS,
    "buoc_truoc": Aspect.STEPS,
    "buoc_may": Aspect.STEPS,
}
UNRECORDED = {"fine"}  # callers ask for it, no record holds it
PARTICULAR = ASPECTS.keys() - {"hoi_thu_tuc"}  # say what is asked, perhaps not about what

HEARD_WELL = 0.85  # at or above it the procedure's name is not said back


def answer(turn: Turn) -> None:
    """Answers the aspect that the intent asks for, once it is clear which procedure is meant."""
    aspect = ASPECTS[turn.intent]
    if named(turn, aspect):
        return
    if turn.memory.procedure and turn.intent in PARTICULAR:
        tell(turn, turn.memory.procedure, aspect)
    elif turn.asked and turn.asked["what"] == "procedure":
        repair.misunderstood(turn)  # it was asked for, and still is not known
    else:
        turn.record("search", "none")
        turn.ask("ask_procedure", Expectation.OPEN, "procedure", {"aspect": aspect})


def rescue(turn: Turn) -> None:
    """A turn without a clear intent may still name a procedure; otherwise it is not understood."""
    if plausible(search(turn)):
        likely = [guess["name"] for guess in turn.ranking][:3]
        turn.intent = next((intent for intent in likely if intent in ASPECTS), "hoi_thu_tuc")
        answer(turn)
    else:
        repair.misunderstood(turn)


def named(turn: Turn, aspect: str, text: str | None = None) -> bool:
    """Whether the turn, or `text` of it, names a procedure; then it is taken up, or what may be meant is offered."""
    if text is None and _follows_up(turn):
        return False
    hits = search(turn, text)
    current = turn.memory.procedure
    if is_clear(hits):
        take_up(turn, hits[0].code, aspect)
    elif turn.intent in PARTICULAR and any(hit.code == current for hit in plausible(hits)):
        tell(turn, str(current), aspect)  # more about what is being spoken of
    elif plausible(hits):
        offer(turn, plausible(hits), aspect)
    else:
        return False
    return True


def _follows_up(turn: Turn) -> bool:
    """Whether a question names no procedure by its own words: then what else may have been heard names none either."""
    known = turn.memory.procedure and turn.intent in PARTICULAR
    return bool(known) and not plausible(turn.backing.procedures.search(turn.text, 3))


def search(turn: Turn, text: str | None = None) -> list[Hit]:
    """By the words of the turn and the recogniser's alternatives, or by `text` alone."""
    book = turn.backing.procedures
    hits = book.search(turn.text, 5, turn.alternatives) if text is None else book.search(text, 5)
    turn.candidates = [asdict(hit) for hit in hits]
    return hits


def offer(turn: Turn, hits: Sequence[Hit], aspect: str) -> None:
    """Reads out what could be meant and lets the caller choose."""
    choices = turn.backing.procedures.choices(hits)
    needs = {"choices": [asdict(choice) for choice in choices.each], "aspect": aspect}
    turn.record("search", "choices")
    said = "; ".join(turn.word("choice_item", n=n, name=each.difference) for n, each in enumerate(choices.each, 1))
    if choices.subject:
        turn.ask("choose_kind", Expectation.CHOICE, "choice", needs, subject=choices.subject, choices=said)
    else:
        turn.ask("choose", Expectation.CHOICE, "choice", needs, choices=said)


def take_up(turn: Turn, code: str, aspect: str) -> None:
    """Turns to a procedure that the caller has named, and answers."""
    procedure = turn.backing.procedures.get(code)
    assert procedure is not None, code  # the code comes from a search of the same book
    new = turn.memory.procedure != code
    turn.memory.procedure = code
    if procedure.bereavement and not turn.memory.condoled:
        turn.memory.condoled = True
        turn.say("condolence")
    if new and turn.hearing < HEARD_WELL:
        turn.say("confirm_procedure", name=procedure.spoken_name)
    tell(turn, code, aspect)


def tell(turn: Turn, code: str, aspect: str) -> None:
    """Says what is known about one aspect, the first part at least; what is not known is said to be so."""
    turn.memory.procedure, turn.memory.aspect = code, aspect
    if aspect == Aspect.STEPS and guide.begin(turn, code):
        return
    answer = None if aspect in UNRECORDED else turn.backing.procedures.answer(code, Aspect(aspect))
    turn.record("answer", aspect if answer and answer.known else "unknown")
    if answer and answer.parts:
        go_on(turn, answer.parts, answer.source, answer.offers_officer)
        return
    turn.say("unknown_fact", name=turn.procedure_name, aspect=turn.backing.prompts.name("aspects", aspect))
    turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "unknown_fact"})


def go_on(turn: Turn, parts: Sequence[str], source: Mapping[str, Any], offers_officer: bool) -> None:
    """Says the next part of an answer and asks whether to go on, or what else there is."""
    said, *rest = parts
    turn.tell(said, source)
    if offers_officer and len(rest) <= 1:  # the last part is that question
        if rest:
            turn.tell(rest[0])
        turn.expect(Expectation.YES_NO, "person", {"reason": "uncertain_fact"})
    elif rest:
        needs = {"parts": rest, "source": dict(source), "offers_officer": offers_officer}
        turn.ask("more", Expectation.YES_NO, "more", needs, n=len(rest) - offers_officer)
    elif turn.memory.aspect == Aspect.OVERVIEW:
        turn.ask("aspects_hint", Expectation.OPEN, "procedure", {"aspect": Aspect.OVERVIEW}, name=turn.procedure_name)
    else:
        turn.anything_else()
