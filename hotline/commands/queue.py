"""Numbers for the queues of the wards' service points."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from hotline.output import JsonOption, fail, print_json, print_rows, stdout
from hotline.storage import open_database
from language.vi import parse_phone
from services.database import DatabaseError
from services.places import find_wards
from services.queue import Booking, Queue, QueueError

queue = typer.Typer(no_args_is_help=True, help="Numbers for the queues of service points.")

COLUMNS = ["number", "date", "time", "session", "ward", "phone"]
NowOption = Annotated[datetime | None, typer.Option("--now", help="The clock to go by, if not the present.")]


@queue.command("list")
def list_(
    context: typer.Context,
    phone: Annotated[str | None, typer.Option(help="Only those of this telephone.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Those whose time is over as well.")] = False,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Numbers that are held, by the time they are for."""
    numbers = _queue(context)
    after = None if all_ else _clock(numbers, now)
    try:
        bookings = numbers.list(phone and _phone(phone), after)
    except DatabaseError as error:
        fail(str(error))
    print_rows([_row(booking) for booking in bookings], COLUMNS, json)


@queue.command()
def book(
    context: typer.Context,
    ward: Annotated[str, typer.Argument(help="As one would say it: 'ba đình'.")],
    start: Annotated[datetime, typer.Argument(help="When the slot begins, Hanoi's time: 2026-03-05T08:30.")],
    phone: str,
    procedure: Annotated[str | None, typer.Option(help="Code of a procedure.")] = None,
    group: Annotated[str | None, typer.Option(help="Group of procedures.")] = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Take a number."""
    numbers, found = _queue(context), find_wards(ward)
    if len(found) != 1:
        fail(f"no ward of Hanoi is {ward}" if not found else f"{ward} may be {', '.join(found)}")
    try:
        starts = numbers.calendar.zoned(start)
        booking = numbers.book(found[0], starts, _phone(phone), _clock(numbers, now), group, procedure)
    except (QueueError, DatabaseError) as error:
        fail(str(error))
    _show(booking, json)


@queue.command()
def cancel(context: typer.Context, number: str, now: NowOption = None, json: JsonOption = False) -> None:
    """Give a number back."""
    numbers = _queue(context)
    try:
        booking = numbers.cancel(number, _clock(numbers, now))
    except (QueueError, DatabaseError) as error:
        fail(str(error))
    _show(booking, json)


def _queue(context: typer.Context) -> Queue:
    try:
        return Queue(open_database(context.obj), context.obj.queue)
    except (DatabaseError, OSError) as error:
        fail(str(error))


def _clock(numbers: Queue, now: datetime | None) -> datetime:
    return numbers.calendar.zoned(now) if now else datetime.now(UTC)


def _phone(text: str) -> str:
    number = parse_phone(text)
    if number is None:
        fail(f"{text} is no Vietnamese telephone number")
    return number


def _row(booking: Booking) -> dict[str, Any]:
    return {
        "number": booking.number,
        "date": booking.start.date().isoformat(),
        "time": f"{booking.start:%H:%M}",
        "session": booking.session.value,
        "ward": booking.ward,
        "phone": booking.phone,
        "group": booking.group,
        "procedure": booking.procedure,
        "state": booking.state.value,
    }


def _show(booking: Booking, json: bool) -> None:
    row = _row(booking)
    if json:
        print_json(row)
    else:
        stdout.print(" ".join(str(row[column]) for column in COLUMNS), markup=False, highlight=False)
