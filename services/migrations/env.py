"""Alembic's environment: `Database.migrate` hands its connection in; on the command line alembic.ini names a URL."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

import services.dossiers.models
import services.forms.models  # noqa: F401 - known to Base by being imported
from services.models import Base


def run(connection: Connection) -> None:
    # Batch mode: SQLite cannot alter a table in place.
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as opened:
        run(opened)
