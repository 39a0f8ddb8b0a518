"""The database as every command finds it: migrated, with the bundled knowledge in it."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from hotline.config import Config
from services import procedures
from services.database import Database, DatabaseError
from services.models import ProcedureRow
from services.procedures import Origin


def open_database(config: Config) -> Database:
    """Loads the bundled procedures once per version of them, so that what was loaded since stays as it is; what was
    imported from the portal, and what an officer has approved, stays in any case.

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
    if loaded != digest or count_procedures(database, Origin.REVIEWED) == 0:
        procedures.load(database, keep_approved=True)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(digest)
    return database


def count_procedures(database: Database, origin: Origin | None = None) -> int:
    """How many there are, from one origin or from any."""
    chosen = select(func.count(ProcedureRow.code.distinct()))
    with database.session() as session:
        return session.scalar(chosen.where(ProcedureRow.origin == origin) if origin else chosen) or 0
