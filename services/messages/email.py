"""E-mail by SMTP."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from services.messages.gateways import TIMEOUT, NotSent, Outcome
from services.settings import EmailSettings


class EmailGateway:
    repeatable = False

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings

    def send(self, to: str, text: str, key: str) -> None:
        message = self._message(to, text, key)
        try:
            with self._connect() as server:
                try:
                    server.send_message(message)
                except smtplib.SMTPServerDisconnected as error:
                    raise NotSent(Outcome.UNKNOWN, f"the connection broke ({error})") from None
                except TimeoutError:
                    raise NotSent(Outcome.UNKNOWN, "the server did not answer") from None
        except smtplib.SMTPRecipientsRefused as error:
            ((code, _),) = error.recipients.values()
            raise NotSent(_outcome(code), f"the recipient was refused ({code})") from None
        except smtplib.SMTPAuthenticationError:
            raise NotSent(Outcome.LATER, "the server does not know our user and password") from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(_outcome(error.smtp_code), f"the server said {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:  # before the message was under way
            raise NotSent(Outcome.LATER, f"no mail server ({type(error).__name__})") from None

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, secure = str(settings.host), ssl.create_default_context()
        if settings.security == "tls":
            return self._log_in(smtplib.SMTP_SSL(host, settings.port, timeout=TIMEOUT, context=secure))
        server = smtplib.SMTP(host, settings.port, timeout=TIMEOUT)
        if settings.security == "starttls":
            server.starttls(context=secure)
        return self._log_in(server)

    def _log_in(self, server: smtplib.SMTP) -> smtplib.SMTP:
        if self._settings.user:
            server.login(self._settings.user, self._settings.password.get_secret_value())
        return server

    def _message(self, to: str, text: str, key: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self._settings.sender, to
        message["Subject"] = text.splitlines()[0]
        message["Date"] = formatdate()
        # The same for every attempt: mail programs show what comes twice once.
        domain = self._settings.sender.rpartition("@")[2].strip("> ")
        message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message


def _outcome(code: int) -> Outcome:
    """4yz may pass later (RFC 5321, 4.2.1)."""
    return Outcome.LATER if 400 <= code < 500 else Outcome.NEVER
