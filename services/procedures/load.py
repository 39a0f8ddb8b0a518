"""Loads the knowledge file into the database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.database import Database
from services.models import ProcedureRow
from services.procedures.record import KnowledgeFile, Procedure

BUNDLED = Path(__file__).with_name("procedures.json")


class KnowledgeError(ValueError):
    """The knowledge file cannot be used; says where and why."""


@dataclass(frozen=True)
class Loaded:
    added: int
    changed: int
    unchanged: int


def load(database: Database, path: Path = BUNDLED) -> Loaded:
    """Stores every procedure of the file, or none. Loading the same file again changes nothing.

    Procedures that the file does not name stay. Raises KnowledgeError, DatabaseError.
    """
    rows = read(path)
    counts = Counter[str]()
    with database.session(write=True) as session:
        for row in rows:
            present = session.get(ProcedureRow, row.code)
            if present is None:
                counts["added"] += 1
            elif present.digest != row.digest:
                counts["changed"] += 1
            else:
                counts["unchanged"] += 1
                continue
            session.merge(row)
    return Loaded(counts["added"], counts["changed"], counts["unchanged"])


def read(path: Path) -> list[ProcedureRow]:
    """The rows of a knowledge file. Raises KnowledgeError."""
    try:
        file = KnowledgeFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise KnowledgeError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise KnowledgeError(f"{path}: {_first_problem(error)}") from error
    rows = [_row(path, index, record, file) for index, record in enumerate(file.procedures)]
    twice = [code for code, count in Counter(row.code for row in rows).items() if count > 1]
    if twice:
        raise KnowledgeError(f"{path}: procedure {twice[0]} stands there twice")
    return rows


def _row(path: Path, index: int, record: dict[str, Any], file: KnowledgeFile) -> ProcedureRow:
    try:
        procedure = Procedure.model_validate(record)
    except ValidationError as error:
        name = record.get("ma_thu_tuc", "without a code")
        raise KnowledgeError(f"{path}: procedures[{index}] ({name}): {_first_problem(error)}") from error
    stamp = json.dumps([record, file.as_of], ensure_ascii=False, sort_keys=True)
    return ProcedureRow(
        code=procedure.code,
        name=procedure.name,
        version=procedure.version,
        date=file.date,
        source=file.source,
        record=record,
        digest=hashlib.sha256(stamp.encode()).hexdigest(),
        loaded_at=datetime.now(UTC),
    )


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else problem["msg"]
