"""The database as every command finds it: migrated, with the bundled knowledge in it once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from hotline.config import Config
from hotline.storage import count_procedures, open_database
from services.database import DatabaseError
from services.models import ProcedureRow
from services.procedures import BUNDLED
from services.settings import DatabaseSettings

ALL = len(json.loads(BUNDLED.read_text("utf-8"))["procedures"])


def config(data: Path, url: str | None = None) -> Config:
    settings: Any = Config()
    database = DatabaseSettings(url=url or f"sqlite:///{data}/hotline.db")
    return settings.model_copy(update={"data": data, "database": database})  # type: ignore[no-any-return]


def forget_some(settings: Config, left: int) -> None:
    with open_database(settings).session(write=True) as session:
        codes = [row.code for row in session.query(ProcedureRow)][left:]
        session.execute(delete(ProcedureRow).where(ProcedureRow.code.in_(codes)))


def test_a_new_database_holds_the_bundled_procedures(tmp_path: Path) -> None:
    assert count_procedures(open_database(config(tmp_path))) == ALL


def test_what_was_changed_since_stays(tmp_path: Path) -> None:
    settings = config(tmp_path)
    forget_some(settings, left=3)
    assert count_procedures(open_database(settings)) == 3


def test_a_database_without_procedures_gets_them_again(tmp_path: Path) -> None:
    settings = config(tmp_path)
    forget_some(settings, left=0)
    assert count_procedures(open_database(settings)) == ALL


def test_a_new_version_of_the_bundled_procedures_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from services import procedures

    settings = config(tmp_path)
    forget_some(settings, left=3)
    newer = tmp_path / "procedures.json"
    newer.write_bytes(procedures.BUNDLED.read_bytes() + b"\n")
    monkeypatch.setattr(procedures, "BUNDLED", newer)
    assert count_procedures(open_database(settings)) == ALL


def test_another_database_gets_them_too(tmp_path: Path) -> None:
    open_database(config(tmp_path))
    assert count_procedures(open_database(config(tmp_path, f"sqlite:///{tmp_path}/other.db"))) == ALL


@pytest.mark.parametrize("url", ["nonsense", "oracle://x/y", "sqlite:////proc/nowhere/x.db"])
def test_a_database_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseError, match="database"):
        open_database(config(tmp_path, url))
