"""How commands print: tables for people, one JSON object per line for programs, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

stdout = Console()
stderr = Console(stderr=True)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout, nothing else.")]


def print_json(row: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], as_json: bool) -> None:
    """Rows as JSON lines with all their fields, or as a table of the named columns."""
    if as_json:
        for row in rows:
            print_json(row)
        return
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    stdout.print(table)


def fail(message: str) -> NoReturn:
    """One clear sentence and a non-zero exit."""
    stderr.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def _cell(value: Any) -> Text:
    """Not as markup: what callers said may hold brackets."""
    return Text("" if value is None else str(value))
