"""What a complaint and the report of a scam have in common: consent, telephone number, ticket, and ways out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dialogs.actions import hearing
from dialogs.actions.answering import ATTEMPTS, CERTAIN, GOODBYE, NO, NO_MORE, YES, Asked, Reply
from dialogs.actions.phone import PhoneQuestion, grouped
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.tickets import Category, Consent, Kind, Report, find_category
from voicebot.expectation import Expectation

BRIEF = 3  # syllables of a plain no
# Intents that the words of a story may be taken for; a certain other one is business of its own.
STORIES = {
    *("phan_anh", "nlu_fallback", "khong_ro", YES, NO, "chon"),
    *("cung_cap_sdt", "cung_cap_cccd", "cung_cap_ngay_sinh", "ngoai_pham_vi", "tan_gau", "xuc_pham", GOODBYE),
}
STORY = 3  # syllables, besides those that announce a report, that make a story
Reported = dict[str, Any]


def new(kind: Kind) -> Reported:
    """Kept in the question while the report is taken. `key` makes one ticket of it, however often it is filed."""
    unknown = dict.fromkeys(("category", "ward", "place", "time", "day", "suspect", "loss"))
    return {**unknown, "kind": kind.value, "key": uuid.uuid4().hex, "story": "", "tried": [], "nameless": False}


def tells(text: str) -> bool:
    """Whether the words say what happened, and not just that something is to be reported."""
    others = hearing.beyond_announcing(text)
    return others >= STORY or (others > 0 and find_category(text) is not None)


def is_aside(turn: Turn, *own: str) -> bool:
    """Whether the turn is certainly about something else; the intents `own` belong to the matter."""
    return (
        turn.intent not in STORIES
        and turn.intent not in own
        and turn.intent_confidence >= CERTAIN
        and find_category(turn.text) is None
    )


def cancelled(turn: Turn) -> bool:
    if not hearing.breaks_off(turn.text):
        return False
    turn.record("report", "cancelled")
    turn.say("report_cancelled")
    turn.anything_else()
    return True


def _withdrawn(turn: Turn) -> bool:
    """To a question about calling back, a mere "thôi khỏi" says no to the call, not to the report."""
    return len(turn.text.split()) > BRIEF and cancelled(turn)


def more(turn: Turn, kind: Kind) -> bool:
    """Whether a report of this kind has been filed in this call; then what is said further goes to the same ticket."""
    filed = turn.memory.filed.get(kind)
    if filed is None:
        return False
    if tells(turn.text):
        _add(turn, filed)
    else:
        turn.ask("report_more", Expectation.OPEN, "report_more", {"ticket": filed}, ticket=filed)
    return True


def added(turn: Turn, asked: Asked) -> bool:
    if turn.intent in NO_MORE or hearing.breaks_off(turn.text):
        turn.anything_else()
    elif is_aside(turn):
        return False
    elif turn.intent == YES and not tells(turn.text):
        turn.ask("report_more", Expectation.OPEN, "report_more", {"ticket": asked["ticket"]}, ticket=asked["ticket"])
    else:
        _add(turn, asked["ticket"])
    return True


def ask_consent(turn: Turn, report: Reported, attempts: int = 0) -> None:
    """May an officer call back? Whoever wants no name is not asked."""
    if report["nameless"]:
        _file(turn, report, None, None)
        return
    needs = {"task": report["kind"], "report": report, "attempts": attempts}
    turn.ask("report_consent", Expectation.YES_NO, "report_consent", needs)


def consent(turn: Turn, asked: Asked) -> bool:
    """Only a yes is one: after two answers that are neither, the report goes without a name."""
    report = asked["report"]
    number = parse_phone(turn.text)
    if _withdrawn(turn):
        return True
    if hearing.wants_no_name(turn.text) or (turn.intent in NO_MORE and not number):
        _file(turn, {**report, "nameless": True}, None, None)
    elif turn.intent in (YES, "goi_lai") or number:
        given = {"at": turn.now.isoformat(), "asked": turn.memory.last_words[-1], "answered": turn.text}
        _ask_phone(turn, report, given, number)
    elif is_aside(turn):
        return False
    elif asked["attempts"] + 1 < ATTEMPTS:
        ask_consent(turn, report, asked["attempts"] + 1)
    else:
        _file(turn, {**report, "nameless": True}, None, None)
    return True


def phone(turn: Turn, asked: Asked) -> bool:
    return _without_phone(turn, asked) or PHONE.heard(turn, asked)


def phone_right(turn: Turn, asked: Asked) -> bool:
    return _without_phone(turn, asked) or PHONE.confirmed(turn, asked)


def _without_phone(turn: Turn, asked: Asked) -> bool:
    if hearing.wants_no_name(turn.text):
        _file(turn, {**asked["report"], "nameless": True}, None, None)
        return True
    return _withdrawn(turn)


def calling(turn: Turn, asked: Asked) -> bool:
    """Whether to call back where the caller is calling from."""
    needs = {name: asked[name] for name in ("task", "report", "consent")}
    if _withdrawn(turn):
        return True
    if hearing.wants_no_name(turn.text) or parse_phone(turn.text):
        return phone(turn, {**needs, "digits": "", "attempts": 0})
    if turn.intent == YES:
        _filed_with(turn, needs, asked["calling"])
    elif turn.intent == NO:
        PHONE.ask(turn, needs)
    else:
        return False
    return True


def _ask_phone(turn: Turn, report: Reported, given: Mapping[str, Any], number: str | None) -> None:
    needs = {"task": report["kind"], "report": report, "consent": dict(given)}
    known = parse_phone(turn.caller or "")
    if number:
        PHONE.read_back(turn, needs, number)
    elif known:
        turn.ask(
            "report_this_number",
            Expectation.YES_NO,
            "report_calling",
            {**needs, "calling": known},
            phone=grouped(known),
        )
    else:
        PHONE.ask(turn, needs)


def _filed_with(turn: Turn, needs: Mapping[str, Any], number: str | None) -> None:
    _file(turn, needs["report"], needs["consent"], number)


def _file(turn: Turn, report: Reported, given: Mapping[str, Any] | None, number: str | None) -> None:
    """Without a name the ticket does not even say from which call it comes."""
    told = _report(report)
    agreed = given and Consent(datetime.fromisoformat(given["at"]), given["asked"], given["answered"])
    named = not report["nameless"]
    ticket = turn.backing.tickets.open(
        report["kind"],
        _summary(turn, report),
        phone=number,
        call_id=turn.call_id if named else None,
        details={"transcript": turn.transcript()} if named else {},
        report=told,
        consent=agreed or None,
        key=report["key"],
        now=turn.now,
    )
    turn.record("ticket", ticket.id)
    turn.memory.filed[report["kind"]] = ticket.id
    turn.say("report_done", ticket=ticket.id)
    turn.say("report_next" if number else "report_next_nameless" if not named else "report_next_no_number")
    turn.anything_else()


def _report(report: Reported) -> Report:
    category, day = report["category"], report["day"]
    return Report(
        story=report["story"],
        category=category and Category(category),
        ward=report["ward"],
        place=report["place"],
        time=report["time"],
        day=day and date.fromisoformat(day),
        suspect=report["suspect"],
        loss=bool(report["loss"]),
    )


def _summary(turn: Turn, report: Reported) -> str:
    what = turn.backing.prompts.name("categories", report["category"] or report["kind"])
    where = report["ward"] or report["place"] or "-"
    return turn.word("summary_report", what=what, where=where, when=report["time"] or "-", said=report["story"])


def _add(turn: Turn, ticket: str) -> None:
    turn.backing.tickets.add(ticket, turn.text, now=turn.now)
    turn.record("ticket_added", ticket)
    turn.say("report_added", ticket=ticket)
    turn.anything_else()


PHONE = PhoneQuestion("report_phone", "ask_phone", _filed_with)
REPLIES: dict[str, Reply] = {
    "report_more": added,
    "report_consent": consent,
    "report_phone": phone,
    "report_phone_right": phone_right,
    "report_calling": calling,
}
