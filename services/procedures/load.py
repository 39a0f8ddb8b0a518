"""Loads a knowledge file of reviewed procedures into the database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.database import Database
from services.models import ProcedureRow
from services.procedures.record import KnowledgeFile, Origin, Procedure
from services.procedures.versions import Said, Stored, store

BUNDLED = Path(__file__).with_name("procedures.json")


class KnowledgeError(ValueError):
    """The knowledge file cannot be used; says where and why."""


def load(database: Database, path: Path = BUNDLED, keep_approved: bool = False) -> Stored:
    """Stores every procedure of the file, or none. Loading the same file again changes nothing.

    Procedures that the file does not name stay, and so do those from the portal: they are rows of their own. With
    `keep_approved` a record that an officer has approved is not replaced by one that none has.
    Raises KnowledgeError, DatabaseError.
    """
    file = _file(path)
    said = _said(path, file)
    with database.session(write=True) as session:
        kept = _approved(session) if keep_approved else set()
        wanted = [each for each in said if each.code not in kept or _is_approved(each.record)]
        return store(session, Origin.REVIEWED, wanted, file.date, file.source, datetime.now(UTC))


def read(path: Path) -> list[Said]:
    """What a knowledge file says, procedure by procedure. Raises KnowledgeError."""
    return _said(path, _file(path))


def _file(path: Path) -> KnowledgeFile:
    try:
        return KnowledgeFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise KnowledgeError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise KnowledgeError(f"{path}: {_first_problem(error)}") from error


def _said(path: Path, file: KnowledgeFile) -> list[Said]:
    said = [_one(path, index, record) for index, record in enumerate(file.procedures)]
    twice = [code for code, count in Counter(each.code for each in said).items() if count > 1]
    if twice:
        raise KnowledgeError(f"{path}: procedure {twice[0]} stands there twice")
    return said


def _one(path: Path, index: int, record: dict[str, Any]) -> Said:
    try:
        procedure = Procedure.model_validate(record)
    except ValidationError as error:
        name = record.get("ma_thu_tuc", "without a code")
        raise KnowledgeError(f"{path}: procedures[{index}] ({name}): {_first_problem(error)}") from error
    return Said(procedure.code, procedure.name, procedure.version, record)


def _approved(session: Session) -> set[str]:
    rows = session.execute(select(ProcedureRow.code, ProcedureRow.record).where(ProcedureRow.origin == Origin.REVIEWED))
    return {row.code for row in rows if _is_approved(row.record)}


def _is_approved(record: dict[str, Any]) -> bool:
    return Procedure.model_validate(record).approved


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else problem["msg"]
