"""Dossiers: loading them, looking at them, sending what callers asked to be told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from hotline.output import JsonOption, fail, print_json, print_rows, stderr, stdout
from hotline.storage import open_database
from services.database import Database, DatabaseError
from services.dossiers import (
    Dossier,
    DossierFileError,
    DossierStore,
    DossiersUnavailable,
    Imported,
    Result,
    Status,
    count,
    load,
)

dossiers = typer.Typer(no_args_is_help=True, help="Dossiers that callers ask about.")


def _database(context: typer.Context) -> Database:
    try:
        return open_database(context.obj)
    except (DatabaseError, OSError) as error:
        fail(str(error))


@dossiers.command("import")
def import_(context: typer.Context, file: Path, json: JsonOption = False) -> None:
    """Load dossiers from a JSON list; those that are the same are left alone, a changed status makes history."""
    try:
        done = list(load(_database(context), file, datetime.now(UTC)))
    except DossierFileError as error:
        fail(str(error))
    counts = count(done)
    if json:
        for one in done:
            print_json(_imported(one))
    else:
        stdout.print(", ".join(f"{counts[result]} {result}" for result in Result), highlight=False)
    for one in done:
        if one.result is Result.REFUSED:
            stderr.print(f"record {one.record} {one.code}: {one.reason}", markup=False, highlight=False, soft_wrap=True)
    if done and counts[Result.REFUSED] == len(done):
        fail(f"{file}: no record could be used")


@dossiers.command("list")
def list_(
    context: typer.Context,
    status: Annotated[Status | None, typer.Option(help="Only those in this state.")] = None,
    n: Annotated[int, typer.Option("-n", min=1)] = 100,
    json: JsonOption = False,
) -> None:
    """Dossiers that were imported, the latest first."""
    rows = [_row(dossier) for dossier in DossierStore(_database(context)).list(status, n)]
    print_rows(rows, ["code", "procedure", "status", "received", "due"], json)


@dossiers.command()
def show(context: typer.Context, code: str, json: JsonOption = False) -> None:
    """One dossier that was imported, with the states it has been in."""
    store = DossierStore(_database(context))
    found = store.get(code.upper())
    if found is None:
        fail(f"there is no dossier {code}")
    history = [{"status": s.status.value, "at": s.at.isoformat(), "note": s.note} for s in store.history(found.code)]
    row = _row(found) | {"history": history}
    if json:
        print_json(row)
    else:
        stdout.print_json(data=row, default=str)


@dossiers.command()
def remind(
    context: typer.Context,
    now: Annotated[str | None, typer.Option(help="Clock to go by, ISO 8601; Hanoi's when it names no zone.")] = None,
    json: JsonOption = False,
) -> None:
    """Put what callers asked to be told into the outbox now; the running hotline does so by itself, by day.

    Running it again sends nothing twice.
    """
    from hotline import jobs

    try:
        done = jobs.remind(context.obj, _database(context), _clock(now))
    except (DossiersUnavailable, DatabaseError) as error:
        fail(str(error))
    rows = [{"code": each.code, "occasion": each.occasion, "key": each.key} for each in done]
    print_rows(rows, ["code", "occasion", "key"], json)


def _clock(stated: str | None) -> datetime:
    try:
        now = datetime.fromisoformat(stated) if stated else datetime.now(UTC)
    except ValueError:
        fail(f"--now must be a time such as 2026-03-09T08:00, not {stated}")
    return now if now.tzinfo else now.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def _row(dossier: Dossier) -> dict[str, Any]:
    """Without the digits that the identity check asks for."""
    return {
        "code": dossier.code,
        "procedure": dossier.procedure,
        "status": dossier.status.value,
        "received": dossier.received.isoformat(),
        "due": dossier.due and dossier.due.isoformat(),
        "holder": dossier.holder,
        "note": dossier.note,
    }


def _imported(one: Imported) -> dict[str, Any]:
    return {"record": one.record, "code": one.code, "result": one.result.value, "reason": one.reason}
