"""The outbox on SQLite and PostgreSQL: nothing lost, nothing twice, whoever dies in between."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.database import Database, DatabaseError
from services.messages import MessageState, NotSent, Outbox, Outcome, Report
from services.messages.outbox import LEASE, LONGEST_WAIT, can_receive, wait_after
from services.settings import MessageSettings
from tests.services.test_postgresql import pytestmark as needs_postgresql
from tests.services.test_postgresql import url as postgresql_url  # noqa: F401 - a fixture

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/h.db"
    opened = Database(url)
    opened.migrate()
    with opened.session(write=True) as session:
        session.execute(text("DELETE FROM messages"))
    yield opened
    opened.close()


class Recorded:
    """A gateway that takes everything, after the failures it is told to have."""

    def __init__(self, repeatable: bool = False, *failures: Outcome) -> None:
        self.repeatable = repeatable
        self.sent: Counter[str] = Counter()
        self._failures = list(failures)

    def send(self, to: str, text: str, key: str) -> None:
        if self._failures:
            raise NotSent(self._failures.pop(0), "as told")
        self.sent[key] += 1


def put(outbox: Outbox, key: str = "k1", channel: str = "sms") -> None:
    outbox.put(channel, "a@example.vn" if channel == "email" else "0912345678", "Giấy tờ: tờ khai", key, NOW)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_sent_once_however_often_it_is_put_and_sent(database: Database) -> None:
    outbox, gateway = Outbox(database), Recorded()
    for _ in range(3):
        put(outbox)
    assert outbox.send({"sms": gateway}, lambda: NOW) == Report(sent=1)
    put(outbox)
    assert outbox.send({"sms": gateway}, lambda: at(600)) == Report()
    assert gateway.sent == {"k1": 1}
    [message] = outbox.list()
    assert (message.state, message.attempts, message.error) == ("sent", 1, "")


def test_the_first_text_under_a_key_counts(database: Database) -> None:
    outbox = Outbox(database)
    put(outbox)
    outbox.put("sms", "0987654321", "khác", "k1", NOW)
    assert [(each.to, each.text) for each in outbox.list()] == [("0912345678", "Giấy tờ: tờ khai")]


def test_tried_again_with_longer_and_longer_waits_then_dead(database: Database) -> None:
    outbox, gateway = Outbox(database, MessageSettings(attempts=3)), Recorded(False, *[Outcome.LATER] * 9)
    put(outbox)
    assert outbox.send({"sms": gateway}, lambda: NOW) == Report(put_off=1)
    assert outbox.send({"sms": gateway}, lambda: at(0.9)) == Report()
    assert outbox.send({"sms": gateway}, lambda: at(1)) == Report(put_off=1)
    assert outbox.send({"sms": gateway}, lambda: at(2.9)) == Report()
    assert outbox.send({"sms": gateway}, lambda: at(3)) == Report(dead=1)
    assert outbox.send({"sms": gateway}, lambda: at(999)) == Report()
    [message] = outbox.list(MessageState.DEAD)
    assert (message.attempts, message.error) == (3, "as told")
    outbox.retry(message.id, at(1000))
    assert outbox.send({"sms": Recorded()}, lambda: at(1000)) == Report(sent=1)


def test_refused_for_good_is_dead_at_once(database: Database) -> None:
    outbox = Outbox(database)
    put(outbox)
    assert outbox.send({"sms": Recorded(True, Outcome.NEVER)}, lambda: NOW) == Report(dead=1)


@pytest.mark.parametrize(("repeatable", "report"), [(True, Report(put_off=1)), (False, Report(dead=1))])
def test_what_may_have_gone_out_is_repeated_only_where_that_does_no_harm(
    database: Database, repeatable: bool, report: Report
) -> None:
    outbox = Outbox(database)
    put(outbox)
    assert outbox.send({"sms": Recorded(repeatable, Outcome.UNKNOWN)}, lambda: NOW) == report
    assert "nobody knows" in outbox.list()[0].error


class Dies(BaseException):
    pass


class Deadly(Recorded):
    def send(self, to: str, text: str, key: str) -> None:
        super().send(to, text, key)
        raise Dies


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_sender_that_dies_in_the_middle(database: Database, repeatable: bool) -> None:
    outbox, after = Outbox(database), Recorded(repeatable)
    put(outbox)
    with pytest.raises(Dies):
        outbox.send({"sms": Deadly(repeatable)}, lambda: NOW)
    assert outbox.send({"sms": after}, lambda: NOW + LEASE / 2) == Report()
    expected = Report(sent=1) if repeatable else Report(dead=1)
    assert outbox.send({"sms": after}, lambda: NOW + LEASE) == expected
    assert sum(after.sent.values()) == repeatable


def test_a_message_that_kills_every_sender_is_given_up(database: Database) -> None:
    outbox = Outbox(database, MessageSettings(attempts=2))
    put(outbox)
    for n in range(2):
        with pytest.raises(Dies):
            outbox.send({"sms": Deadly(True)}, lambda n=n: NOW + n * LEASE)
    assert outbox.send({"sms": Deadly(True)}, lambda: NOW + 2 * LEASE) == Report(dead=1)


def test_several_senders_at_once_send_each_message_once(database: Database) -> None:
    outbox, gateway, count, senders = Outbox(database), Recorded(), 40, 4
    for n in range(count):
        put(outbox, f"k{n}")
    together, reports = threading.Barrier(senders), []

    def send() -> None:
        together.wait()
        reports.append(outbox.send({"sms": gateway}, lambda: NOW))

    threads = [threading.Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gateway.sent == {f"k{n}": 1 for n in range(count)}
    assert sum(report.sent for report in reports) == count


def test_puts_at_once_with_one_key_make_one_message(database: Database) -> None:
    outbox = Outbox(database)
    threads = [threading.Thread(target=put, args=(outbox,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outbox.list()) == 1


def test_without_a_gateway_messages_wait_until_they_are_too_old(database: Database) -> None:
    outbox, sms = Outbox(database, MessageSettings(keep_hours=1)), Recorded()
    put(outbox, "sms")
    put(outbox, "zalo", "zalo")
    assert outbox.send({"sms": sms}, lambda: NOW) == Report(sent=1)
    assert outbox.send({"sms": sms}, lambda: at(59)) == Report()
    assert outbox.send({"sms": sms, "zalo": Recorded()}, lambda: at(61)) == Report(dead=1)
    assert "too old" in outbox.list(MessageState.DEAD)[0].error


def test_what_cannot_be(database: Database) -> None:
    outbox = Outbox(database)
    for channel, to, body, key in [
        ("fax", "0912345678", "x", "k"), ("sms", "02438255555", "x", "k"), ("sms", "0912345678", " ", "k"),
        ("sms", "0912345678", "x", ""), ("email", "lan@localhost", "x", "k"), ("email", "a@b.vn\nBcc: c@d", "x", "k"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=r"channel|address|text and a key|sent to"):
            outbox.put(channel, to, body, key, NOW)
    assert outbox.list() == []
    put(outbox)
    with pytest.raises(LookupError):
        outbox.retry(999_999, NOW)
    with pytest.raises(ValueError, match="only a dead one"):
        outbox.retry(outbox.list()[0].id, NOW)


def test_a_database_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError):
        put(Outbox(Database(f"sqlite:///{tmp_path}/missing/h.db")))


@given(st.integers(1, 10_000))
def test_waits_grow_to_an_hour(attempts: int) -> None:
    assert timedelta(minutes=1) <= wait_after(attempts) <= wait_after(attempts + 1) <= LONGEST_WAIT


@given(st.text())
def test_no_address_holds_a_line_break_or_another_address(words: str) -> None:
    if can_receive("email", words):
        assert words.count("@") == 1
        assert not set(words) & set("\r\n,;<> ")
