"""The page from which citizens call: static files, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).with_name("caller")
_FILES = frozenset(path.name for path in _FOLDER.iterdir() if path.suffix in {".js", ".css", ".svg"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # kept, but asked about each time: page and scripts always match
}


def routes() -> list[web.RouteDef]:
    return [web.get("/", _page), web.get("/caller/{name}", _file)]


async def _page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_FOLDER / "index.html", headers=_HEADERS)


async def _file(request: web.Request) -> web.FileResponse:
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound
    return web.FileResponse(_FOLDER / name, headers=_HEADERS)
