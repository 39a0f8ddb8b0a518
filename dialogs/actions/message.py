"""A message with the papers, the place and the code of a procedure: about what, through what, to which number."""

from __future__ import annotations

from dialogs.actions import dossiers, hearing, questions, sending
from dialogs.actions.answering import ATTEMPTS, NO_MORE, YES, Asked, Reply, kept
from dialogs.actions.phone import number_in
from dialogs.actions.turn import Turn
from services.messages import EMAIL, papers_text
from services.procedures import Aspect, Hit, is_clear, plausible
from voicebot.expectation import Expectation

_LETTER_SEGMENTS = 99  # an e-mail may be as long as it is
_PAPERS = {"hoi_ho_so", "hoi_noi_nop"}  # what the message holds anyway
_VAGUE = {"nlu_fallback", "khong_ro", YES, "chon", "yeu_cau_nhan_tin", "cung_cap_sdt", "cung_cap_cccd"}


def wanted(turn: Turn) -> None:
    if turn.resumes(sending.TASK):
        return
    if hearing.when_ready(turn.text):
        dossiers.remind(turn)
        return
    email = EMAIL.search(turn.text)
    needs = {
        "task": sending.TASK,
        "attempts": 0,
        "channel": "email" if email else hearing.channel(turn.text) or "sms",
        "to": email.group() if email else number_in(turn.text)[0],
        "own": not hearing.for_somebody_else(turn.text),
    }
    hits = _search(turn)
    if is_clear(hits):
        _send(turn, {**needs, "code": hits[0].code})
    elif turn.memory.procedure:
        _send(turn, {**needs, "code": turn.memory.procedure})
    elif plausible(hits):
        _offer(turn, needs, plausible(hits))
    else:
        turn.ask("message_what", Expectation.OPEN, "message_what", needs)


def _search(turn: Turn) -> list[Hit]:
    alternatives = [hearing.about_what(words) for words in turn.alternatives]
    return turn.backing.procedures.search(hearing.about_what(turn.text), 5, alternatives)


def _offer(turn: Turn, needs: Asked, hits: list[Hit]) -> None:
    choices = [{"code": hit.code, "name": hit.name} for hit in hits]
    said = "; ".join(turn.word("choice_item", n=n, name=choice["name"]) for n, choice in enumerate(choices, 1))
    turn.ask("choose", Expectation.CHOICE, "message_what", {**needs, "choices": choices}, choices=said)


def what(turn: Turn, asked: Asked) -> bool:
    """Which procedure: by its name, or the place of one that was offered."""
    choices = asked.get("choices", [])
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(choices))
    if index is None:
        index = hearing.by_name(turn.text, [choice["name"] for choice in choices])
    hits = [] if index is not None else _search(turn)
    needs = kept(asked, "choices")
    if index is not None:
        _send(turn, {**needs, "code": choices[index]["code"]})
    elif turn.intent in questions.PARTICULAR - _PAPERS:
        return False
    elif is_clear(hits):
        _send(turn, {**needs, "code": hits[0].code})
    elif turn.intent in NO_MORE:
        sending.cancel(turn)
    elif plausible(hits) and not choices:
        _offer(turn, needs, plausible(hits))
    elif turn.intent not in _VAGUE:
        return False
    elif asked["attempts"] + 1 >= ATTEMPTS:
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "not_understood"})
    else:
        turn.ask("message_what", Expectation.OPEN, "message_what", {**needs, "attempts": asked["attempts"] + 1})
    return True


def _send(turn: Turn, needs: Asked) -> None:
    code, channel, to = needs["code"], needs["channel"], needs["to"]
    turn.memory.procedure = code
    procedure = turn.backing.procedures.get(code)
    assert procedure is not None, code  # the code comes from a search of the same book
    source = turn.backing.procedures.answer(code, Aspect.WHERE).source
    key = f"{turn.call_id}:{code}"
    if channel == "email" and to and "@" in to:
        letter = papers_text(procedure, source, _LETTER_SEGMENTS)
        sending.put(turn, sending.message(letter, key, "email", "message_on_its_way"), to)
        return
    text = papers_text(procedure, source)
    sending.send(turn, sending.message(text, key, channel, "message_on_its_way"), to, needs["own"])


REPLIES: dict[str, Reply] = {"message_what": what, **sending.REPLIES}
