"""A complaint: the story first, then only what it does not tell; read back, and filed with or without a name."""

from __future__ import annotations

import re
from typing import Any

from dialogs.actions import hearing, reports
from dialogs.actions.answering import ATTEMPTS, CHOICES, NO, NO_MORE, YES, Asked, Reply
from dialogs.actions.moments import find_time
from dialogs.actions.reports import Reported
from dialogs.actions.turn import Turn
from language.vi.letters import syllables
from services.places import find_wards
from services.tickets import Category, Kind, find_category, keepable, tells_of_danger
from voicebot.expectation import Expectation

TASK = Kind.COMPLAINT.value
SHORT = 8  # syllables; a shorter story is asked for once more
TIME = 10  # syllables; a longer answer to "when?" tells something else
# What is offered when the story does not tell its category, in the order in which it is read out.
OFFERED = (Category.ATTITUDE, Category.FEE, Category.OTHER)


def start(turn: Turn) -> None:
    if turn.resumes(TASK) or reports.more(turn, Kind.COMPLAINT):
        return
    report = reports.new(Kind.COMPLAINT)
    if reports.tells(turn.text):
        _hear(turn, report)
    else:
        report["nameless"] = hearing.wants_no_name(turn.text)
        _ask(turn, "complaint_story", Expectation.OPEN, "complaint_story", report)


def story(turn: Turn, asked: Asked) -> bool:
    report = asked["report"]
    if reports.cancelled(turn):
        return True
    if reports.is_aside(turn):
        return False
    nothing_more = turn.intent in NO_MORE and find_category(turn.text) is None
    if reports.tells(turn.text) and not nothing_more:
        _hear(turn, report)
    elif report["story"]:
        _next(turn, report)
    elif nothing_more or asked["attempts"] + 1 >= ATTEMPTS:
        turn.say("report_cancelled")
        turn.anything_else()
    else:
        _ask(turn, "complaint_story", Expectation.OPEN, "complaint_story", report, asked["attempts"] + 1)
    return True


def category(turn: Turn, asked: Asked) -> bool:
    report = asked["report"]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(OFFERED))
    named = find_category(turn.text)
    if index is None and len(syllables(turn.text)) < SHORT:
        index = hearing.by_name(turn.text, [turn.backing.prompts.name("categories", each) for each in OFFERED])
    if reports.cancelled(turn):
        return True
    if named or index is not None:
        report["category"] = named or (OFFERED[index] if index is not None else None)
        turn.record("category", str(report["category"]))
    elif reports.is_aside(turn):
        return False
    elif turn.intent not in (NO, "chon") and not hearing.does_not_know(turn.text):
        _take_in(turn, report)
    report["category"] = report["category"] or Category.OTHER
    _next(turn, report)
    return True


def place(turn: Turn, asked: Asked) -> bool:
    """A ward; where it cannot be told from the words, the words alone are kept."""
    report = asked["report"]
    wards = find_wards(turn.text, turn.alternatives)
    if reports.cancelled(turn):
        return True
    if len(wards) == 1:
        report |= {"ward": wards[0], "place": turn.text}
        if not report["time"]:
            _take_time(turn, report)
    elif wards:
        report["place"] = turn.text
        names = "; ".join(turn.word("choice_item", n=n, name=ward) for n, ward in enumerate(wards[:CHOICES], 1))
        needs = _needs(report) | {"wards": wards[:CHOICES]}
        turn.ask("choose", Expectation.CHOICE, "complaint_ward", needs, choices=names)
        return True
    elif reports.is_aside(turn):
        return False
    elif not (hearing.does_not_know(turn.text) or turn.intent == NO):
        report["place"] = turn.text
        if asked["attempts"] + 1 < ATTEMPTS:
            _ask(turn, "complaint_place_again", Expectation.ADDRESS, "complaint_place", report, asked["attempts"] + 1)
            return True
    _next(turn, report)
    return True


def ward(turn: Turn, asked: Asked) -> bool:
    """Which of the wards that the words may mean; none of them leaves the words alone."""
    report, wards = asked["report"], asked["wards"]
    index = hearing.position(str(turn.entities.get("so", turn.text)), len(wards))
    if index is None:
        index = hearing.by_name(turn.text, wards)
    if reports.cancelled(turn):
        return True
    if index is None and reports.is_aside(turn):
        return False
    if index is not None:
        report["ward"] = wards[index]
    _next(turn, report)
    return True


