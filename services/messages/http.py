"""JSON over HTTP, with the three ways in which a message does not go out told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from services.messages.gateways import TIMEOUT, NotSent, Outcome

# Busy, or our token is wrong: no fault of the message.
_LATER = {401, 403, 408, 425, 429, 502, 503, 504}


def post(url: str, headers: Mapping[str, str], **body: Any) -> Any:
    """The JSON of the answer, None when it has none. `body`: `json` or `data`, as requests has them. Raises NotSent."""
    try:
        answer = requests.post(url, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False, **body)
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise NotSent(Outcome.LATER, f"the gateway is away ({type(error).__name__})") from None
    except requests.ConnectionError as error:
        refused = isinstance(getattr(error.args[0], "reason", None), NewConnectionError) if error.args else False
        outcome = Outcome.LATER if refused else Outcome.UNKNOWN
        raise NotSent(outcome, f"the gateway is away ({type(error).__name__})") from None
    except requests.RequestException as error:
        raise NotSent(Outcome.UNKNOWN, f"the gateway did not answer ({type(error).__name__})") from None
    if answer.status_code in _LATER:
        raise NotSent(Outcome.LATER, f"the gateway does not take it now (HTTP {answer.status_code})")
    if answer.status_code >= 500:
        raise NotSent(Outcome.UNKNOWN, f"the gateway failed (HTTP {answer.status_code})")
    if not 200 <= answer.status_code < 300:
        raise NotSent(Outcome.NEVER, f"the gateway refused it (HTTP {answer.status_code})")
    try:
        return answer.json()
    except ValueError:
        return None
