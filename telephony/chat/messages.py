"""What clients of the chat API send and get, and the description of it for their developers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

PATH = "/api/v1/chat"
TITLE = "Hotline chat"


def _check_moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


class ChatRequest(BaseModel):
    """One message of a citizen, or the wish to begin or end a conversation."""

    model_config = ConfigDict(extra="forbid")

    session: str | None = Field(
        None,
        min_length=1,
        max_length=64,
        pattern=r"^[0-9A-Za-z._-]+$",
        description="The conversation, as an earlier answer named it. Left out: a new one.",
    )
    message: str | None = Field(None, description="What the citizen wrote. Left out: greet, and nothing else.")
    end: bool = Field(False, description="End this conversation now.")
    now: Annotated[str, AfterValidator(_check_moment)] | None = Field(
        None, description="Only with the hotline's own token: the clock that the dialogue goes by, ISO 8601."
    )
    caller: str | None = Field(
        None, max_length=40, description="Only with the hotline's own token: the caller's telephone number."
    )


class ChatReply(BaseModel):
    text: str = Field(description="Plain text to show; escape it as any text from elsewhere.")
    source: dict[str, Any] | None = Field(None, description="Record, version and date that the facts come from.")


class ChatAnswer(BaseModel):
    session: str = Field(description="Send it with the next message. Whoever knows it can go on with the conversation.")
    new: bool = Field(description="A conversation has begun, because none was named or the one named is over.")
    replies: list[ChatReply] = Field(description="To show one after the other.")
    expects: str | None = Field(
        None,
        description="What is expected next: open, yes_no, choice, digits, code, date, name, address, nothing.",
    )
    handover: bool = Field(False, description="The matter has been left to an officer.")
    ended: bool = Field(False, description="The bot has said goodbye; a further message is answered all the same.")
    failed: bool = Field(False, description="The dialogue is out of order; the reply says how to reach an officer.")


class ChatError(BaseModel):
    error: str = Field(description="bad_request, unauthorized, too_large, too_fast or busy.")
    message: str = Field(description="For the citizen, in Vietnamese.")
    detail: str = Field(description="For developers.")


def openapi() -> dict[str, Any]:
    models = (ChatRequest, ChatAnswer, ChatError)
    keys, schemas = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )

    def content(model: type[BaseModel]) -> dict[str, Any]:
        return {"application/json": {"schema": keys[model, "validation"]}}

    def refusal(description: str) -> dict[str, Any]:
        return {"description": description, "content": content(ChatError)}

    responses = {
        "200": {"description": "What the bot replies.", "content": content(ChatAnswer)},
        "400": refusal("The request cannot be read."),
        "401": refusal("The token is missing or wrong."),
        "413": refusal("The request is larger than 64 KiB."),
        "429": refusal("Too many messages; Retry-After says how many seconds to wait."),
        "503": refusal("Too many citizens are writing; Retry-After says how many seconds to wait."),
    }
    post = {
        "summary": "Send a message and get the answer to it",
        "requestBody": {"required": True, "content": content(ChatRequest)},
        "responses": responses,
        "security": [{}, {"token": []}],
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1"},
        "paths": {PATH: {"post": post}},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
