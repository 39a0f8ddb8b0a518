"""A message with the papers, the place and the code of a procedure: about what, through what, to which number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from dialogs.actions import hearing, questions, talk
from dialogs.actions.phone import PhoneQuestion, is_mobile, number_in
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.messages import EMAIL, papers_text
from services.procedures import Aspect, Hit, is_clear, plausible
from voicebot.expectation import Expectation

TASK = "message"
ATTEMPTS = 2  # at the question which procedure
_LETTER_SEGMENTS = 99  # an e-mail may be as long as it is
_GIVES_UP = {"phu_dinh", "ket_thuc"}
_PAPERS = {"hoi_ho_so", "hoi_noi_nop"}  # what the message holds anyway
_VAGUE = {"nlu_fallback", "khong_ro", "khang_dinh", "chon", "yeu_cau_nhan_tin", "cung_cap_sdt", "cung_cap_cccd"}

Asked = Mapping[str, Any]


def wanted(turn: Turn) -> None:
    if turn.resumes(TASK):
        return
    if hearing.when_ready(turn.text):
        talk.not_yet(turn)
        return
    email = EMAIL.search(turn.text)
    needs = {
        "task": TASK,
        "attempts": 0,
        "channel": "email" if email else hearing.channel(turn.text) or "sms",
        "to": email.group() if email else number_in(turn.text)[0],
        "own": not hearing.for_somebody_else(turn.text),
    }
    hits = _search(turn)
    if is_clear(hits):
        _address(turn, {**needs, "code": hits[0].code})
    elif turn.memory.procedure:
        _address(turn, {**needs, "code": turn.memory.procedure})
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
    needs = {name: value for name, value in asked.items() if name not in ("what", "expects", "choices")}
    if index is not None:
        _address(turn, {**needs, "code": choices[index]["code"]})
    elif turn.intent in questions.PARTICULAR - _PAPERS:
        return False
    elif is_clear(hits):
        _address(turn, {**needs, "code": hits[0].code})
    elif turn.intent in _GIVES_UP:
        _cancel(turn)
    elif plausible(hits) and not choices:
        _offer(turn, needs, plausible(hits))
    elif turn.intent not in _VAGUE:
        return False
    elif asked["attempts"] + 1 >= ATTEMPTS:
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "not_understood"})
    else:
        turn.ask("message_what", Expectation.OPEN, "message_what", {**needs, "attempts": asked["attempts"] + 1})
    return True


def _address(turn: Turn, needs: Asked) -> None:
    turn.memory.procedure = needs["code"]
    if needs["channel"] == "email" and needs["to"] and "@" in needs["to"]:
        _put(turn, needs, needs["to"])
        return
    needs = {**needs, "channel": _telephone_channel(turn, needs["channel"])}
    caller = parse_phone(turn.caller or "")
    if needs["to"]:
        PHONE.read_back(turn, needs, needs["to"])
    elif caller and is_mobile(caller) and needs["own"]:
        turn.ask("message_to_caller", Expectation.YES_NO, "message_to_caller", needs, last=" ".join(caller[-3:]))
    else:
        PHONE.ask(turn, needs)


def _telephone_channel(turn: Turn, channel: str) -> str:
    """Text message or Zalo, whichever is connected; spelling an e-mail address by voice goes wrong too often."""
    connected = turn.backing.outbox.connected
    if channel == "email":
        turn.say("message_no_email")
        channel = "sms"
    if channel not in connected and connected & {"sms", "zalo"}:
        channel = "zalo" if channel == "sms" else "sms"
        turn.say("message_by_zalo" if channel == "zalo" else "message_by_sms")
    return channel


def to_caller(turn: Turn, asked: Asked) -> bool:
    number = parse_phone(turn.text)
    if number:
        PHONE.read_back(turn, asked, number)
    elif turn.intent == "khang_dinh":
        _put(turn, asked, str(parse_phone(turn.caller or "")))
    elif turn.intent == "ket_thuc":
        _cancel(turn)
    elif turn.intent == "phu_dinh" or hearing.for_somebody_else(turn.text):
        PHONE.ask(turn, asked)
    else:
        return False
    return True


def _put(turn: Turn, asked: Asked, to: str | None) -> None:
    if to is None:
        _cancel(turn)
        return
    code, channel = asked["code"], asked["channel"]
    procedure, book = turn.backing.procedures.get(code), turn.backing.procedures
    assert procedure is not None, code  # the code comes from a search of the same book
    source = book.answer(code, Aspect.WHERE).source
    text = papers_text(procedure, source, _LETTER_SEGMENTS) if channel == "email" else papers_text(procedure, source)
    address = hashlib.sha256(to.encode()).hexdigest()[:12]
    turn.backing.outbox.put(channel, to, text, f"{turn.call_id}:{code}:{channel}:{address}", turn.now)
    connected = channel in turn.backing.outbox.connected
    turn.record("message", "waits_for_sender" if connected else "waits_for_gateway")
    turn.say("message_on_its_way" if connected else "message_noted")
    turn.anything_else()


def _cancel(turn: Turn) -> None:
    turn.record("message", "cancelled")
    turn.say("message_cancelled")
    turn.anything_else()


PHONE = PhoneQuestion("message_phone", "message_ask_phone", _put, confirm="message_confirm_phone", mobile=True)
REPLIES: dict[str, Callable[[Turn, Asked], bool]] = {
    "message_what": what,
    "message_to_caller": to_caller,
    **PHONE.replies,
}
