"""Simultaneous bookings on SQLite; those on PostgreSQL are in test_postgresql.py."""

from __future__ import annotations

from pathlib import Path

from services.database import Database
from tests.services.booking_rush import (
    check_that_changes_in_both_directions_do_not_block,
    check_that_nothing_is_oversold,
)


def migrated(path: Path) -> str:
    url = f"sqlite:///{path}/hotline.db"
    database = Database(url)
    database.migrate()
    database.close()
    return url


def test_fifty_at_once_on_sqlite(tmp_path: Path) -> None:
    check_that_nothing_is_oversold(migrated(tmp_path))


def test_changes_in_both_directions_on_sqlite(tmp_path: Path) -> None:
    check_that_changes_in_both_directions_do_not_block(migrated(tmp_path))
