"""The gateways against real servers: HTTP and SMTP, well, slow, broken and refusing."""

from __future__ import annotations

import email
import email.policy
import socket
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from services.messages import NotSent, Outcome, gateways, http
from services.messages.email import EmailGateway
from services.messages.sms import SmsGateway
from services.messages.zalo import ZaloGateway
from services.settings import EmailSettings, MessageSettings, SmsSettings, ZaloAccountSettings, ZaloTemplateSettings
from services.zalo import ZaloAccount, ZaloTokens
from tests.services.gateway_servers import HttpGateway, Request, http_gateway

TEXT = "Đăng ký khai sinh (mã 1.001193)\nGiấy tờ: giấy chứng sinh"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def outcome(send: Any, to: str = "0912345678") -> Outcome:
    with pytest.raises(NotSent) as caught:
        send(to, TEXT, "key-1")
    assert to not in str(caught.value)
    assert "khai sinh" not in str(caught.value)
    return caught.value.outcome


def test_which_gateways_there_are(tmp_path: Path) -> None:
    assert gateways(MessageSettings(), ZaloAccountSettings(), tmp_path / "t") == {}
    settings = MessageSettings(
        sms=SmsSettings(url="http://x/"), zalo=ZaloTemplateSettings(template="1"), email=EmailSettings(host="x")
    )
    connected = gateways(settings, ZaloAccountSettings(app_id="42"), tmp_path / "t")
    assert settings.connected == set(connected) == {"sms", "zalo", "email"}
    assert {name: each.repeatable for name, each in connected.items()} == {
        "sms": True,
        "zalo": False,
        "email": False,
    }


def test_a_text_message_as_the_contract_says() -> None:
    with http_gateway(lambda _: (202, {"id": "key-1"})) as gateway:
        settings = SmsSettings(url=f"{gateway.url}/messages", token=SecretStr("t0ken"), sender="HANOI")
        SmsGateway(settings).send("0912345678", TEXT, "key-1")
    [request] = gateway.requests
    assert request.path == "/messages"
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["idempotency-key"] == "key-1"
    assert request.body == {"id": "key-1", "from": "HANOI", "to": "+84912345678", "text": TEXT}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, {}), Outcome.NEVER),
        ((401, {}), Outcome.LATER),
        ((302, {}), Outcome.NEVER),
        ((429, {}), Outcome.LATER),
        ((503, {}), Outcome.LATER),
        ((500, {}), Outcome.UNKNOWN),
        (None, Outcome.UNKNOWN),
    ],
)
def test_answers_of_a_gateway_that_took_nothing(answer: tuple[int, Any] | None, expected: Outcome) -> None:
    with http_gateway(lambda _: answer) as gateway:
        assert outcome(SmsGateway(SmsSettings(url=gateway.url)).send) is expected


def test_a_gateway_that_is_away_or_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    away = SmsGateway(SmsSettings(url=f"http://127.0.0.1:{closed_port()}/"))
    assert outcome(away.send) is Outcome.LATER
    assert outcome(SmsGateway(SmsSettings(url="http://gateway.invalid/")).send) is Outcome.LATER
    monkeypatch.setattr(http, "TIMEOUT", 0.2)
    released = threading.Event()

    def silent(_: Request) -> tuple[int, Any]:
        released.wait(30)
        return 200, {}

    with http_gateway(silent) as gateway:
        assert outcome(SmsGateway(SmsSettings(url=gateway.url)).send) is Outcome.UNKNOWN
        released.set()


class Zalo:
    """Tokens for one use each, as Zalo's; an access token is good until it is told to have expired."""

    def __init__(self) -> None:
        self.refresh, self.access = "r0", "none"
        self.renewals = 0
        self.error = 0

    def __call__(self, request: Request) -> tuple[int, Any]:
        if request.path == "/v4/oa/access_token":
            if request.headers["secret_key"] != "s3cret" or request.body["refresh_token"] != self.refresh:
                return 200, {"error": -14020, "error_name": "Invalid refresh token"}
            self.renewals += 1
            self.refresh, self.access = f"r{self.renewals}", f"a{self.renewals}"
            return 200, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        if request.headers["access_token"] != self.access:
            return 200, {"error": -124, "message": "Access token invalid"}
        return 200, {"error": self.error, "message": "", "data": {"msg_id": "1"}}


