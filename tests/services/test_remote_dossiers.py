"""The city's own system over real HTTP, by the contract of docs/dossiers-api.md, well and unwell."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.database import Database
from services.dossiers import DossiersUnavailable, open_dossiers
from services.dossiers.remote import REST, RemoteDossiers
from services.settings import DossierSettings
from tests.services.dossier_records import CODE, record

TOKEN = "only-for-tests"


class City:
    """Answers by the contract unless `status`, `body` or `pause` (s before and within the answer) say otherwise."""

    def __init__(self) -> None:
        self.records = [record(), record(code="H26-260211-0555")]
        self.status = 200
        self.body: bytes | None = None
        self.pause = 0.0
        self.url = ""
        self.asked: list[dict[str, str]] = []
        self.closing = threading.Event()

    def answer(self, path: str, token: str | None) -> tuple[int, bytes]:
        url = urlsplit(path)
        if url.path != "/v1/dossiers" or token != f"Bearer {TOKEN}":
            return 404 if token else 401, b""
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(query)
        found = [
            one
            for one in self.records
            if ("code" in query and one["code"].endswith(query["code"]))
            or ("ending" in query and "".join(filter(str.isdigit, one["code"])).endswith(query["ending"]))
        ]
        return self.status, json.dumps(
            {"dossiers": found[: int(query["limit"])]}
        ).encode() if self.body is None else self.body


@pytest.fixture
def city() -> Iterator[City]:
    city = City()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            city.closing.wait(city.pause)
            status, body = city.answer(self.path, self.headers["Authorization"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for byte in body if city.pause else [body]:  # drop by drop: every single wait is a short one
                self.wfile.write(bytes([byte]) if isinstance(byte, int) else byte)
                city.closing.wait(city.pause)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    city.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield city
    city.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


def remote(city: City, timeout: float = 2.0, clock: Callable[[], float] = time.monotonic) -> RemoteDossiers:
    return RemoteDossiers(city.url, TOKEN, timeout, clock)


def test_found_by_code_and_by_last_digits(city: City) -> None:
    source = remote(city)
    assert [dossier.code for dossier in source.find("H26-260210-0317")] == [CODE]
    assert [dossier.code for dossier in source.find("0555")] == ["H26-260211-0555"]
    assert source.find("H26-260210-9999") == []
    assert source.find("555") == []
    assert city.asked == [
        {"code": "H26-260210-0317", "limit": "6"},
        {"ending": "0555", "limit": "6"},
        {"code": "H26-260210-9999", "limit": "6"},
    ]


def test_the_holder_and_a_note_need_not_be_sent(city: City) -> None:
    del city.records[0]["holder"], city.records[0]["note"]
    [dossier] = remote(city).find(CODE)
    assert (dossier.holder, dossier.note, dossier.verify_last4) == ("", "", "4821")


def test_what_was_not_asked_for_is_not_given_away(city: City) -> None:
    city.body = json.dumps({"dossiers": [record(code="H26-260211-0555")]}).encode()
    assert remote(city).find(CODE) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>maintenance</html>",
        b"[]",
        b'{"dossiers": {}}',
        b'{"dossiers": [null]}',
        json.dumps({"dossiers": [record(verify_last4="12")]}).encode(),
        b'{"dossiers": []}' + b" " * (1 << 20),
    ],
)
def test_an_answer_that_is_not_by_the_contract(city: City, body: bytes) -> None:
    city.body = body
    with pytest.raises(DossiersUnavailable) as caught:
        remote(city).find(CODE)
    assert CODE not in str(caught.value)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 429, 500, 503])
def test_a_status_that_is_no_answer(city: City, status: int) -> None:
    city.status = status
    with pytest.raises(DossiersUnavailable, match=str(status)):
        remote(city).find(CODE)


def test_a_wrong_address(city: City) -> None:
    city.url += "/wrong"
    with pytest.raises(DossiersUnavailable, match="404"):
        remote(city).find(CODE)


def test_the_time_limit_is_for_the_whole_request(city: City) -> None:
    city.pause = 0.2
    begun = time.monotonic()
    with pytest.raises(DossiersUnavailable, match="within"):
        remote(city, timeout=1.0).find(CODE)
    assert time.monotonic() - begun < 3  # drop by drop the answer takes most of a minute


def test_a_system_that_is_away_is_let_alone_for_a_moment(city: City) -> None:
    now = 100.0
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address, city.url = city.url, f"http://127.0.0.1:{nobody.getsockname()[1]}"
        source = remote(city, clock=lambda: now)
        with pytest.raises(DossiersUnavailable, match="cannot be reached"):
            source.find(CODE)
    city.url = address
    with pytest.raises(DossiersUnavailable, match="a moment ago"):
        source.find(CODE)
    now += REST
    with pytest.raises(DossiersUnavailable, match="cannot be reached"):
        source.find(CODE)


def test_the_settings_choose_the_source(city: City, database: Database) -> None:
    imported = open_dossiers(DossierSettings(), database)
    assert imported.look_up.known(CODE) is None
    dossiers = open_dossiers(DossierSettings(url=city.url, token=TOKEN), database)
    known = dossiers.look_up.known(CODE)
    assert known
    assert known.code == CODE


@pytest.mark.parametrize("wrong", [{"url": "city.example"}, {"timeout": 0}, {"timeout": 4}, {"tokens": ""}])
def test_settings_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        DossierSettings(**wrong)
