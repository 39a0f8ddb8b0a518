"""Zalo notifications (ZNS) to a telephone number, by the city's Official Account (developers.zalo.me, "ZNS")."""

from __future__ import annotations

import textwrap
import time
from typing import Any

from services.messages.gateways import NotSent, Outcome
from services.messages.http import post
from services.settings import ZaloAccountSettings, ZaloTemplateSettings
from services.zalo import TOKEN_REFUSED, ZaloError, ZaloTokens

# Unknown error, no balance, at night, quota of the day or the month used up: the same message may pass later.
_LATER = {-100, -115, -126, -133, -144, -147}


class ZaloGateway:
    """`tokens` are those of whatever else writes for the account."""

    repeatable = False  # `tracking_id` is only for reports

    def __init__(self, settings: ZaloTemplateSettings, account: ZaloAccountSettings, tokens: ZaloTokens) -> None:
        self._settings, self._tokens = settings, tokens
        self._url = f"{account.business}/message/template"

    def send(self, to: str, text: str, key: str) -> None:
        body = {
            "phone": f"84{to[1:]}",
            "template_id": self._settings.template,
            "template_data": self._fields(text),
            "tracking_id": key[:48],
        }
        token = self._token()
        error = self._post(token, body)
        if error in TOKEN_REFUSED:
            error = self._post(self._token(refused=token), body)
        if error:
            outcome = Outcome.LATER if error in _LATER | TOKEN_REFUSED else Outcome.NEVER
            raise NotSent(outcome, f"Zalo refused it ({error})")

    def _fields(self, text: str) -> dict[str, str]:
        """The text cut to the length of the template's parameters; none of them may be empty."""
        names = self._settings.parameters
        parts = textwrap.wrap(text, self._settings.parameter_length)
        if len(parts) > len(names):
            raise NotSent(Outcome.NEVER, f"the text does not fit into the {len(names)} parameters of the template")
        return dict(zip(names, [*parts, *["."] * (len(names) - len(parts))], strict=True))

    def _post(self, token: str, body: dict[str, Any]) -> int:
        """Zalo's error, 0 when it has taken the message."""
        answer = post(self._url, {"access_token": token}, json=body)
        error = answer.get("error") if isinstance(answer, dict) else None
        if not isinstance(error, int):
            raise NotSent(Outcome.UNKNOWN, "Zalo answered something else than its contract says")
        return error

    def _token(self, refused: str | None = None) -> str:
        try:
            return self._tokens.current(time.time(), refused)
        except (ZaloError, OSError) as error:
            raise NotSent(Outcome.LATER, f"Zalo gives no access token ({error})") from None