def time(turn: Turn, asked: Asked) -> bool:
    """Whatever short words answer it are the time, whether or not a day can be told from them."""
    report = asked["report"]
    if reports.cancelled(turn):
        return True
    if _take_time(turn, report):
        _take_ward(turn, report)
    else:
        if reports.is_aside(turn):
            return False
        if len(syllables(turn.text)) > TIME:
            _take_in(turn, report)
        elif not hearing.does_not_know(turn.text) and turn.intent != NO:
            report["time"] = turn.text
    _next(turn, report)
    return True


def right(turn: Turn, asked: Asked) -> bool:
    """Yes, or what is wrong with what was read back, perhaps at once."""
    report = asked["report"]
    if reports.cancelled(turn):
        return True
    if turn.intent == YES:
        reports.ask_consent(turn, report)
    elif turn.intent != NO and reports.is_aside(turn):
        return False
    elif _correct(turn, report):
        _confirm(turn, report, asked["attempts"])
    elif asked["attempts"] + 1 < ATTEMPTS:
        _ask(turn, "complaint_fix", Expectation.OPEN, "complaint_right", report, asked["attempts"] + 1)
    else:
        reports.ask_consent(turn, report)
    return True


def _hear(turn: Turn, report: Reported) -> None:
    """Takes the story in; danger is met at once, and the first words with sympathy."""
    first = not report["story"]
    _take_in(turn, report)
    if first and tells_of_danger(report["story"]):
        turn.say("complaint_danger")
    elif first:
        turn.say("complaint_sorry")
    _next(turn, report)


def _take_in(turn: Turn, report: Reported) -> None:
    """Adds the words to the story, and what they tell to what is not known yet."""
    report["story"] = keepable(f"{report['story']} {turn.text}")
    report["nameless"] = report["nameless"] or hearing.wants_no_name(turn.text)
    report["category"] = find_category(report["story"]) or report["category"]
    _take_ward(turn, report)
    if not report["time"]:
        _take_time(turn, report)


def _take_ward(turn: Turn, report: Reported) -> None:
    wards = find_wards(turn.text, turn.alternatives)
    if len(wards) == 1 and not report["ward"]:
        report |= {"ward": wards[0], "place": wards[0]}


def _take_time(turn: Turn, report: Reported, said: str | None = None) -> bool:
    found = find_time(turn.text if said is None else said, turn.now.date())
    if found:
        report |= {"time": found[0], "day": found[1] and found[1].isoformat()}
    return found is not None


def _correct(turn: Turn, report: Reported) -> bool:
    """Whether the words say what is right instead; they stay with the story."""
    said = hearing.corrected(turn.text)
    if said != turn.text:  # "không phải sáng nay mà chiều qua"
        said = re.split(r"\b(?:mà|chứ)(?: là)?\b", said)[-1]
    wards, named = find_wards(said), find_category(said)
    if len(wards) == 1:
        report |= {"ward": wards[0], "place": said}
    if named:
        report["category"] = named
    timed = _take_time(turn, report, said)
    if reports.tells(said):
        report["story"] = keepable(f"{report['story']} {said}")
    return timed or named is not None or len(wards) == 1 or reports.tells(said)


def _next(turn: Turn, report: Reported) -> None:
    """Asks for the next thing that is missing, each once; then reads back what is known."""
    questions = (
        (len(syllables(report["story"])) < SHORT, "complaint_more", Expectation.OPEN, "complaint_story"),
        (report["category"] is None, "complaint_category", Expectation.CHOICE, "complaint_category"),
        (not report["ward"] and not report["place"], "complaint_place", Expectation.ADDRESS, "complaint_place"),
        (not report["time"], "complaint_time", Expectation.DATE, "complaint_time"),
    )
    for missing, key, expects, reply in questions:
        if missing and key not in report["tried"]:
            report["tried"] = [*report["tried"], key]
            _ask(turn, key, expects, reply, report)
            return
    report["category"] = report["category"] or Category.OTHER
    _confirm(turn, report)


def _confirm(turn: Turn, report: Reported, attempts: int = 0) -> None:
    what = turn.backing.prompts.name("categories", report["category"])
    known = ", ".join(part for part in (what, report["ward"] or report["place"], report["time"]) if part)
    turn.ask("complaint_confirm", Expectation.YES_NO, "complaint_right", _needs(report, attempts), summary=known)


def _ask(turn: Turn, key: str, expects: Expectation, reply: str, report: Reported, attempts: int = 0) -> None:
    turn.ask(key, expects, reply, _needs(report, attempts))


def _needs(report: Reported, attempts: int = 0) -> dict[str, Any]:
    return {"task": TASK, "report": report, "attempts": attempts}


REPLIES: dict[str, Reply] = {
    **reports.REPLIES,
    "complaint_story": story,
    "complaint_category": category,
    "complaint_place": place,
    "complaint_ward": ward,
    "complaint_time": time,
    "complaint_right": right,
}
