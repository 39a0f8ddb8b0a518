"""Writing to a user of the Official Account.

https://developers.zalo.me/docs/official-account/tin-nhan/tin-tu-van/gui-tin-tu-van-dang-van-ban
"""

from __future__ import annotations

from pathlib import Path

from services.settings import ZaloAccountSettings
from services.zalo.errors import ZaloError
from services.zalo.http import post_json
from services.zalo.tokens import TOKEN_REFUSED, ZaloTokens

LONGEST = 2000  # characters of a message
_PASSING = {-32, -200, -201}  # too many at once; Zalo's own trouble


class ZaloAccount:
    """Whatever else writes for the same account must take its tokens from the same `tokens`."""

    def __init__(self, settings: ZaloAccountSettings, tokens: Path) -> None:
        self._settings = settings
        self._tokens = ZaloTokens(settings, tokens)

    def send(self, user: str, text: str, now: float) -> str:
        """Sends at most `LONGEST` characters; the message's id. `now` in seconds since the epoch.

        Blocks. Raises ZaloError, OSError when new tokens cannot be kept.
        """
        token = self._tokens.current(now)
        try:
            return self._send(user, text, token)
        except ZaloError as error:
            if error.code not in TOKEN_REFUSED:
                raise
        return self._send(user, text, self._tokens.current(now, refused=token))

    def _send(self, user: str, text: str, token: str) -> str:
        url = f"{self._settings.api}/v3.0/oa/message/cs"
        body = {"recipient": {"user_id": user}, "message": {"text": text}}
        answer = post_json(url, body, {"access_token": token}, self._settings.timeout)
        code = answer.get("error")
        if code != 0:
            known = code if isinstance(code, int) else None
            raise ZaloError(f"not sent (error {code})", known, passing=known in _PASSING)
        data = answer.get("data")
        return str(data.get("message_id", "")) if isinstance(data, dict) else ""
