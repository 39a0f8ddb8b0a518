"""The SQL database: SQLite in one file, or PostgreSQL by URL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, DisconnectionError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

LOCK_WAIT = 5.0  # s that a statement waits for another writer
MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_019_001  # PostgreSQL advisory lock: one process migrates, the others wait


class DatabaseError(Exception):
    """The database is away, locked, or not migrated. What was asked did not happen; it may succeed later."""


class Database:
    """`url` in SQLAlchemy's form. Opens nothing until used. Raises ValueError when the URL makes no sense."""

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
            self._engine = _create_engine(url)
        except (ArgumentError, ImportError) as error:
            raise ValueError(f"database.url: cannot use it ({type(error).__name__}: {error})") from error
        self._writer = self._engine.execution_options(write=True)

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def session(self, write: bool = False) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an exception.

        With `write` SQLite takes its write lock at once; a transaction that reads first and writes later would
        otherwise fail, instead of wait, when someone else has written in between. Raises DatabaseError.
        """
        engine = self._writer if write else self._engine
        with self._errors(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Brings the tables to this version, creating the database file if need be. Raises DatabaseError."""
        self._make_directory()
        with self._errors(), self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config = migration_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check(self) -> None:
        """Raises DatabaseError unless the database answers and its tables are of this version."""
        with self._errors(), self._engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        needed = ScriptDirectory.from_config(migration_config()).get_current_head()
        if found != needed:
            raise DatabaseError(f"database {self.name}: tables are at {found or 'nothing'}, not {needed}; migrate it")

    def close(self) -> None:
        self._engine.dispose()

    def _make_directory(self) -> None:
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            try:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatabaseError(f"database {self.name}: {error}") from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Errors of the driver as one sentence, without the statement and its values: they may be personal."""
        try:
            yield
        except (DataError, IntegrityError):
            raise  # the fault of what was asked, not of the database
        except (DBAPIError, PoolTimeout) as error:
            cause = getattr(error, "orig", error)
            missing = isinstance(error, ProgrammingError) or "no such" in str(cause)
            state = "is not migrated" if missing else "is unavailable"
            raise DatabaseError(f"database {self.name} {state}: {str(cause).partition(chr(10))[0]}") from error


def migration_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _create_engine(url: str) -> Engine:
    serialize = partial(json.dumps, ensure_ascii=False)
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, json_serializer=serialize, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, json_serializer=serialize, hide_parameters=True, connect_args={"timeout": LOCK_WAIT})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "checkout", _check_sqlite_file)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so, in _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    record.info["file"] = _sqlite_file(connection)


def _check_sqlite_file(connection: Any, record: Any, proxy: Any) -> None:
    """A pooled connection goes on writing to a file that is no longer there: what it commits would be lost."""
    if record.info["file"] != _sqlite_file(connection):
        raise DisconnectionError("the database file was moved or replaced")


def _sqlite_file(connection: Any) -> tuple[int, int] | None:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    try:
        status = os.stat(path) if path else None
    except OSError:
        return None
    return status and (status.st_dev, status.st_ino)


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
