"""The same services on PostgreSQL, where it is installed."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from services.calls import CallRecords
from services.database import Database, DatabaseError, migration_config
from services.dossiers import DossierStore, open_dossiers
from services.dossiers import load as load_dossiers
from services.forms.consents import Consents
from services.forms.store import FormStore, WrongIdentity
from services.models import Base
from services.procedures import Aspect, ProcedureBook, Stored, load, versions
from services.procedures.portal import import_portal
from services.settings import DossierSettings
from services.tickets import Category, Report, Tickets, TicketState
from tests.services.booking_rush import (
    check_that_changes_in_both_directions_do_not_block,
    check_that_nothing_is_oversold,
)
from tests.services.dossier_records import CODE, record
from tests.services.form_talk import Talk
from tests.services.portal.writing import folder, text

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
    assert load(database) == Stored(56, 0, 0)
    assert load(database) == Stored(0, 0, 56)
    assert ProcedureBook(database).answer("2.000635", Aspect.FEE).known


def test_an_event_that_the_database_refuses_is_not_an_outage(database: Database) -> None:
    event = {"call_id": "c\0", "number": 0, "kind": "call_started", "at": datetime.now(UTC).isoformat()}
    with pytest.raises(Exception, match=r"NUL|null") as caught:
        CallRecords(database).store(event)
    assert not isinstance(caught.value, DatabaseError)


def test_a_report_is_filed_once_by_many_at_once(database: Database) -> None:
    report = Report("cán bộ \x00 quát tôi", Category.ATTITUDE, "Phường Ba Đình", "chợ \x00", "\x00")
    opened: list[str] = []

    def file() -> None:
        opened.append(
            Tickets(database).open("complaint", "thái độ", details={"slots": ["\x00 a"]}, report=report, key="same").id
        )

    threads = [threading.Thread(target=file) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    assert len(set(opened)) == 1
    kept = Tickets(database).get(opened[0])
    assert kept
    assert kept.report
    assert (kept.report.story, kept.report.place, kept.report.time) == ("cán bộ quát tôi", "chợ", "")
    assert kept.details == {"slots": ["a"]}


def test_fifty_calls_at_once_have_three_attempts_at_a_dossier(database: Database, tmp_path: Path) -> None:
    now, outcomes = datetime.now(UTC), list[str]()
    (tmp_path / "d.json").write_text(json.dumps([record()]), encoding="utf-8")
    assert [one.result for one in load_dossiers(database, tmp_path / "d.json", now)] == ["added"]
    assert [one.result for one in load_dossiers(database, tmp_path / "d.json", now)] == ["unchanged"]
    look_up = open_dossiers(DossierSettings(), database).look_up
    threads = [
        threading.Thread(target=lambda said=said: outcomes.append(look_up.check(said, "0000", now).outcome))
        for said in [CODE, CODE[10:]] * 25
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"wrong": 3, "locked": 47}
    assert [dossier.code for dossier in DossierStore(database).find("0317")] == [CODE]


def test_an_import_of_the_portal(database: Database, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    records = {f"1.9000{n:02}": text(code=f"1.9000{n:02}", name=f"Cấp thẻ số {n}") for n in range(10)}
    path = folder(tmp_path / "portal", records)
    assert import_portal(database, path, date(2026, 7, 19), now).stored == Stored(10, 0, 0)
    assert import_portal(database, path, date(2026, 7, 19), now).stored == Stored(0, 0, 10)
    (path / "1.900009.txt").unlink()
    folder(path, {"1.900001": text(code="1.900001", name="Cấp thẻ số một")})
    changed = import_portal(database, path, date(2026, 7, 20), now)
    assert (changed.stored, changed.withdrawn) == (Stored(0, 1, 8), 1)
    assert [(each.number, each.until) for each in versions(database, "1.900001")] == [(2, None), (1, "2026-07-20")]
    found = ProcedureBook(database).get("1.900009")
    assert found is not None
    assert found.withdrawn


def test_migrations_go_back(url: str) -> None:
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE back_and_forth")
    database = Database(url.replace("/postgres", "/back_and_forth"))
    database.migrate()
    load(database)
    with database.session(write=True) as session:
        config = migration_config()
        config.attributes["connection"] = session.connection()
        command.downgrade(config, "0001")
        command.upgrade(config, "head")
    database.check()
    assert load(database) == Stored(0, 0, 56)
    database.close()


def test_a_form_sent_by_many_at_once_is_one_form(database: Database) -> None:
    talk = Talk("form_tra_cuu")
    talk.tell("H26-250101-0001", "1234")
    store, codes = FormStore(database), list[str]()
    now = datetime.now(UTC)
    threads = [
        threading.Thread(target=lambda: codes.append(store.finish(talk.filling, "c1", None, now).code))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 8
    assert len(set(codes)) == 1
    paused = store.pause(Talk("form_hkd").filling, "c2", "0912345678", now)
    with pytest.raises(WrongIdentity):
        store.resume(paused.code, "0000", "c3", now)
    assert store.resume(paused.code, "5678", "c3", now).values == {}
    consents = Consents(database)
    consents.give("c2", "0912345678", "vâng", now)
    assert consents.withdraw(now, phone="0912345678") == 1


def test_fifty_bookings_at_once(database: Database, url: str) -> None:
    check_that_nothing_is_oversold(url)


def test_changed_bookings_in_both_directions(database: Database, url: str) -> None:
    check_that_changes_in_both_directions_do_not_block(url)
