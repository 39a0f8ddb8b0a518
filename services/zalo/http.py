"""Requests to Zalo, which answers errors with 200 and a code in the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from services.zalo.errors import ZaloError

_LONGEST = 256 * 1024  # bytes of an answer


def post_json(url: str, body: Mapping[str, Any], headers: Mapping[str, str], timeout: float) -> dict[str, Any]:
    """Raises ZaloError."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return _post(Request(url, data, {"Content-Type": "application/json", **headers}), timeout)


def post_form(url: str, form: Mapping[str, str], headers: Mapping[str, str], timeout: float) -> dict[str, Any]:
    """Raises ZaloError."""
    return _post(Request(url, urlencode(form).encode(), dict(headers)), timeout)


def _post(request: Request, timeout: float) -> dict[str, Any]:
    try:
        with urlopen(request, timeout=timeout) as response:  # the address is the operator's own
            answer = json.loads(response.read(_LONGEST))
    except HTTPError as error:
        with error:
            raise ZaloError(f"HTTP status {error.code}", passing=error.code >= 500 or error.code == 429) from None
    except TimeoutError:  # it may have been done: trying again could do it twice
        raise ZaloError("no answer in time") from None
    except (URLError, OSError) as error:
        raise ZaloError(f"cannot be reached: {type(error).__name__}", passing=True) from None
    except ValueError:
        raise ZaloError("the answer is not JSON", passing=True) from None
    if not isinstance(answer, dict):
        raise ZaloError("the answer is not a JSON object")
    return answer
