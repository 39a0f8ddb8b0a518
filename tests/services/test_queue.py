from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from language.vi import Session
from services.database import Database, DatabaseError
from services.queue import (
    BookingNotFound,
    BookingOver,
    Calendar,
    NotOffered,
    Queue,
    QueueSettings,
    SlotFull,
    TooManyBookings,
)

WARD, OTHER = "Phường Ba Đình", "Xã Sóc Sơn"
NOW = datetime.fromisoformat("2026-03-04T10:10:00+07:00")  # a Wednesday
THURSDAY = datetime.fromisoformat("2026-03-05T08:00:00+07:00")
PHONE, ANOTHER = "0912345678", "0987654321"


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database, QueueSettings(capacity=2, capacities={OTHER: 0}))


def offered(now: datetime, **settings: object) -> list[datetime]:
    return [slot.start for slot in Calendar(QueueSettings.model_validate(settings)).offered(now)]


def test_today_and_six_days_on_working_days_in_working_hours() -> None:
    starts = offered(NOW)
    assert starts[0] == NOW.replace(hour=10, minute=30)
    assert {start.date().isoformat() for start in starts} == {f"2026-03-{day:02}" for day in (4, 5, 6, 9, 10)}
    thursday = [start - THURSDAY for start in starts if start.date() == THURSDAY.date()]
    minutes = [*range(0, 210, 30), *range(330, 540, 30)]  # from 8:00 to 11:00 and from 13:30 to 16:30
    assert thursday == [timedelta(minutes=after) for after in minutes]


def test_saturday_mornings_and_holidays_are_as_configured() -> None:
    starts = offered(NOW, mornings_only=["sat"], holidays=["2026-03-06"], slot_minutes=60)
    assert [f"{start:%d %H:%M}" for start in starts if start.day in (6, 7, 8)] == ["07 08:00", "07 09:00", "07 10:00"]


def test_the_clock_of_hanoi_counts() -> None:
    late = datetime.fromisoformat("2026-03-04T20:00:00+00:00")  # Thursday, 3 in Hanoi
    assert offered(late)[0] == THURSDAY


