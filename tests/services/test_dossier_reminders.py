"""Who asked to be told is told once, and only what there is to tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.database import Database
from services.dossiers import Dossier, DossierReminders, DossierStore, load
from services.working_days import WorkingDays
from tests.services.dossier_records import CODE, record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE_DAY = datetime(2026, 3, 8, 17, 30, tzinfo=UTC)  # in Hanoi it is the 9th, half past midnight
PHONE = "0912345678"


class Box:
    """An outbox that keeps one message for a key, and may fail."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, str, str]] = {}
        self.fails = False

    def put(self, channel: str, to: str, text: str, key: str, now: datetime) -> None:
        if self.fails:
            raise OSError("full")
        self.sent.setdefault(key, (channel, to, text))

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.sent.values()]


def compose(dossier: Dossier, occasion: str) -> str:
    return f"{dossier.code} {occasion}"


@pytest.fixture
def becomes(database: Database, tmp_path: Path) -> Callable[..., None]:
    """The city's export says something new."""

    def run(**changes: Any) -> None:
        (tmp_path / "d.json").write_text(json.dumps([record(**changes)]), encoding="utf-8")
        list(load(database, tmp_path / "d.json", NOW))

    return run


@pytest.fixture
def reminders(database: Database) -> DossierReminders:
    return DossierReminders(database, DossierStore(database), WorkingDays())


@pytest.fixture
def subscribe(database: Database, reminders: DossierReminders, becomes: Callable[..., None]) -> Callable[..., None]:
    becomes()

    def run(phone: str = PHONE) -> None:
        dossier = DossierStore(database).get(CODE)
        assert dossier
        reminders.subscribe(dossier, phone, NOW, "c1")

    return run


Subscribe = Callable[..., None]
Becomes = Callable[..., None]


def test_a_result_is_told_once_and_ends_it(reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes) -> None:
    box = Box()
    subscribe()
    subscribe()  # said twice, meant once
    assert reminders.remind(box.put, compose, NOW) == []
    becomes(status="da_co_ket_qua")
    [told] = reminders.remind(box.put, compose, NOW)
    assert (told.code, told.occasion) == (CODE, "da_co_ket_qua")
    assert list(box.sent.values()) == [("sms", PHONE, f"{CODE} da_co_ket_qua")]
    becomes(status="cho_bo_sung")
    assert reminders.remind(box.put, compose, DUE_DAY) == []


def test_changes_that_matter_are_told_each_time(
    reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes
) -> None:
    box = Box()
    subscribe()
    for status in ("cho_bo_sung", "dang_xu_ly", "cho_bo_sung", "da_tiep_nhan", "tu_choi"):
        becomes(status=status)
        reminders.remind(box.put, compose, NOW)
        reminders.remind(box.put, compose, NOW)
    assert box.texts == [f"{CODE} cho_bo_sung", f"{CODE} cho_bo_sung", f"{CODE} tu_choi"]


def test_the_day_it_is_due_is_told_once(reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes) -> None:
    box = Box()
    subscribe()
    assert reminders.remind(box.put, compose, DUE_DAY - timedelta(hours=1)) == []
    reminders.remind(box.put, compose, DUE_DAY)
    reminders.remind(box.put, compose, DUE_DAY + timedelta(days=3))
    assert box.texts == [f"{CODE} due"]
    becomes(status="da_co_ket_qua")
    reminders.remind(box.put, compose, DUE_DAY + timedelta(days=4))
    assert box.texts == [f"{CODE} due", f"{CODE} da_co_ket_qua"]


def test_a_dossier_handed_out_needs_no_message(
    reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes
) -> None:
    box = Box()
    subscribe()
    becomes(status="da_tra")
    assert reminders.remind(box.put, compose, DUE_DAY) == []
    becomes(status="dang_xu_ly")
    assert reminders.remind(box.put, compose, DUE_DAY) == []
    assert not box.sent


def test_a_message_that_was_put_but_not_noted_is_put_under_the_same_key(
    reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes
) -> None:
    box = Box()
    subscribe()
    becomes(status="da_co_ket_qua")

    def put_and_die(*message: Any) -> None:
        box.put(*message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reminders.remind(put_and_die, compose, NOW)
    assert len(reminders.remind(box.put, compose, NOW)) == 1
    assert box.texts == [f"{CODE} da_co_ket_qua"]


def test_an_outbox_that_fails_loses_nothing(
    reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes
) -> None:
    box = Box()
    subscribe()
    becomes(status="da_co_ket_qua")
    box.fails = True
    with pytest.raises(OSError, match="full"):
        reminders.remind(box.put, compose, NOW)
    box.fails = False
    reminders.remind(box.put, compose, NOW)
    assert len(box.sent) == 1


def test_it_can_be_stopped_and_agreed_upon_again(
    reminders: DossierReminders, subscribe: Subscribe, becomes: Becomes
) -> None:
    box = Box()
    subscribe()
    subscribe("0987654321")
    assert reminders.cancel(NOW, phone=PHONE) == 1
    assert reminders.cancel(NOW, phone=PHONE) == 0
    becomes(status="cho_bo_sung")
    reminders.remind(box.put, compose, NOW)
    assert [to for _, to, _ in box.sent.values()] == ["0987654321"]
    subscribe()
    becomes(status="da_co_ket_qua")
    reminders.remind(box.put, compose, NOW)
    assert sorted(to for _, to, _ in box.sent.values()) == [PHONE, "0987654321", "0987654321"]
    assert reminders.cancel(NOW, code=CODE) == 0
    with pytest.raises(ValueError, match="whose"):
        reminders.cancel(NOW)


@pytest.mark.parametrize("phone", ["02439877890", "19001009", "091234567", ""])
def test_only_mobile_numbers_get_messages(subscribe: Subscribe, phone: str) -> None:
    with pytest.raises(ValueError, match="mobile"):
        subscribe(phone)
