"""Legal documents asked for by number or name: what they are and when they are of, as the records cite them.

Whether a document is still in force stands in no record; that is said, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogs.actions import hearing, questions
from dialogs.actions.answering import CHOICES, Asked, Reply
from dialogs.actions.turn import Turn
from language.vi.legal_said import LegalReference, parse_legal_reference
from language.vi.letters import fold, syllables
from language.vi.writing import write
from services.procedures import Aspect, LegalDocument, Procedure
from voicebot.expectation import Expectation

Found = Sequence[tuple[LegalDocument, tuple[Procedure, ...]]]

_EFFECT = re.compile(
    r"\b(?:hieu luc|con (?:ap dung|dung|gia tri|xai)|het han|bi thay|thay the|bai bo|bi bo|sua doi|con khong|bi sua)\b"
)
_OF_ITSELF = re.compile(
    r"\b(?:nam nao|nam may|nam bao nhieu|so may|so bao nhieu|ngay nao|ngay may|khi nao|bao gio|ban hanh|ra doi|cua ai"
    r"|la (?:gi|van ban gi))\b"
)
_NAMED_LAW = re.compile(r"\b(?:bộ luật|luật|pháp lệnh) (?!nào|gì|chi|mô|số|quy|này|đó|ấy|thì|bắt|năm|pháp|sư)\w+")


def answer(turn: Turn) -> None:
    """A document that was named is told of; otherwise what the procedure rests on."""
    reference = parse_legal_reference(turn.text)
    if reference and reference.number:
        _answer(turn, _by_reference(turn, reference))
    elif _asks_about_itself(turn.text) and (named := turn.backing.procedures.legal_documents(turn.text)):
        _answer(turn, named)
    elif _asks_about_itself(turn.text) and _NAMED_LAW.search(" ".join(syllables(turn.text))):
        _unknown(turn)
    else:
        questions.answer(turn)


def chosen(turn: Turn, asked: Asked) -> bool:
    """Which of the documents with the same number: by year, by who issued it, by place or by name."""
    found = _by_numbers(turn, asked["numbers"])
    narrowed = _narrowed(found, turn.text)
    index = None
    if len(found) <= CHOICES:
        index = hearing.position(str(turn.entities.get("so", turn.text)), len(found))
        index = hearing.by_name(turn.text, [_short(document) for document, _ in found]) if index is None else index
    if 0 < len(narrowed) < len(found):
        _choose(turn, narrowed, asked["effect"])
    elif index is not None:
        _tell(turn, found[index], asked["effect"])
    elif hearing.does_not_know(turn.text):
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "legal_unknown"})
    else:
        return False
    return True


def _narrowed(found: Found, text: str) -> Found:
    """Those of the year and the issuer that were said."""
    reference = parse_legal_reference(text)
    said = fold(" ".join(syllables(text)))
    year = re.search(r"\b(?:19|20)\d{2}\b", write(text))
    wanted = str(reference.year) if reference and reference.year else year.group() if year else ""
    of_year = [each for each in found if wanted and f"/{wanted}/" in each[0].number]
    of_issuer = [each for each in of_year or found if each[0].issuer and fold(each[0].issuer) in said]
    return of_issuer or of_year


def _asks_about_itself(text: str) -> bool:
    said = fold(" ".join(syllables(text)))
    return bool(_EFFECT.search(said) or _OF_ITSELF.search(said))


def _by_reference(turn: Turn, reference: LegalReference) -> Found:
    """Of the kind and the year that were said, and of those the ones that the procedure spoken of rests on."""
    found = turn.backing.procedures.legal_documents(reference.number)
    kind = fold(reference.kind)
    alike = [each for each in found if fold(each[0].kind).startswith(kind) or "quoc hoi" in fold(each[0].kind)]
    of_year = [each for each in alike if reference.year is None or f"/{reference.year}/" in each[0].number]
    own = [each for each in of_year if turn.memory.procedure in {procedure.code for procedure in each[1]}]
    return own or of_year


def _by_numbers(turn: Turn, numbers: Sequence[str]) -> Found:
    return [each for number in numbers for each in turn.backing.procedures.legal_documents(number)]


def _answer(turn: Turn, found: Found) -> None:
    effect = bool(_EFFECT.search(fold(" ".join(syllables(turn.text)))))
    if found:
        _choose(turn, found, effect)
    else:
        _unknown(turn)


def _choose(turn: Turn, found: Found, effect: bool) -> None:
    """Tells of the one, offers the few, asks for the year when there are many."""
    if len(found) == 1:
        _tell(turn, found[0], effect)
        return
    needs = {"numbers": [document.number for document, _ in found], "effect": effect}
    turn.record("legal", "choices")
    if len(found) > CHOICES:
        turn.ask("legal_which_year", Expectation.OPEN, "legal_choice", needs)
    else:
        items = "; ".join(turn.word("choice_item", n=n, name=_short(each)) for n, (each, _) in enumerate(found, 1))
        turn.ask("legal_which", Expectation.CHOICE, "legal_choice", needs, choices=items)


def _tell(turn: Turn, found: tuple[LegalDocument, tuple[Procedure, ...]], effect: bool) -> None:
    document, resting = found
    turn.record("legal", document.number or document.title)
    code = turn.memory.procedure
    cited_by = code if code in {each.code for each in resting} else next((each.code for each in resting), None)
    source = turn.backing.procedures.answer(cited_by, Aspect.LEGAL_BASIS).source if cited_by else None
    turn.tell(turn.word("legal_document", document=document.spoken), source)
    if not document.date:
        turn.say("legal_date_unknown")
    if code and code == cited_by:
        turn.say("legal_rests", name=turn.procedure_name)
    if effect:
        turn.say("legal_effect_unknown")
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "legal_effect"})
    else:
        turn.anything_else()


def _unknown(turn: Turn) -> None:
    turn.record("legal", "unknown")
    turn.say("legal_not_found")
    turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "legal_unknown"})


def _short(document: LegalDocument) -> str:
    return f"{document.name} số {document.number}" if document.number else document.title


REPLIES: dict[str, Reply] = {"legal_choice": chosen}
