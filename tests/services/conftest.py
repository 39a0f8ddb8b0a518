from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/hotline.db")
    opened.migrate()
    yield opened
    opened.close()
