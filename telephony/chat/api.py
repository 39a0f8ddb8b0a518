"""The chat API: `POST /api/v1/chat`, and the same requests and answers over a WebSocket."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import WSMsgType, web
from pydantic import ValidationError

from telephony.chat.calls import WrittenCalls
from telephony.chat.messages import PATH, ChatAnswer, ChatReply, ChatRequest, openapi
from telephony.chat.peer import Peer, cors_headers, identify, may_ask, retry_header
from telephony.chat.rate import RateLimit
from telephony.chat.refusals import STATUS, Refused
from telephony.settings import ChatSettings
from voicebot.written_call import Record, WrittenCall, WrittenInfo
from voicebot.written_turn import Reply, WrittenAnswer

SUBPROTOCOL = "voicebot.chat"
_LARGEST = 64 * 1024  # bytes of a request
_HEARTBEAT = 30.0  # s between pings
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Recorded = Callable[[str], Awaitable[Record | None]]
"""How far the record of a call has got; None when there is none."""


class ChatApi:
    """`own_token` is what programs of this hotline show; "" when there are none."""

    def __init__(
        self,
        calls: WrittenCalls,
        settings: ChatSettings,
        prompts: Mapping[str, Sequence[str]],
        own_token: str,
        recorded: Recorded,
        clock: Callable[[], float],
    ) -> None:
        self._calls, self._settings, self._prompts = calls, settings, prompts
        self._own_token, self._recorded, self._clock = own_token, recorded, clock
        self._rate = RateLimit(settings.per_minute, settings.burst)
        self._sockets: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(PATH, self._post),
            web.options(PATH, self._preflight),
            web.get(f"{PATH}/ws", self._socket),
            web.get("/api/v1/openapi.json", self._description),
        ]

    async def close(self, _: web.Application) -> None:
        """Hangs up every WebSocket, which would hold the end of the application up."""
        for socket in list(self._sockets):
            await socket.close(code=1001)

    async def _description(self, _: web.Request) -> web.Response:
        return web.json_response(openapi(), headers={"Access-Control-Allow-Origin": "*"})

    async def _preflight(self, request: web.Request) -> web.Response:
        return web.Response(status=204, headers=cors_headers(request, self._settings))

    async def _post(self, request: web.Request) -> web.Response:
        headers = _HEADERS | cors_headers(request, self._settings)
        try:
            peer = identify(request, self._settings, self._own_token)
            if request.content_type != "application/json":  # other types may come from any web site, unasked
                raise Refused("bad_request", "Content-Type: expected application/json")
            if (request.content_length or 0) > _LARGEST:
                raise Refused("too_large", f"body: expected at most {_LARGEST} bytes")
            return _json(await self._answer(await request.read(), peer), headers=headers)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(Refused("too_large", f"body: expected at most {_LARGEST} bytes"), headers)
        except Refused as refused:
            return self._refuse(refused, headers)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Each frame is a request; one that names no session goes on with the session before."""
        try:
            peer = identify(request, self._settings, self._own_token)
            if not may_ask(request, self._settings):
                raise Refused("unauthorized", "Origin: not one of chat.origins")
        except Refused as refused:
            return self._refuse(refused, {})
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), heartbeat=_HEARTBEAT, max_msg_size=_LARGEST)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            await self._converse(socket, peer)
        except ConnectionError:  # went away while we were answering; the conversation can be taken up again
            pass
        finally:
            self._sockets.discard(socket)
        return socket

    async def _converse(self, socket: web.WebSocketResponse, peer: Peer) -> None:
        session = None
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                answer = await self._answer(frame.data, peer, session)
                session = answer["session"]
            except Refused as refused:
                answer = self._explain(refused)
            await socket.send_json(answer, dumps=_dumps)

    def _refuse(self, refused: Refused, headers: Mapping[str, str]) -> web.Response:
        return _json(self._explain(refused), STATUS[refused.error], {**headers, **retry_header(refused)})

    def _explain(self, refused: Refused) -> dict[str, Any]:
        return {"error": refused.error, "message": self._prompts[refused.error][0], "detail": refused.detail}

    async def _answer(self, raw: str | bytes, peer: Peer, session: str | None = None) -> dict[str, Any]:
        """What a request comes to, as JSON. Raises Refused."""
        request = _read(raw)
        if not peer.trusted:
            if request.now or request.caller:
                raise Refused("unauthorized", "now, caller: only with the hotline's own token")
            if wait := self._rate.wait(peer.address, self._clock()):
                raise Refused("too_fast", "too many messages from this address", wait)
        request = request.model_copy(update={"session": request.session or session})
        return await (self._for_us(request) if peer.trusted else self._for_citizens(request))

    async def _for_citizens(self, request: ChatRequest) -> dict[str, Any]:
        """A conversation begins with who we are."""
        key, call = f"web:{request.session}", self._calls.find(f"web:{request.session}")
        session, replies = request.session or "", []
        if call is None and request.end and request.message is None:
            return ChatAnswer(session=session, new=False, replies=[], ended=True).model_dump()
        if call is None:
            session = secrets.token_urlsafe(24)
            key, new = f"web:{session}", WrittenInfo(f"chat-{secrets.token_hex(8)}", "chat")
            call = self._calls.open(key, new)
            replies = [call.greet("again" if request.session else "greeting")]
        answer = await self._said(call, request)
        if request.end:
            self._calls.end(key, "caller_hung_up")
        return ChatAnswer(
            session=session,
            new=bool(replies),
            replies=[_shown(reply) for reply in (*replies, *answer.replies)],
            expects=answer.expects and answer.expects.value,
            handover=answer.handover,
            ended=answer.ended or request.end,
            failed=answer.failed is not None,
        ).model_dump()

    async def _for_us(self, request: ChatRequest) -> dict[str, Any]:
        """A text call of `voicebot chat`, which names it and gets everything that is known about a turn."""
        session = request.session or f"chat-{secrets.token_hex(8)}"
        key = f"own:{session}"
        call = self._calls.find(key)
        if call is None and request.end and request.message is None:
            return {"session": session, "failed": None} | WrittenAnswer().as_row()
        if call is None:
            record = await self._recorded(session)
            call = self._calls.find(key) or self._calls.open(key, WrittenInfo(session, "text_call"), record)
        answer = await self._said(call, request)
        if request.end:
            self._calls.end(key, "caller_hung_up")
        return {"session": session, "failed": answer.failed} | answer.as_row()

    async def _said(self, call: WrittenCall, request: ChatRequest) -> WrittenAnswer:
        if request.message is None:
            return WrittenAnswer()
        return await self._calls.say(call, request.message, request.caller, request.now)


def _read(raw: str | bytes) -> ChatRequest:
    """Raises Refused; what was written is not quoted."""
    try:
        return ChatRequest.model_validate_json(raw)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, problem["loc"])) or "body"
        raise Refused("bad_request", f"{where}: {problem['msg']}") from None


def _shown(reply: Reply) -> ChatReply:
    return ChatReply(text=reply.text, source=dict(reply.source) if reply.source else None)


def _json(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers, dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
