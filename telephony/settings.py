"""Settings of the lines; composed into one file by `hotline.config`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


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
