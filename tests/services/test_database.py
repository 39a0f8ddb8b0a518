from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, select, text

from services.database import Database, DatabaseError, migration_config
from services.models import Base, ProcedureRow, TicketRow
from services.tickets import Tickets


def test_models_and_migrations_agree(tmp_path: Path, database: Database) -> None:
    with create_engine(f"sqlite:///{tmp_path}/hotline.db").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    ticket = Tickets(database).open("callback", "gọi lại")
    database.migrate()
    database.check()
    assert Tickets(database).get(ticket.id) == ticket


def test_procedures_of_the_first_tables_become_reviewed_ones(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    config = migration_config()
    with create_engine(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO procedures"
                " VALUES ('1.900001', 'Cấp thẻ', '1/QĐ-BTP', '2026-07-19', 'cổng', '{}', 'd', :at)"
            ),
            {"at": "2026-07-19 00:00:00.000000"},
        )
    database = Database(url)
    database.migrate()
    with database.session() as session:
        [row] = session.scalars(select(ProcedureRow)).all()
    kept = (row.origin, row.number, row.since, row.date, row.withdrawn_on, row.name)
    assert kept == ("reviewed", 1, "2026-07-19", "2026-07-19", None, "Cấp thẻ")
    with create_engine(url).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert connection.execute(text("SELECT code, name, digest FROM procedures")).all() == [
            ("1.900001", "Cấp thẻ", "d")
        ]
    database.close()


def test_processes_may_migrate_at_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path}/new/hotline.db") for _ in range(4)]
    threads = [threading.Thread(target=each.migrate) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in databases:
        each.check()
        each.close()


def test_not_migrated_is_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(DatabaseError, match="migrate"):
        database.check()
    with pytest.raises(DatabaseError, match="not migrated"):
        Tickets(database).list()


def test_unreachable_is_said_without_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="unavailable"):
        Tickets(Database(f"sqlite:///{tmp_path}/missing/hotline.db")).list()
    pytest.importorskip("psycopg")
    away = Database("postgresql+psycopg://hotline:secret@127.0.0.1:1/hotline?connect_timeout=1")
    with pytest.raises(DatabaseError, match="unavailable") as caught:
        away.check()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "nonsense", "oracle17://x/y"])
def test_a_url_that_makes_no_sense(url: str) -> None:
    with pytest.raises(ValueError, match=r"database\.url"):
        Database(url)


def test_a_writer_waits_for_another(tmp_path: Path, database: Database) -> None:
    other = sqlite3.connect(tmp_path / "hotline.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    assert Tickets(database).open("callback", "gọi lại").id == "1001"
    release.join()
    other.close()


def test_readers_go_on_while_somebody_writes(tmp_path: Path, database: Database) -> None:
    Tickets(database).open("callback", "gọi lại")
    other = sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(Tickets(database).list()) == 1
    other.close()


def test_nothing_is_written_into_a_file_that_was_taken_away(tmp_path: Path) -> None:
    home, away = tmp_path / "var", tmp_path / "away"
    database = Database(f"sqlite:///{home}/hotline.db")
    database.migrate()
    tickets = Tickets(database)
    tickets.open("callback", "một")
    os.rename(home, away)
    with pytest.raises(DatabaseError):
        tickets.open("callback", "hai")
    shutil.move(away, home)
    tickets.open("callback", "ba")
    assert [ticket.summary for ticket in tickets.list()] == ["ba", "một"]
    database.close()


def test_an_exception_rolls_back(database: Database) -> None:
    class Stop(Exception):
        pass

    def add_and_fail() -> None:
        with database.session(write=True) as session:
            session.add(TicketRow(kind="a", summary="b", details={}, state="open"))
            session.flush()
            raise Stop

    with pytest.raises(Stop):
        add_and_fail()
    with database.session() as session:
        assert session.scalars(select(TicketRow)).all() == []


def test_foreign_keys_are_enforced_and_vietnamese_is_stored_readably(database: Database) -> None:
    Tickets(database).open("feedback", "x", details={"nơi": "phường Hoàn Kiếm"})
    with database.session() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert "Hoàn Kiếm" in session.scalar(text("SELECT details FROM tickets"))
