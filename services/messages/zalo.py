"""Zalo notifications (ZNS) to a telephone number, by the city's Official Account.

Contract: developers.zalo.me, "ZNS" and "Official Account access token". An access token lasts about a day and comes
with a refresh token that is good for one use, so both are kept in a file, and renewed under its lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.messages.gateways import NotSent, Outcome
from services.messages.http import post
from services.settings import ZaloSettings

_EXPIRED = {-124, -216}
# Unknown error, no balance, at night, quota of the day or the month used up: the same message may pass later.
_LATER = {-100, -115, -126, -133, -144, -147}


class ZaloGateway:
    repeatable = False  # `tracking_id` is only for reports

    def __init__(self, settings: ZaloSettings, tokens: Path) -> None:
        self._settings = settings
        self._tokens = tokens

    def send(self, to: str, text: str, key: str) -> None:
        body = {
            "phone": f"84{to[1:]}",
            "template_id": self._settings.template,
            "template_data": self._fields(text),
            "tracking_id": key[:48],
        }
        token = self._token()
        answer = self._post(token, body)
        if answer["error"] in _EXPIRED:
            answer = self._post(self._token(expired=token), body)
        if answer["error"]:
            outcome = Outcome.LATER if answer["error"] in _LATER | _EXPIRED else Outcome.NEVER
            raise NotSent(outcome, f"Zalo refused it ({answer['error']})")

    def _fields(self, text: str) -> dict[str, str]:
        """The text cut to the length of the template's parameters; none of them may be empty."""
        names = self._settings.parameters
        parts = textwrap.wrap(text, self._settings.parameter_length)
        if len(parts) > len(names):
            raise NotSent(Outcome.NEVER, f"the text does not fit into the {len(names)} parameters of the template")
        return dict(zip(names, [*parts, *["."] * (len(names) - len(parts))], strict=True))

    def _post(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        return _answer(post(f"{self._settings.url}/message/template", {"access_token": token}, json=body))

    def _token(self, expired: str | None = None) -> str:
        """The access token; a new one when there is none or it is the one that has `expired`."""
        first = self._settings.refresh_token.get_secret_value()
        origin = hashlib.sha256(first.encode()).hexdigest()
        with self._kept_tokens() as kept:
            if kept.get("origin") != origin:  # the account was authorised anew
                kept.clear()
                kept.update(origin=origin, refresh_token=first)
            if kept.get("access_token", expired) == expired:
                kept.update(self._renewed(kept["refresh_token"]))
            return kept["access_token"]

    def _renewed(self, refresh_token: str) -> dict[str, str]:
        form = {"app_id": self._settings.app_id, "grant_type": "refresh_token", "refresh_token": refresh_token}
        secret = {"secret_key": self._settings.secret_key.get_secret_value()}
        try:
            answer = post(f"{self._settings.login_url}/v4/oa/access_token", secret, data=form)
        except NotSent as error:
            raise NotSent(Outcome.LATER, str(error)) from None
        if not isinstance(answer, dict) or not {"access_token", "refresh_token"} <= answer.keys():
            raise NotSent(Outcome.LATER, "Zalo gives no access token: authorise the account anew")
        return {name: str(answer[name]) for name in ("access_token", "refresh_token")}

    @contextmanager
    def _kept_tokens(self) -> Iterator[dict[str, str]]:
        """What the file holds, ours alone meanwhile; written back at the end."""
        self._tokens.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(self._tokens, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = file.read()
            kept: dict[str, str] = json.loads(before) if before else {}
            yield kept
            file.seek(0)
            file.write(json.dumps(kept))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())


def _answer(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict) or not isinstance(answer.get("error"), int):
        raise NotSent(Outcome.UNKNOWN, "Zalo answered something else than its contract says")
    return answer
