"""Connections to scripted servers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from neighbours.scripted_imap import ScriptedImap

from responder.imap.auth import authenticate
from responder.imap.client import Client
from responder.imap.connect import Server, connect
from responder.imap.values import Event

Join = Callable[..., Awaitable[Client]]


@pytest.fixture
async def join() -> AsyncIterator[Join]:
    """Return a function that gives a client with INBOX selected; its news are in `client.news`."""
    async with AsyncExitStack() as stack:

        async def joined(server: ScriptedImap, *, silence: float = 5, select: bool = True) -> Client:
            news: list[Event] = []
            where = Server("127.0.0.1", server.port, "none")
            client = await connect(where, silence=timedelta(seconds=10), on_event=news.append)
            stack.push_async_callback(client.aclose)
            client.news = news  # type: ignore[attr-defined]
            await authenticate(client, "seller", "secret")
            if select:
                await client.select("INBOX")
            news.clear()
            client.connection._silence = silence  # only now, so that a busy machine can log in
            return client

        yield joined
