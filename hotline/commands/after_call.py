"""What is left to do and to learn after calls: messages, call-backs, the survey."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from hotline.commands.records import database_of
from hotline.config import Config
from hotline.output import JsonOption, fail, print_json, print_rows, stdout
from services.callbacks import Callback, Callbacks, CallbackState
from services.duty import Duty
from services.messages import MessageState, Outbox, gateways, segments
from services.survey import Survey, SurveyAnswers

messages = typer.Typer(no_args_is_help=True, help="Messages to callers.")
survey = typer.Typer(no_args_is_help=True, help="What callers say about their calls.")
callbacks = typer.Typer(no_args_is_help=True, help="Callers who want an officer to call them.")

Since = Annotated[datetime | None, typer.Option(help="Given then or later.")]


def _outbox(context: typer.Context) -> Outbox:
    config: Config = context.obj
    return Outbox(database_of(context), config.messages)


@messages.command("list")
def list_messages(
    context: typer.Context,
    state: Annotated[MessageState | None, typer.Option(help="Only those in this state.")] = None,
    n: Annotated[int, typer.Option("-n", min=1)] = 100,
    json: JsonOption = False,
) -> None:
    """Messages, newest first; dead ones with the reason."""
    rows = [asdict(each) | {"segments": segments(each.text)} for each in _outbox(context).list(state, n)]
    print_rows(rows, ["id", "channel", "to", "state", "attempts", "segments", "created_at", "error"], json)


@messages.command()
def send(context: typer.Context, json: JsonOption = False) -> None:
    """Send now what is due; while the hotline runs it does so by itself."""
    config: Config = context.obj
    connected = gateways(config.messages, config.zalo, config.zalo_tokens)
    if not connected:
        fail("no gateway is connected: set messages.sms.url, messages.zalo.template or messages.email.host")
    report = _outbox(context).send(connected, lambda: datetime.now(UTC))
    if json:
        print_json(asdict(report))
    else:
        stdout.print(f"{report.sent} sent, {report.put_off} put off, {report.dead} dead")


@messages.command()
def retry(context: typer.Context, id: int) -> None:
    """Give a dead message all its attempts again."""
    try:
        _outbox(context).retry(id, datetime.now(UTC))
    except (LookupError, ValueError) as error:
        fail(str(error))
    stdout.print(f"message {id} waits to be sent")


@survey.command()
def export(
    context: typer.Context,
    csv_format: Annotated[bool, typer.Option("--csv", help="As CSV, instead of JSON lines.")] = False,
    since: Since = None,
) -> None:
    """All answers, oldest first."""
    rows = (asdict(each) for each in Survey(database_of(context)).export(since))
    if not csv_format:
        for row in rows:
            print_json(row)
        return
    writer = csv.DictWriter(sys.stdout, [field.name for field in fields(SurveyAnswers)])
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {"at": row["at"].isoformat(), "comment": _harmless(row["comment"])})


@survey.command()
def indices(context: typer.Context, since: Since = None, json: JsonOption = False) -> None:
    """Mean satisfaction, share of the satisfied, share of those who understood."""
    found = asdict(Survey(database_of(context)).indices(since))
    print_rows([found], list(found), json)


@callbacks.command("list")
def list_callbacks(
    context: typer.Context,
    state: Annotated[CallbackState | None, typer.Option(help="Only those in this state.")] = None,
    n: Annotated[int, typer.Option("-n", min=1)] = 100,
    json: JsonOption = False,
) -> None:
    """Call-backs, those that are due first."""
    rows = [_row(each) for each in _callbacks(context).list(state, n)]
    print_rows(rows, ["id", "phone", "from", "until", "about", "state", "note"], json)


@callbacks.command()
def done(context: typer.Context, id: int, by: Annotated[str, typer.Option(help="Who called.")], note: str = "") -> None:
    """The caller was called and reached."""
    _move(context, id, CallbackState.DONE, by, note)


@callbacks.command()
def failed(
    context: typer.Context, id: int, by: Annotated[str, typer.Option(help="Who called.")], note: str = ""
) -> None:
    """The caller was called and not reached."""
    _move(context, id, CallbackState.FAILED, by, note)


def _callbacks(context: typer.Context) -> Callbacks:
    config: Config = context.obj
    return Callbacks(database_of(context), Duty(config.duty))


def _move(context: typer.Context, id: int, state: CallbackState, by: str, note: str) -> None:
    try:
        _callbacks(context).move(id, state, by, datetime.now(UTC), note)
    except (LookupError, ValueError) as error:
        fail(str(error))
    stdout.print(f"call-back {id} is {state.value}")


def _row(each: Callback) -> dict[str, Any]:
    row = asdict(each)
    window = row.pop("window")
    return row | {"from": window["start"].isoformat(), "until": window["end"].isoformat()}


def _harmless(comment: str | None) -> str | None:
    """Spreadsheets take what begins so for a formula, and callers may say or type anything."""
    return f"'{comment}" if comment and comment[0] in "=+-@\t\r" else comment
