"""The action server: `python -m dialogs.actions --port 5055`. One process, no log of requests."""

from __future__ import annotations

import argparse
import logging

from rasa_sdk.endpoint import create_app

from dialogs.actions.actions import CallExecutor
from dialogs.actions.backing import backing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5055)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    backing().procedures.preload()  # wrong settings end the start, not the first call
    create_app(CallExecutor()).run(arguments.host, arguments.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