@pytest.mark.parametrize(
    "wrong", [{"capacities": {"Phường Hàng Bạc": 3}}, {"capacity": -1}, {"morning": "8-11"}, {"days": ["monday"]}]
)
def test_wrong_settings(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QueueSettings.model_validate(wrong)


def test_a_number_is_booked_and_found(queue: Queue) -> None:
    booked = queue.book(WARD, THURSDAY, PHONE, NOW, group="ho_tich", procedure="1.001193", call_id="c1")
    assert booked.number.isdigit()
    assert (booked.start, booked.session, booked.group) == (THURSDAY, Session.MORNING, "ho_tich")
    assert f"{booked.start:%H:%M}" == "08:00"
    assert queue.get(booked.number) == booked
    assert queue.list(PHONE, after=NOW) == [booked]
    assert queue.list(ANOTHER) == []
    assert queue.list(after=THURSDAY) == []


def test_a_slot_is_not_given_out_beyond_its_capacity(queue: Queue) -> None:
    first, second = (queue.book(WARD, THURSDAY, phone, NOW) for phone in (PHONE, ANOTHER))
    assert first.number != second.number
    assert queue.free(WARD, NOW)[0].start == NOW.replace(hour=10, minute=30)
    assert THURSDAY not in {slot.start for slot in queue.free(WARD, NOW)}
    with pytest.raises(SlotFull):
        queue.book(WARD, THURSDAY, "0900000001", NOW)
    assert queue.book("Phường Láng", THURSDAY, "0900000001", NOW).ward == "Phường Láng"
    queue.cancel(first.number, NOW)
    assert queue.book(WARD, THURSDAY, "0900000002", NOW).number not in (first.number, second.number)


def test_the_capacity_of_one_ward_may_differ(queue: Queue) -> None:
    assert queue.free(OTHER, NOW) == []
    with pytest.raises(SlotFull):
        queue.book(OTHER, THURSDAY, PHONE, NOW)


def test_asking_twice_gives_the_same_number(queue: Queue) -> None:
    booked = queue.book(WARD, THURSDAY, PHONE, NOW)
    assert queue.book(WARD, THURSDAY, PHONE, NOW + timedelta(minutes=1)) == booked
    assert len(queue.list()) == 1
    queue.book(WARD, THURSDAY, ANOTHER, NOW)  # the second ask has taken no place


@pytest.mark.parametrize(
    "start",
    [
        "2026-03-04T08:00:00+07:00",  # over
        "2026-03-04T10:00:00+07:00",  # has begun
        "2026-03-05T08:10:00+07:00",  # no slot begins then
        "2026-03-05T12:00:00+07:00",
        "2026-03-07T08:00:00+07:00",  # Saturday
        "2026-03-11T08:00:00+07:00",  # the seventh day from today
        "2020-01-01T08:00:00+07:00",
    ],
)
def test_other_times_are_refused(queue: Queue, start: str) -> None:
    with pytest.raises(NotOffered):
        queue.book(WARD, datetime.fromisoformat(start), PHONE, NOW)
    assert queue.list() == []


def test_an_unknown_ward_is_refused(queue: Queue) -> None:
    with pytest.raises(NotOffered, match="Hàng Bạc"):
        queue.book("Phường Hàng Bạc", THURSDAY, PHONE, NOW)
    with pytest.raises(NotOffered):
        queue.free("'; DROP TABLE queue_bookings; --", NOW)


def test_one_telephone_does_not_hold_many_numbers(queue: Queue) -> None:
    for hours in (0, 1, 2):
        queue.book(WARD, THURSDAY + timedelta(hours=hours), PHONE, NOW)
    with pytest.raises(TooManyBookings):
        queue.book(WARD, THURSDAY + timedelta(hours=3), PHONE, NOW)
    friday = THURSDAY + timedelta(days=1)
    later = THURSDAY + timedelta(hours=1, minutes=10)  # two of them are over
    assert queue.book(WARD, friday, PHONE, later).start == friday


def test_cancelling_gives_the_place_back_once(queue: Queue) -> None:
    booked = queue.book(WARD, THURSDAY, PHONE, NOW)
    assert queue.cancel(booked.number, NOW).number == booked.number
    for number in (booked.number, "99999", "abc", "", "9" * 30, "٣"):
        with pytest.raises(BookingNotFound):
            queue.cancel(number, NOW)
    for phone in (PHONE, ANOTHER):
        queue.book(WARD, THURSDAY, phone, NOW)
    with pytest.raises(SlotFull):
        queue.book(WARD, THURSDAY, "0900000001", NOW)


def test_a_number_whose_time_has_come_is_not_changed(queue: Queue) -> None:
    booked = queue.book(WARD, THURSDAY, PHONE, NOW)
    for change in (
        lambda: queue.cancel(booked.number, THURSDAY),
        lambda: queue.move(booked.number, WARD, THURSDAY + timedelta(hours=1), THURSDAY),
    ):
        with pytest.raises(BookingOver):
            change()
    assert queue.get(booked.number) == booked


def test_changing_keeps_the_number_and_gives_the_old_place_back(queue: Queue) -> None:
    booked = queue.book(WARD, THURSDAY, PHONE, NOW, procedure="1.001193")
    friday = THURSDAY + timedelta(days=1)
    moved = queue.move(booked.number, "Phường Láng", friday, NOW)
    assert (moved.number, moved.ward, moved.start, moved.procedure) == (
        booked.number,
        "Phường Láng",
        friday,
        "1.001193",
    )
    assert queue.list(PHONE) == [moved]
    assert queue.move(booked.number, "Phường Láng", friday, NOW) == moved
    for phone in (ANOTHER, "0900000001"):
        queue.book(WARD, THURSDAY, phone, NOW)


def test_a_change_that_cannot_be_leaves_all_as_it_was(queue: Queue) -> None:
    later = THURSDAY + timedelta(hours=1)
    booked = queue.book(WARD, THURSDAY, PHONE, NOW)
    mine_too = queue.book(WARD, later, PHONE, NOW)
    with pytest.raises(TooManyBookings):
        queue.move(booked.number, WARD, later, NOW)
    with pytest.raises(SlotFull):
        queue.move(booked.number, OTHER, THURSDAY, NOW)
    assert queue.list(PHONE) == [booked, mine_too]


def test_a_database_that_is_not_there_is_said_so(tmp_path: object) -> None:
    queue = Queue(Database(f"sqlite:///{tmp_path}/empty.db"), QueueSettings())
    with pytest.raises(DatabaseError):
        queue.book(WARD, THURSDAY, PHONE, NOW)
