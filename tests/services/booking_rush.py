"""Many who book at the same moment, from several processes with several threads each, as gateways do."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier as ThreadBarrier
from typing import Any

from services.database import Database, DatabaseError
from services.queue import Queue, QueueSettings, SlotFull

WARD = "Phường Ba Đình"
NOW = datetime.fromisoformat("2026-03-04T10:10:00+07:00")
START = datetime.fromisoformat("2026-03-05T08:00:00+07:00")
PROCESSES, RUSH = 5, 50
TRIES = 20  # a caller who hears that the system is busy asks again

Act = Callable[[Queue, Any], str]


def rush(url: str, settings: QueueSettings, act: Act, inputs: Sequence[Any]) -> list[str]:
    """What `act` gave for each of the inputs, all begun at the same moment; "full" where there was no place."""
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[list[tuple[int, str]]] = context.Queue()
    gate = context.Barrier(PROCESSES)
    shares = [list(enumerate(inputs))[n::PROCESSES] for n in range(PROCESSES)]
    processes = [
        context.Process(target=_process, args=(url, settings, act, share, gate, results), daemon=True)
        for share in shares
    ]
    for process in processes:
        process.start()
    found = dict(pair for _ in processes for pair in results.get())
    for process in processes:
        process.join()
    return [found[n] for n in range(len(inputs))]


def _process(
    url: str, settings: QueueSettings, act: Act, share: list[tuple[int, Any]], gate: Any, results: Any
) -> None:
    queue, ready = Queue(Database(url), settings), ThreadBarrier(len(share) + 1)

    def one(entry: tuple[int, Any]) -> tuple[int, str]:
        ready.wait()
        return entry[0], _try(queue, act, entry[1])

    with ThreadPoolExecutor(len(share)) as threads:
        jobs = [threads.submit(one, entry) for entry in share]
        gate.wait()
        ready.wait()
        results.put([job.result() for job in jobs])


def _try(queue: Queue, act: Act, value: Any) -> str:
    for _ in range(TRIES):
        try:
            return act(queue, value)
        except SlotFull:
            return "full"
        except DatabaseError as error:
            last = error
            if "deadlock" in str(error):
                return "deadlock"
    return str(last)


def book(queue: Queue, phone: str) -> str:
    return queue.book(WARD, START, phone, NOW).number


def move(queue: Queue, change: tuple[str, datetime]) -> str:
    return queue.move(change[0], WARD, change[1], NOW).number


def check_that_nothing_is_oversold(url: str) -> None:
    """50 ask for 20 places, ten of them twice: 20 numbers go out, all different, one for each telephone."""
    phones = [f"09000000{n:02}" for n in (*range(40), *range(10))]
    answers = rush(url, QueueSettings(capacity=20), book, phones)
    given = {(phone, answer) for phone, answer in zip(phones, answers, strict=True) if answer != "full"}
    assert all(number.isdigit() for _, number in given), given
    assert len(given) == len({phone for phone, _ in given}) == len({number for _, number in given}) == 20
    database = Database(url)
    held = Queue(database, QueueSettings(capacity=20)).list()
    assert {(booking.phone, booking.number) for booking in held} == given
    assert START not in {slot.start for slot in Queue(database, QueueSettings(capacity=20)).free(WARD, NOW)}
    assert START in {slot.start for slot in Queue(database, QueueSettings(capacity=21)).free(WARD, NOW)}
    database.close()


def check_that_changes_in_both_directions_do_not_block(url: str) -> None:
    """25 go from one slot to another while 25 come back; nobody is lost, and the places are counted right."""
    settings, other = QueueSettings(capacity=50), START + timedelta(hours=1)
    database = Database(url)
    queue = Queue(database, settings)
    for booking in queue.list():
        queue.cancel(booking.number, NOW)
    starts = [START, other]
    numbers = [queue.book(WARD, starts[n % 2], f"09100000{n:02}", NOW).number for n in range(RUSH)]
    changes = [(number, starts[1 - n % 2]) for n, number in enumerate(numbers)]
    database.close()
    assert rush(url, settings, move, changes) == numbers
    database = Database(url)
    assert {(booking.number, booking.start) for booking in Queue(database, settings).list()} == set(changes)
    for capacity, expected in ((25, set()), (26, set(starts))):
        free = {slot.start for slot in Queue(database, QueueSettings(capacity=capacity)).free(WARD, NOW)}
        assert free & set(starts) == expected
    database.close()
