"""The client of Zalo's API against a server that plays Zalo, and the events of its webhook."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.settings import ZaloAccountSettings
from services.zalo import NotGenuine, UserEvent, ZaloAccount, ZaloError, read_event
from tests.services.zalo_player import APP, OA_SECRET, REFRESH, USER, ZaloPlayer, event, playing, sign, signed

NOW = 1_764_000_000.0
DAY = 86_400.0
SETTINGS = ZaloAccountSettings.model_validate({"app_id": APP, "oa_secret": OA_SECRET})


@pytest.fixture
def zalo() -> Iterator[ZaloPlayer]:
    with playing() as player:
        yield player


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "zalo.json"


def test_a_message_is_sent_with_a_token_that_is_bought_once(zalo: ZaloPlayer, tokens: Path) -> None:
    account = ZaloAccount(zalo.settings, tokens)
    assert account.send(USER, "Dạ, em chào bác ạ.", NOW) == "d4f6b5f8d7a6e5c4b3a2"
    account.send(USER, "Dạ, hai ạ.", NOW + 1)
    ZaloAccount(zalo.settings, tokens).send(USER, "Dạ, ba ạ.", NOW + 2)  # after a restart
    assert [text for _, text in zalo.sent] == ["Dạ, em chào bác ạ.", "Dạ, hai ạ.", "Dạ, ba ạ."]
    assert zalo.pairs == 1


def test_a_token_is_renewed_before_it_ends_each_time_with_the_next_refresh_token(
    zalo: ZaloPlayer, tokens: Path
) -> None:
    account = ZaloAccount(zalo.settings, tokens)
    for day in range(3):
        account.send(USER, f"Dạ, ngày {day} ạ.", NOW + 1.1 * DAY * day)
    assert (zalo.pairs, len(zalo.sent)) == (3, 3)


def test_a_token_that_zalo_refuses_is_replaced_at_once(zalo: ZaloPlayer, tokens: Path) -> None:
    account = ZaloAccount(zalo.settings, tokens)
    account.send(USER, "Dạ, một ạ.", NOW)
    zalo.access = "another one, taken back"
    account.send(USER, "Dạ, hai ạ.", NOW)
    assert (zalo.pairs, len(zalo.sent)) == (2, 2)


def test_tokens_are_for_the_owner_alone_and_kept_whole(zalo: ZaloPlayer, tokens: Path) -> None:
    ZaloAccount(zalo.settings, tokens).send(USER, "Dạ ạ.", NOW)
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    assert stat.S_IMODE(tokens.parent.stat().st_mode) == 0o700
    assert REFRESH not in tokens.read_text()
    assert sorted(path.suffix for path in tokens.parent.iterdir()) == [".json", ".lock"]


def test_many_at_once_renew_once(zalo: ZaloPlayer, tokens: Path) -> None:
    """Each has its own lock file handle, as processes have."""
    start = threading.Barrier(12)

    def send(number: int) -> None:
        start.wait()
        ZaloAccount(zalo.settings, tokens).send(USER, f"Dạ, {number} ạ.", NOW)

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(send, range(12)))
    assert (zalo.pairs, len(zalo.sent)) == (1, 12)


def test_a_refresh_token_that_is_spent_is_one_error_and_a_new_one_starts_anew(zalo: ZaloPlayer, tokens: Path) -> None:
    zalo.refresh = "authorised-again"
    with pytest.raises(ZaloError, match="no new access token") as caught:
        ZaloAccount(zalo.settings, tokens).send(USER, "Dạ ạ.", NOW)
    assert (caught.value.code, caught.value.passing) == (-14014, False)
    assert not tokens.exists()
    again = zalo.settings.model_validate(zalo.settings.model_dump() | {"refresh_token": "authorised-again"})
    ZaloAccount(again, tokens).send(USER, "Dạ ạ.", NOW)
    assert len(zalo.sent) == 1


def test_a_new_refresh_token_in_the_configuration_wins_over_the_kept_pair(zalo: ZaloPlayer, tokens: Path) -> None:
    ZaloAccount(zalo.settings, tokens).send(USER, "Dạ ạ.", NOW)
    zalo.refresh, zalo.access = "authorised-again", "none"
    again = zalo.settings.model_validate(zalo.settings.model_dump() | {"refresh_token": "authorised-again"})
    ZaloAccount(again, tokens).send(USER, "Dạ ạ.", NOW)
    assert len(zalo.sent) == 2


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"access": "x"}'])
def test_a_damaged_file_of_tokens_is_replaced(zalo: ZaloPlayer, tokens: Path, kept: str) -> None:
    tokens.parent.mkdir()
    tokens.write_text(kept)
    ZaloAccount(zalo.settings, tokens).send(USER, "Dạ ạ.", NOW)
    assert len(zalo.sent) == 1


@pytest.mark.parametrize(
    ("answer", "code", "passing"),
    [("send_not_interacted", -230, False), ("send_too_many", -32, True), ("send_broken", None, True)],
)
def test_what_zalo_does_not_do(zalo: ZaloPlayer, tokens: Path, answer: str, code: int | None, passing: bool) -> None:
    zalo.answers = [answer]
    with pytest.raises(ZaloError) as caught:
        ZaloAccount(zalo.settings, tokens).send(USER, "Dạ, bí mật ạ.", NOW)
    assert (caught.value.code, caught.value.passing) == (code, passing)
    assert "bí mật" not in str(caught.value)


def test_nobody_there_and_nobody_answering(zalo: ZaloPlayer, tokens: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        away = zalo.settings.model_copy(update={"api": url, "timeout": 0.2})
        with pytest.raises(ZaloError, match="reached") as caught:
            ZaloAccount(away, tokens).send(USER, "Dạ ạ.", NOW)
        assert caught.value.passing
        deaf.listen()
        with pytest.raises(ZaloError, match="no answer in time") as caught:
            ZaloAccount(away, tokens).send(USER, "Dạ ạ.", NOW)
        assert not caught.value.passing  # it may have been sent


def test_events_of_users(zalo: ZaloPlayer) -> None:
    read = {name: _read(zalo, event(name)) for name in ("text", "sticker", "follow", "own_message")}
    text = 'Làm giấy khai sinh cần gì, "timestamp":"1"?'
    assert read["text"] == UserEvent("text", USER, "96d3cdf3af150460909", text)
    assert read["sticker"] == UserEvent("other", USER, "96d3cdf3af150460910")
    assert read["follow"] == UserEvent("follow", USER, f"follow {USER} 1764052800456")
    assert read["own_message"] is None


def test_the_signature_is_zalo_s_formula(zalo: ZaloPlayer) -> None:
    """sha256(appId + body + timestamp + OA secret), worked out once with sha256sum."""
    body = b'{"event_name":"user_seen_message","timestamp":"1"}'
    mac = "mac=62638c7d6e275ef99c43804a9b1069b9871b7c1b10b58a990eb1d287bfb5158e"
    assert sign(body, "1") == mac
    assert read_event(body, mac, zalo.settings) is None


@given(st.integers(0, len(event("text")) - 1), st.integers(1, 255))
def test_a_changed_event_is_not_genuine(at: int, change: int) -> None:
    body = bytearray(event("text"))
    body[at] ^= change
    with pytest.raises((NotGenuine, ValueError)):
        read_event(bytes(body), signed(event("text"))["X-ZEvent-Signature"], SETTINGS)


def test_other_signatures_are_refused(zalo: ZaloPlayer) -> None:
    body = event("text")
    good = signed(body)["X-ZEvent-Signature"]
    for signature in ("", "mac=", good.removeprefix("mac="), good.upper(), sign(body, "1764052800123", "another"), "ạ"):
        with pytest.raises(NotGenuine):
            read_event(body, signature, zalo.settings)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"event_name": "follow"}', b"\xff"])
def test_what_is_no_event(zalo: ZaloPlayer, body: bytes) -> None:
    with pytest.raises(ValueError, match="fields"):
        read_event(body, "mac=0", zalo.settings)


def test_numbers_for_strings_are_read_alike(zalo: ZaloPlayer) -> None:
    body = json.dumps(json.loads(event("text")) | {"timestamp": 1764052800123}).encode()
    read = _read(zalo, body)
    assert read
    assert read.kind == "text"


def _read(zalo: ZaloPlayer, body: bytes) -> UserEvent | None:
    return read_event(body, signed(body)["X-ZEvent-Signature"], zalo.settings)
