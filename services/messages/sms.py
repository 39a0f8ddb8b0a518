"""Text messages through a gateway of the city's, by the contract in docs/messages.md."""

from __future__ import annotations

from services.messages.http import post
from services.settings import SmsSettings


class SmsGateway:
    repeatable = True  # the contract demands it

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    def send(self, to: str, text: str, key: str) -> None:
        headers = {"Idempotency-Key": key}
        if token := self._settings.token.get_secret_value():
            headers["Authorization"] = f"Bearer {token}"
        body = {"id": key, "from": self._settings.sender, "to": f"+84{to[1:]}", "text": text}
        post(str(self._settings.url), headers, json=body)
