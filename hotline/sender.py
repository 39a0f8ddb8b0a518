"""Empties the outbox, as long as the hotline runs. Several may run, on any machine that has the database."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from services.database import Database, DatabaseError
from services.messages import Gateway, Outbox, gateways

log = logging.getLogger(__name__)

PAUSE = 3.0  # s between looks


class Sender:
    def __init__(self, outbox: Outbox, connected: Mapping[str, Gateway], pause: float = PAUSE) -> None:
        self._outbox, self._gateways, self._pause = outbox, connected, pause
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Makes `run` return after the messages at hand. May be called from a signal handler or another thread."""
        self._stopped.set()

    def run(self) -> None:
        """Until `stop`. Outages of the database are waited out."""
        while not self._stopped.is_set():
            try:
                report = self._outbox.send(self._gateways, lambda: datetime.now(UTC))
            except DatabaseError as error:
                log.warning("sender: %s; trying again", error)
            else:
                if report.dead:
                    log.error("sender: %d messages will not be sent, see voicebot messages list", report.dead)
            self._stopped.wait(self._pause)


def main() -> None:
    from hotline.config import load_config

    config = load_config()
    database = Database(config.database.url)
    connected = gateways(config.messages, config.zalo, config.zalo_tokens)
    sender = Sender(Outbox(database, config.messages), connected)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sender.stop())
    try:
        sender.run()
    finally:
        database.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    main()
