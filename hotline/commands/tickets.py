"""What calls have left for officers to do."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from hotline.output import JsonOption, fail, print_json, print_rows, stdout
from hotline.storage import open_database
from services.database import DatabaseError
from services.tickets import Ticket, Tickets, TicketState

tickets = typer.Typer(no_args_is_help=True, help="What calls have left for officers to do.")

By = Annotated[str, typer.Option("--by", help="Who does it; your user name unless given.")]
LISTED = ["id", "kind", "priority", "category", "ward", "phone", "summary", "state", "assignee"]


@tickets.command("list")
def list_tickets(
    context: typer.Context,
    state: Annotated[TicketState | None, typer.Option(help="Only those in this state.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only those of this kind: complaint, scam, hand_over …")] = None,
    n: Annotated[int, typer.Option("-n", min=1)] = 100,
    json: JsonOption = False,
) -> None:
    """Tickets, newest first."""
    found = _tickets(context).list(state, n, kind)
    print_rows([_row(ticket) for ticket in found], LISTED, json)


@tickets.command()
def show(context: typer.Context, id: str, json: JsonOption = False) -> None:
    """Everything about one ticket: report, consent, slots, transcript, history."""
    ticket = _tickets(context).get(id)
    if ticket is None:
        fail(f"there is no ticket {id}")
    whole = _row(ticket) | asdict(ticket)
    if json:
        print_json(whole)
    else:
        stdout.print_json(data=whole, default=str)


@tickets.command()
def assign(context: typer.Context, id: str, officer: str, by: By = "", json: JsonOption = False) -> None:
    """Put a ticket into the hands of an officer."""
    with _explained():
        ticket = _tickets(context).assign(id, officer, by or getpass.getuser())
    print_rows([_row(ticket)], LISTED, json)


@tickets.command()
def close(
    context: typer.Context,
    id: str,
    rejected: Annotated[bool, typer.Option("--rejected", help="Nothing is to be done about it.")] = False,
    note: Annotated[str, typer.Option(help="What was done, or why nothing.")] = "",
    by: By = "",
    json: JsonOption = False,
) -> None:
    """Say that a ticket is done with."""
    state = TicketState.REJECTED if rejected else TicketState.DONE
    with _explained():
        ticket = _tickets(context).move(id, state, by or getpass.getuser(), note)
    print_rows([_row(ticket)], LISTED, json)


def _tickets(context: typer.Context) -> Tickets:
    with _explained():
        return Tickets(open_database(context.obj))


@contextmanager
def _explained() -> Iterator[None]:
    """What cannot be done, in one sentence."""
    try:
        yield
    except (DatabaseError, LookupError, OSError, ValueError) as error:
        fail(str(error))


def _row(ticket: Ticket) -> dict[str, Any]:
    report = ticket.report
    return {
        "id": ticket.id,
        "kind": ticket.kind,
        "priority": ticket.priority.value,
        "category": report and report.category and report.category.value,
        "ward": report and report.ward,
        "phone": ticket.phone,
        "summary": ticket.summary,
        "state": ticket.state.value,
        "assignee": ticket.assignee,
        "opened": ticket.opened_at,
    }
