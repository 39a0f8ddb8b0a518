"""Settings of the lines; composed into one file by `hotline.config`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SipSettings(_Settings):
    enabled: bool = True
    host: str = "0.0.0.0"
    port: int = Field(5060, ge=1, le=65535)
    public_address: str | None = None  # written into SDP and Contact; None = the address the caller reached
    rtp_first: int = Field(20000, ge=1024, le=65534)
    rtp_last: int = Field(20999, ge=1025, le=65535)
    max_calls: int = Field(20, ge=1)
    media_timeout: float = Field(30.0, gt=0)  # s without RTP before the call is ended


class WebSettings(_Settings):
    """The caller's page and the API; WebRTC calls count against `max_calls` of their own."""

    enabled: bool = True
    host: str = "0.0.0.0"
    port: int = Field(8000, ge=1, le=65535)
    max_calls: int = Field(10, ge=1)
    media_timeout: float = Field(30.0, gt=0)


class ChatSettings(_Settings):
    """Conversations in writing: the web API, and what Zalo brings."""

    enabled: bool = True
    token: SecretStr = SecretStr("")  # every client must show it; empty: anybody may write
    origins: tuple[str, ...] = ()  # web sites whose pages may use the API, such as https://www.example.gov.vn; "*": all
    proxies: tuple[IPvAnyNetwork, ...] = ()  # ours, believed about whom they speak for (X-Forwarded-For)
    per_minute: int = Field(30, ge=1)  # messages from one address, on average
    burst: int = Field(10, ge=1)  # messages from one address at once
    idle: float = Field(900.0, gt=0)  # s without a message that end a conversation
    max_sessions: int = Field(1000, ge=1)
    max_turns: int = Field(60, ge=1)  # being answered, and waiting for that, in all conversations
    max_waiting: int = Field(3, ge=1)  # ditto in one conversation
