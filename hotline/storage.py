"""The database as every command finds it: migrated, with the bundled knowledge in it."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from hotline.config import Config
from services import procedures
from services.database import Database, DatabaseError
from services.models import ProcedureRow


def open_database(config: Config) -> Database:
    """Loads the bundled procedures once per version of them, so that what was imported since stays as it is.

    Raises DatabaseError.
    """
    try:
        database = Database(config.database.url)
    except ValueError as error:
        raise DatabaseError(str(error)) from None
    database.migrate()
    digest = hashlib.sha256(procedures.BUNDLED.read_bytes() + config.database.url.encode()).hexdigest()
    marker = config.data / "run" / "knowledge.sha256"
    loaded = marker.read_text() if marker.exists() else ""
    if loaded != digest or count_procedures(database) == 0:
        procedures.load(database)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(digest)
    return database


def count_procedures(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(ProcedureRow)) or 0