def zalo_account(server: HttpGateway, refresh_token: str = "r0") -> ZaloAccountSettings:
    secrets = {"app_secret": "s3cret", "oa_secret": "oa", "refresh_token": refresh_token}
    urls = {"api": server.url, "business": server.url, "oauth": server.url}
    return ZaloAccountSettings.model_validate({"app_id": "42", **secrets, **urls})


def zalo_gateway(server: HttpGateway, tokens: Path, refresh_token: str = "r0", **template: Any) -> ZaloGateway:
    account = zalo_account(server, refresh_token)
    settings = ZaloTemplateSettings(**{"template": "643118", **template})
    return ZaloGateway(settings, account, ZaloTokens(account, tokens))


def test_zalo_message_and_its_tokens(tmp_path: Path) -> None:
    zalo, tokens = Zalo(), tmp_path / "new" / "zalo.tokens"
    with http_gateway(zalo) as server:
        zalo_gateway(server, tokens).send("0912345678", TEXT, "key-1")
        request = server.requests[-1]
        assert request.path == "/message/template"
        assert request.body["phone"] == "84912345678"
        assert request.body["template_id"] == "643118"
        assert request.body["template_data"]["noi_dung_1"] == TEXT.replace("\n", " ")
        assert len(request.body["template_data"]) == 4
        assert all(request.body["template_data"].values())
        assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
        again = zalo_gateway(server, tokens)  # another process later
        again.send("0912345678", TEXT, "key-2")
        assert zalo.renewals == 1
        zalo.access = "expired by Zalo"
        again.send("0912345678", TEXT, "key-3")
        assert zalo.renewals == 2


