"""The same services on PostgreSQL, where it is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.calls import CallRecords
from services.database import Database, DatabaseError
from services.models import Base
from services.procedures import Aspect, Loaded, ProcedureBook, load
from services.tickets import Tickets, TicketState
from tests.services.booking_rush import (
    check_that_changes_in_both_directions_do_not_block,
    check_that_nothing_is_oversold,
)

pytest.importorskip("psycopg")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(shutil.which("initdb") or "/").parent]
pytestmark = pytest.mark.skipif(not (BINARIES[-1] / "initdb").exists(), reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    home = Path(tempfile.mkdtemp(prefix="pg"))
    # PostgreSQL refuses to run as root.
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    demoted = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    initdb = [
        BINARIES[-1] / "initdb",
        "-D",
        home / "data",
        "-U",
        "hotline",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale",
        "C",
    ]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=home, **demoted)
    server = [BINARIES[-1] / "postgres", "-D", home / "data", "-p", str(port), "-k", home, "-h", "127.0.0.1"]
    process = subprocess.Popen(server, stderr=subprocess.DEVNULL, cwd=home, **demoted)
    try:
        ready = [BINARIES[-1] / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
        while subprocess.run(ready, check=False, stdout=subprocess.DEVNULL).returncode:
            assert process.poll() is None, "postgres did not start"
        yield f"postgresql+psycopg://hotline@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: does not wait for clients
        process.wait()
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def database(url: str) -> Iterator[Database]:
    databases = [Database(url) for _ in range(3)]
    threads = [threading.Thread(target=each.migrate) for each in databases]  # at once, as processes may
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield databases[0]
    for each in databases:
        each.close()


def test_models_and_migrations_agree(database: Database) -> None:
    database.check()
    with database.session() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []


def test_not_migrated_is_said(url: str) -> None:
    empty = Database(url.replace("/postgres", "/template1"))
    with pytest.raises(DatabaseError, match="migrate"):
        empty.check()
    with pytest.raises(DatabaseError, match="not migrated"):
        Tickets(empty).list()
    empty.close()


def test_records_tickets_and_procedures(database: Database) -> None:
    records, tickets = CallRecords(database), Tickets(database)
    event = {"call_id": "c1", "number": 0, "kind": "call_started", "at": datetime.now(UTC).isoformat(), "line": "sip"}
    assert records.store(event)
    assert not records.store(event)
    assert records.store_all([event, {**event, "number": 1, "kind": "call_ended", "seconds": 3}]) == 1
    assert [call["seconds"] for call in records.list()] == [3]
    assert [call["events"][0] for call in records.export()] == [event]
    ticket = tickets.open("feedback", "chậm trả kết quả")
    assert tickets.move(ticket.id, TicketState.DONE, by="lan").history[-1].by == "lan"
    assert load(database) == Loaded(56, 0, 0)
    assert load(database) == Loaded(0, 0, 56)
    assert ProcedureBook(database).answer("2.000635", Aspect.FEE).known


def test_an_event_that_the_database_refuses_is_not_an_outage(database: Database) -> None:
    event = {"call_id": "c\0", "number": 0, "kind": "call_started", "at": datetime.now(UTC).isoformat()}
    with pytest.raises(Exception, match=r"NUL|null") as caught:
        CallRecords(database).store(event)
    assert not isinstance(caught.value, DatabaseError)


def test_fifty_bookings_at_once(database: Database, url: str) -> None:
    check_that_nothing_is_oversold(url)


def test_changed_bookings_in_both_directions(database: Database, url: str) -> None:
    check_that_changes_in_both_directions_do_not_block(url)
