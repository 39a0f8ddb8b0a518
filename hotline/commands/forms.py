"""Forms that callers have filled by voice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from hotline.output import JsonOption, fail, print_json, print_rows, stdout
from hotline.storage import open_database
from services.database import DatabaseError
from services.forms.printing import pdf
from services.forms.store import FormState, FormStore, SavedForm

forms = typer.Typer(no_args_is_help=True, help="Forms that callers have filled by voice.")


def _store(context: typer.Context) -> FormStore:
    try:
        return FormStore(open_database(context.obj))
    except (DatabaseError, OSError) as error:
        fail(str(error))


def _finished(context: typer.Context, code: str) -> SavedForm:
    saved = _store(context).get(code)
    if saved is None:
        fail(f"there is no form {code}")
    if not saved.eform:
        fail(f"form {code} is {saved.state}: there is no draft of it")
    return saved


@forms.command("list")
def list_forms(
    context: typer.Context,
    state: Annotated[FormState | None, typer.Option(help="Only these.")] = None,
    json: JsonOption = False,
) -> None:
    """Forms, latest first, without what they hold."""
    rows = [
        {
            "code": saved.code,
            "form": saved.form,
            "state": saved.state.value,
            "phone": saved.phone,
            "call_id": saved.call_id,
            "changed": saved.history[-1].at,
        }
        for saved in _store(context).list(state)
    ]
    print_rows(rows, ["code", "form", "state", "phone", "changed"], json)


@forms.command()
def show(context: typer.Context, code: str, json: JsonOption = False) -> None:
    """The draft e-form with the portal's field names."""
    saved = _finished(context, code)
    if json:
        print_json(saved.eform)
    else:
        stdout.print_json(data=dict(saved.eform))


@forms.command("print")
def print_(context: typer.Context, code: str, out: Annotated[Path, typer.Option("-o")]) -> None:
    """The draft as a PDF to be signed."""
    saved = _finished(context, code)
    try:
        out.write_bytes(pdf(saved.eform))
    except OSError as error:
        fail(f"{out}: {error.strerror}")
    stdout.print(f"{out}", markup=False, highlight=False)


@forms.command()
def erase(context: typer.Context, json: JsonOption = False) -> None:
    """Erases forms that were begun and not taken up again for `forms.keep_days`; the running hotline does so daily."""
    from hotline import jobs

    try:
        erased = jobs.erase_forms(context.obj, open_database(context.obj), datetime.now(UTC))
    except (DatabaseError, OSError) as error:
        fail(str(error))
    if json:
        print_json({"erased": erased})
    else:
        stdout.print(f"{erased} erased", highlight=False)