def test_senders_at_once_renew_zalos_token_once(tmp_path: Path) -> None:
    zalo = Zalo()
    with http_gateway(zalo) as server:
        gateway = zalo_gateway(server, tmp_path / "tokens")
        threads = [threading.Thread(target=gateway.send, args=("0912345678", TEXT, f"k{n}")) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert zalo.renewals == 1
    assert sum(request.path == "/message/template" for request in server.requests) == 6


def test_the_text_channel_and_the_messages_share_one_chain_of_tokens(tmp_path: Path) -> None:
    zalo = Zalo()
    with http_gateway(zalo) as server:
        account = ZaloAccount(zalo_account(server), tmp_path / "tokens")
        account.send("user", "Dạ, một ạ.", time.time())
        gateway = zalo_gateway(server, tmp_path / "tokens")
        gateway.send("0912345678", TEXT, "key-1")
        assert zalo.renewals == 1
        zalo.access = "expired by Zalo"
        gateway.send("0912345678", TEXT, "key-2")
        account.send("user", "Dạ, hai ạ.", time.time())
    assert zalo.renewals == 2
    assert [request.path for request in server.requests].count("/v4/oa/access_token") == 2


@pytest.mark.parametrize(
    ("error", "expected"), [(-118, Outcome.NEVER), (-108, Outcome.NEVER), (-100, Outcome.LATER), (-133, Outcome.LATER)]
)
def test_what_zalo_refuses(tmp_path: Path, error: int, expected: Outcome) -> None:
    zalo = Zalo()
    zalo.error = error
    with http_gateway(zalo) as server:
        assert outcome(zalo_gateway(server, tmp_path / "tokens").send) is expected


def test_a_refresh_token_that_is_used_up_until_the_account_is_authorised_anew(tmp_path: Path) -> None:
    zalo = Zalo()
    zalo.refresh = "new"
    with http_gateway(zalo) as server:
        assert outcome(zalo_gateway(server, tmp_path / "tokens").send) is Outcome.LATER
        zalo_gateway(server, tmp_path / "tokens", refresh_token="new").send("0912345678", TEXT, "k")


def test_text_is_spread_over_the_parameters_or_refused(tmp_path: Path) -> None:
    with http_gateway(Zalo()) as server:
        narrow = zalo_gateway(server, tmp_path / "tokens", parameters=("a", "b"), parameter_length=40)
        narrow.send("0912345678", TEXT, "k")
        data = server.requests[-1].body["template_data"]
        assert " ".join(data.values()) == TEXT.replace("\n", " ")
        assert max(map(len, data.values())) <= 40
        tiny = zalo_gateway(server, tmp_path / "tokens", parameters=("a",), parameter_length=40)
        assert outcome(tiny.send) is Outcome.NEVER


class Mailbox:
    def __init__(self, reply: str = "250 OK") -> None:
        self.reply = reply
        self.letters: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        if address.startswith("full"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.reply == "drop":
            assert server.transport is not None
            server.transport.abort()
            return "250 OK"
        self.letters.append(envelope)
        return self.reply


def log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hotline", b"s3cret")
    return AuthResult(success=right)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp(mailbox: Mailbox) -> Any:
    options = {"authenticator": log_in, "auth_require_tls": False}
    controller = Controller(mailbox, hostname="127.0.0.1", port=closed_port(), **options)
    controller.start()
    yield controller
    controller.stop()


def letters_to(smtp: Controller, **more: Any) -> EmailGateway:
    settings = {"host": "127.0.0.1", "port": smtp.port, "security": "none", "sender": "Tổng đài <tong-dai@hanoi.vn>"}
    return EmailGateway(EmailSettings(**{**settings, **more}))


def test_a_letter_arrives_in_vietnamese_with_the_same_id_each_time(smtp: Controller, mailbox: Mailbox) -> None:
    gateway = letters_to(smtp, user="hotline", password=SecretStr("s3cret"))
    for _ in range(2):
        gateway.send("lan@example.vn", TEXT, "key-1")
    letters = [email.message_from_bytes(each.content, policy=email.policy.default) for each in mailbox.letters]
    assert [each.rcpt_tos for each in mailbox.letters] == [["lan@example.vn"]] * 2
    assert letters[0]["Subject"] == "Đăng ký khai sinh (mã 1.001193)"
    assert letters[0].get_content().splitlines() == TEXT.splitlines()
    assert letters[0]["Auto-Submitted"] == "auto-generated"
    assert letters[0]["Message-ID"] == letters[1]["Message-ID"]
    assert letters[0]["Message-ID"].endswith("@hanoi.vn>")


def test_what_mail_servers_refuse(smtp: Controller, mailbox: Mailbox) -> None:
    gateway = letters_to(smtp)
    assert outcome(gateway.send, "nobody@example.vn") is Outcome.NEVER
    assert outcome(gateway.send, "full@example.vn") is Outcome.LATER
    mailbox.reply = "451 try again later"
    assert outcome(gateway.send, "lan@example.vn") is Outcome.LATER
    mailbox.reply = "554 spam"
    assert outcome(gateway.send, "lan@example.vn") is Outcome.NEVER
    mailbox.reply = "drop"
    assert outcome(gateway.send, "lan@example.vn") is Outcome.UNKNOWN
    wrong = letters_to(smtp, user="hotline", password=SecretStr("wrong"))
    assert outcome(wrong.send, "lan@example.vn") is Outcome.LATER  # no fault of the letter


def test_a_mail_server_that_is_away_or_speaks_in_the_clear(smtp: Controller) -> None:
    assert outcome(letters_to(smtp, port=closed_port()).send, "lan@example.vn") is Outcome.LATER
    assert outcome(letters_to(smtp, security="starttls").send, "lan@example.vn") is Outcome.LATER
