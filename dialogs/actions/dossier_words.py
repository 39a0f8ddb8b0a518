"""What became of a dossier, in plain words."""

from __future__ import annotations

from datetime import date

from dialogs.actions.prompts import Prompts
from dialogs.actions.turn import HANOI, Turn
from services.dossiers import Dossier, Status
from voicebot.expectation import Expectation

STATES = {
    Status.RECEIVED: "dossier_received",
    Status.IN_PROGRESS: "dossier_in_progress",
    Status.PAPERS_MISSING: "dossier_papers_missing",
    Status.READY: "dossier_ready",
    Status.HANDED_OUT: "dossier_handed_out",
    Status.REJECTED: "dossier_rejected",
}
EXPLAINED = {Status.PAPERS_MISSING, Status.REJECTED}  # the officer's note says what or why
LATE = "ho_so_qua_han"  # kind of the ticket


def tell(turn: Turn, dossier: Dossier) -> None:
    """Says how it stands and when it is due, apologises when that has passed, and offers what can be done."""
    turn.record("dossier", dossier.status)
    if turn.backing.procedures.get(dossier.procedure):
        turn.memory.procedure = dossier.procedure
    turn.say(STATES[dossier.status], name=_name(turn, dossier), date=shown(dossier.received))
    if dossier.note and dossier.status in EXPLAINED:
        turn.say("dossier_note", note=dossier.note.rstrip(" .;"))
    late = _tell_due(turn, dossier) if dossier.pending else 0
    if late:
        about = turn.word("summary_dossier_late", code=dossier.code, n=late)
        needs = {"kind": LATE, "summary": about, "reason": None}
        turn.ask("dossier_offer_ticket", Expectation.YES_NO, "ticket", needs)
    elif dossier.status == Status.REJECTED:
        needs = {"reason": "dossier_rejected", "about": about_dossier(turn, dossier.code)}
        turn.ask("offer_person", Expectation.YES_NO, "person", needs)
    elif dossier.pending:
        turn.ask("dossier_offer_reminder", Expectation.YES_NO, "dossier_offer", {"code": dossier.code})
    else:
        turn.anything_else()


def about_dossier(turn: Turn, code: str) -> str:
    """What an officer reads: never the digits of the identity check."""
    return turn.word("summary_dossier", code=code)


def message(prompts: Prompts, dossier: Dossier, occasion: str) -> str:
    """A reminder to be sent; `occasion` as `DossierReminders` names it. Nothing of it tells whose dossier it is."""
    due = shown(dossier.due) if dossier.due else ""
    return prompts.name("dossier_messages", occasion).format(code=dossier.code, due=due)


def shown(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def spaced(digits: str) -> str:
    """So that they are read one by one."""
    return " ".join(digits)


def _tell_due(turn: Turn, dossier: Dossier) -> int:
    """Says the next date. Working days that it is late, which it apologises for."""
    if dossier.due is None:
        turn.say("dossier_no_due")
        return 0
    today = turn.now.astimezone(HANOI).date()
    working_days = turn.backing.dossiers.working_days
    late = working_days.late(dossier.due, today)
    if late:
        turn.say("dossier_late", date=shown(dossier.due), n=late)
    elif working_days.on_or_after(dossier.due) == today:
        turn.say("dossier_due_today")
    else:
        turn.say("dossier_due", date=shown(dossier.due))
    return late


def _name(turn: Turn, dossier: Dossier) -> str:
    known = turn.backing.procedures.get(dossier.procedure)
    if known:
        return known.spoken_name
    return turn.word("dossier_unnamed") if dossier.procedure[:1].isdigit() else dossier.procedure
