"""What the hotline knows and what calls have left behind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hotline.knowledge import IMPORT_ERRORS, import_knowledge, import_records, in_words, is_knowledge_file
from hotline.output import JsonOption, fail, print_json, print_rows, stdout
from hotline.storage import open_database
from services import procedures as knowledge
from services.calls import CallRecords
from services.database import Database, DatabaseError
from services.tickets import Tickets

procedures = typer.Typer(no_args_is_help=True, help="The knowledge base.")
tickets = typer.Typer(no_args_is_help=True, help="What calls have left for officers to do.")
calls = typer.Typer(no_args_is_help=True, help="Records of calls.")


def _database(context: typer.Context) -> Database:
    try:
        return open_database(context.obj)
    except (DatabaseError, OSError) as error:
        fail(str(error))


@procedures.command("import")
def import_(
    context: typer.Context,
    path: Path,
    report: Annotated[
        Path | None, typer.Option(help="CSV of what was dropped or is doubtful, record by record.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of the portal's records; by default the date in the file's name."),
    ] = None,
    complete: Annotated[
        bool | None,
        typer.Option("--complete/--partial", help="Whether records that are missing have been withdrawn."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Load procedures: records of the national portal (folder, .tar.xz, JSON), or a knowledge file of reviewed ones.

    Records that are the same are left alone; changed ones keep their history; reviewed ones win over the portal's.
    """
    database = _database(context)
    try:
        if is_knowledge_file(path):
            summary = import_knowledge(database, path)
        else:
            summary = import_records(database, path, as_of.date() if as_of else None, complete, report)
    except IMPORT_ERRORS as error:
        fail(str(error))
    if json:
        print_json(summary)
    else:
        stdout.print(in_words(summary), highlight=False, soft_wrap=True)


@procedures.command()
def search(
    context: typer.Context, query: str, n: Annotated[int, typer.Option("-n", min=1)] = 5, json: JsonOption = False
) -> None:
    """Procedures that a caller may mean."""
    hits = knowledge.ProcedureBook(_database(context)).search(query, n)
    rows = [{"code": hit.code, "name": hit.name, "score": round(hit.score, 3)} for hit in hits]
    print_rows(rows, ["code", "name", "score"], json)


@procedures.command()
def show(context: typer.Context, code: str, json: JsonOption = False) -> None:
    """Everything the bot may say about one procedure, with its source and its versions."""
    database = _database(context)
    book = knowledge.ProcedureBook(database)
    found = book.get(code)
    if found is None:
        fail(f"there is no procedure {code}")
    answers = {aspect.value: book.answer(code, aspect) for aspect in knowledge.Aspect}
    history = [_version(version) for version in knowledge.versions(database, code)]
    if json:
        spoken = {aspect: list(answer.parts) for aspect, answer in answers.items()}
        source = dict(answers["overview"].source)
        print_json({"code": code, "name": found.spoken_name, "answers": spoken, "source": source, "versions": history})
        return
    stdout.print(f"{found.spoken_name} ({code})", style="bold", markup=False, highlight=False)
    print_rows(
        [{"aspect": name, "answer": " ".join(a.parts) or "(không có trong hồ sơ)"} for name, a in answers.items()],
        ["aspect", "answer"],
        False,
    )
    print_rows(history, list(history[0]), False)


def _version(version: knowledge.Version) -> dict[str, object]:
    return {
        "origin": version.origin.value,
        "number": version.number,
        "since": version.since,
        "until": version.until,
        "decision": version.decision,
        "name": version.name,
    }


@tickets.command("list")
def list_tickets(context: typer.Context, json: JsonOption = False) -> None:
    """Tickets, newest first."""
    rows = [
        {
            "id": t.id,
            "kind": t.kind,
            "phone": t.phone,
            "summary": t.summary,
            "state": t.state.value,
            "opened": t.opened_at,
        }
        for t in Tickets(_database(context)).list()
    ]
    print_rows(rows, ["id", "kind", "phone", "summary", "state"], json)


@calls.command("list")
def list_calls(
    context: typer.Context, n: Annotated[int, typer.Option("-n", min=1)] = 20, json: JsonOption = False
) -> None:
    """Calls, newest first."""
    rows = CallRecords(_database(context)).list(limit=n)
    print_rows(rows, ["call_id", "started_at", "line", "caller", "seconds", "turn_count", "outcome"], json)


@calls.command("show")
def show_call(context: typer.Context, call_id: str, json: JsonOption = False) -> None:
    """One call, turn by turn."""
    record = CallRecords(_database(context)).show(call_id)
    if record is None:
        fail(f"there is no call {call_id}")
    if json:
        print_json(record)
    else:
        stdout.print_json(data=record, default=str)


@calls.command()
def export(
    context: typer.Context,
    since: Annotated[datetime | None, typer.Option(help="Calls that started then or later.")] = None,
) -> None:
    """All calls as JSON, one per line."""
    for record in CallRecords(_database(context)).export(since):
        print_json(record)
