"""Imports of procedures as an operator sees them: progress on stderr, a report in a file, a summary at the end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from hotline.output import stderr
from services import procedures
from services.database import Database, DatabaseError
from services.procedures import KnowledgeError, Stored
from services.procedures.portal import ImportRefused, SourceError, date_of, import_portal, write_csv

IMPORT_ERRORS = (KnowledgeError, SourceError, ImportRefused, DatabaseError, OSError)

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_MARK = b'"ma_thu_tuc"'  # a field that only knowledge files have


def is_knowledge_file(path: Path) -> bool:
    """Whether this is a file of reviewed procedures and not of the portal's; what is unreadable is taken for one."""
    if path.suffix != ".json":
        return False
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except OSError:
        return True
    return _MARK in start or not start.lstrip().startswith((b"[", b"{")) or b'"as_of"' in start


def import_knowledge(database: Database, path: Path) -> dict[str, Any]:
    """Raises KnowledgeError, DatabaseError."""
    return {"source": "reviewed", **_counts(procedures.load(database, path))}


def import_records(
    database: Database, path: Path, as_of: date | None, complete: bool | None, report: Path | None
) -> dict[str, Any]:
    """Raises SourceError, ImportRefused, DatabaseError, OSError (for the report)."""
    now = datetime.now(UTC)
    today = now.astimezone(_HERE).date()
    day = as_of or date_of(path) or today
    if day > today:
        raise ImportRefused(f"{day} is in the future; nothing was imported")
    if report is not None:
        report.touch()  # better before the work than after it
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(path.name, total=1.0)
        done = import_portal(database, path, day, now, complete, lambda share: bar.update(task, completed=share))
    if report is not None:
        write_csv(report, done.findings)
    return {
        "source": "portal",
        "as_of": day.isoformat(),
        **_counts(done.stored),
        "withdrawn": done.withdrawn,
        "dropped": done.dropped,
        **{trust.value: done.by_trust.get(trust, 0) for trust in procedures.Trust if trust != "reviewed"},
        "findings": len(done.findings),
        "report": str(report) if report else None,
    }


def in_words(summary: dict[str, Any]) -> str:
    said = f"{summary['added']} new procedures, {summary['changed']} changed, {summary['unchanged']} as before"
    if summary["older"]:
        said += f", {summary['older']} left alone: what is stored is newer"
    if summary["source"] == "reviewed":
        return said
    return (
        f"{said}, {summary['withdrawn']} withdrawn, {summary['dropped']} dropped; of {summary['as_of']}: "
        f"{summary['imported']} told with advice to check, {summary['weak']} only named, "
        f"{summary['out_of_area']} of other provinces; {summary['findings']} findings"
        + (f" in {summary['report']}" if summary["report"] else " (--report writes them)")
    )


def _counts(stored: Stored) -> dict[str, int]:
    return {
        "added": stored.added,
        "changed": stored.changed,
        "unchanged": stored.unchanged,
        "older": stored.older,
    }
