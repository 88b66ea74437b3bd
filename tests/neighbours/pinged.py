"""A service that hears heartbeats: aiohttp's own server on a free loopback port, which keeps what it was told."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Pinged:
    """What was heard, as (path with query, body); `status` is what is answered, `to` where a redirect leads."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200
    to: str | None = None
    url: str = ""

    async def hear(self, request: web.Request) -> web.Response:
        """Keep a call and answer it."""
        self.heard.append((request.path_qs, await request.text()))
        headers = {"Location": self.to} if self.to else {}
        return web.Response(status=self.status, headers=headers)

    def told(self) -> list[str]:
        """Return the last part of each path that was called."""
        return [path.rpartition("/")[2] for path, _ in self.heard]


@asynccontextmanager
async def service(path: str, context: ssl.SSLContext | None = None) -> AsyncIterator[Pinged]:
    """A running service whose address ends with `path`."""
    pinged = Pinged()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", pinged.hear)
    server = TestServer(app, host="127.0.0.1", scheme="https" if context else "http")
    await server.start_server(ssl=context)
    pinged.url = str(server.make_url("/")) + path
    try:
        yield pinged
    finally:
        await server.close()
