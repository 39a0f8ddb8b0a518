"""What the hotline does by the clock: sends messages, reminds of dossiers, erases what has been kept long enough.

Every job may be run again at any time, and by several hotlines on one database at once.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from dialogs.actions.dossier_words import message
from dialogs.actions.prompts import Prompts
from hotline.config import Config
from services.database import Database, DatabaseError
from services.dossiers import DossiersUnavailable, Reminded, open_dossiers
from services.forms.store import FormStore
from services.messages import Outbox, gateways
from services.survey import Survey
from services.unfinished import UnfinishedCalls

log = logging.getLogger(__name__)

PAUSE = 3.0  # s between looks at the clock
AFTER_FAILURE = timedelta(minutes=1)
_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[datetime], int]  # how many things it did
    hours: tuple[time, time] = (time.min, time.max)  # Hanoi's; telephones do not ring at night


class Schedule:
    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._next: dict[str, datetime] = {}
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Makes `run` return after the job at hand. May be called from a signal handler or another thread."""
        self._stopped.set()

    def run(self, clock: Callable[[], datetime], pause: float = PAUSE) -> None:
        """Until `stop`."""
        while not self._stopped.is_set():
            self.run_due(clock())
            self._stopped.wait(pause)

    def run_due(self, now: datetime) -> None:
        """Each job that is due, at the start all of them. What a job needs may be away: it is tried again soon."""
        hour = now.astimezone(_HANOI).time()
        for job in self._jobs:
            if now < self._next.get(job.name, now) or not job.hours[0] <= hour < job.hours[1]:
                continue
            try:
                done = job.run(now)
            except (DatabaseError, DossiersUnavailable) as error:
                log.warning("%s: %s; trying again", job.name, error)
                self._next[job.name] = now + min(AFTER_FAILURE, job.every)
            else:
                if done:
                    log.info("%s: %d", job.name, done)
                self._next[job.name] = now + job.every


def all_jobs(config: Config, database: Database) -> list[Job]:
    outbox, survey = Outbox(database, config.messages), Survey(database)
    unfinished = UnfinishedCalls(database, config.resume)
    day, keep_sent = timedelta(days=1), timedelta(days=config.messages.keep_days)
    keep_comments = timedelta(days=config.survey.keep_days)
    return [
        Job("messages sent", timedelta(seconds=1), _sending(config, outbox)),
        Job(
            "dossier reminders",
            timedelta(minutes=15),
            lambda now: len(remind(config, database, now)),
            (time(8), time(20)),
        ),
        Job("unfinished calls erased", timedelta(minutes=10), unfinished.erase),
        Job("forms erased", day, lambda now: erase_forms(config, database, now)),
        Job("messages erased", day, lambda now: outbox.erase(now - keep_sent)),
        Job("survey comments erased", day, lambda now: survey.erase_comments(now - keep_comments)),
    ]


def remind(config: Config, database: Database, now: datetime) -> list[Reminded]:
    """Puts what callers asked to be told of dossiers into the outbox. Raises DossiersUnavailable, DatabaseError."""
    reminders = open_dossiers(config.dossiers, database, config.duty.holidays).reminders
    outbox = Outbox(database, config.messages)
    return reminders.remind(outbox.put, partial(message, Prompts()), now, outbox.telephone_channel)


def erase_forms(config: Config, database: Database, now: datetime) -> int:
    """Forms that were begun and not taken up again for too long; how many. Raises DatabaseError."""
    return FormStore(database).erase_paused(now - timedelta(days=config.forms.keep_days), now)


def _sending(config: Config, outbox: Outbox) -> Callable[[datetime], int]:
    connected = gateways(config.messages, config.zalo, config.zalo_tokens)

    def send(_: datetime) -> int:
        report = outbox.send(connected, lambda: datetime.now(UTC))  # a message may take its time
        if report.dead:
            log.error("%d messages will not be sent, see voicebot messages list", report.dead)
        return report.sent

    return send


def main() -> None:
    from hotline.config import load_config

    config = load_config()
    database = Database(config.database.url)
    schedule = Schedule(all_jobs(config, database))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: schedule.stop())
    try:
        schedule.run(lambda: datetime.now(UTC))
    finally:
        database.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    main()
