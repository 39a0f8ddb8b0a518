"""Scams: the warning first, the bank and the police at once when money has gone out, then a report if it is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.actions import hearing, repair, reports
from dialogs.actions.answering import ATTEMPTS, NO, NO_MORE, YES, Asked, Reply
from dialogs.actions.moments import find_time
from dialogs.actions.phone import PhoneQuestion
from dialogs.actions.reports import Reported
from dialogs.actions.turn import Turn
from language.vi.digits import parse_phone
from services.tickets import Kind, keepable, tells_of_loss
from voicebot.expectation import Expectation

TASK = Kind.SCAM.value
OWN = ("canh_bao_lua_dao", "bao_lua_dao")


def start(turn: Turn) -> None:
    """A question ("is it a scam?") is answered with the warning and an offer, a report is taken at once."""
    turn.say("scam_warning")
    turn.record("scam", "warned")
    lost = tells_of_loss(turn.text)
    if lost:
        turn.say("scam_loss")
    if turn.intent == "bao_lua_dao" and turn.resumes(TASK):
        return
    if turn.intent == "bao_lua_dao" or lost:
        if not reports.more(turn, Kind.SCAM):
            _take(turn, reports.new(Kind.SCAM) | {"loss": lost or None})
    elif repair.back_to_question(turn):
        return
    elif turn.memory.filed.get(Kind.SCAM):
        turn.anything_else()
    else:
        turn.ask("scam_offer", Expectation.YES_NO, "scam_offer", {"story": keepable(turn.text)})


def offered(turn: Turn, asked: Asked) -> bool:
    report = reports.new(Kind.SCAM) | {"story": asked["story"]}
    if turn.intent in NO_MORE:
        turn.anything_else()
    elif turn.intent == YES and not reports.tells(turn.text):
        _next(turn, report)
    elif turn.intent == YES or not reports.is_aside(turn, *OWN):
        _take(turn, report)
    else:
        return False
    return True


def story(turn: Turn, asked: Asked) -> bool:
    report = asked["report"]
    if reports.cancelled(turn):
        return True
    if reports.is_aside(turn, *OWN):
        return False
    if reports.tells(turn.text):
        _take(turn, report)
    elif turn.intent not in NO_MORE and asked["attempts"] + 1 < ATTEMPTS:
        turn.ask("scam_story", Expectation.OPEN, "scam_story", _needs(report, asked["attempts"] + 1))
    else:
        turn.say("report_cancelled")
        turn.anything_else()
    return True


def loss(turn: Turn, asked: Asked) -> bool:
    """Whether money or codes went out; unclear words are kept with the story, and nothing is taken for granted."""
    report = asked["report"]
    if reports.cancelled(turn):
        return True
    if turn.intent == YES or tells_of_loss(turn.text):
        report["loss"] = True
        turn.say("scam_loss")
    elif turn.intent == NO:
        report["loss"] = False
    elif reports.is_aside(turn, *OWN):
        return False
    if reports.tells(turn.text):
        report["story"] = keepable(f"{report['story']} {turn.text}")
    _next(turn, report)
    return True


def suspect(turn: Turn, asked: Asked) -> bool:
    return _no_suspect(turn, asked) or SUSPECT.heard(turn, asked)


def suspect_right(turn: Turn, asked: Asked) -> bool:
    return _no_suspect(turn, asked) or SUSPECT.confirmed(turn, asked)


def _no_suspect(turn: Turn, asked: Asked) -> bool:
    if reports.cancelled(turn):
        return True
    if not hearing.does_not_know(turn.text):
        return False
    _next(turn, asked["report"])
    return True


def _suspected(turn: Turn, needs: Mapping[str, Any], number: str | None) -> None:
    _next(turn, needs["report"] | {"suspect": number})


def _take(turn: Turn, report: Reported) -> None:
    if reports.tells(turn.text):
        found = find_time(turn.text, turn.now.date())
        report["story"] = keepable(f"{report['story']} {turn.text}")
        report["suspect"] = report["suspect"] or parse_phone(turn.text)
        report["nameless"] = report["nameless"] or hearing.wants_no_name(turn.text)
        if found:
            report |= {"time": found[0], "day": found[1] and found[1].isoformat()}
        if not report["loss"] and tells_of_loss(turn.text):
            report["loss"] = True
            turn.say("scam_loss")
    _next(turn, report)


def _next(turn: Turn, report: Reported) -> None:
    if not report["story"]:
        turn.ask("scam_story", Expectation.OPEN, "scam_story", _needs(report))
    elif report["loss"] is None and "loss" not in report["tried"]:
        report["tried"] = [*report["tried"], "loss"]
        turn.ask("scam_lost", Expectation.YES_NO, "scam_lost", _needs(report))
    elif not report["suspect"] and "suspect" not in report["tried"]:
        report["tried"] = [*report["tried"], "suspect"]
        SUSPECT.ask(turn, _needs(report))
    else:
        reports.ask_consent(turn, report)


def _needs(report: Reported, attempts: int = 0) -> dict[str, Any]:
    return {"task": TASK, "report": report, "attempts": attempts}


SUSPECT = PhoneQuestion("scam_suspect", "scam_suspect", _suspected)
REPLIES: dict[str, Reply] = {
    "scam_offer": offered,
    "scam_story": story,
    "scam_lost": loss,
    "scam_suspect": suspect,
    "scam_suspect_right": suspect_right,
}
