"""
An IMAP server that does what a test tells it, on loopback, in the test's own event loop.

It answers ordinary commands by itself; a handler may take any command and misbehave.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Self

from responder import transports

CAPABILITIES = (
    b"IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR IDLE UIDPLUS ENABLE CONDSTORE QRESYNC ID UNSELECT "
    b"SPECIAL-USE LIST-EXTENDED"
)


class Hangup(Exception):  # noqa: N818 - what the server does
    """Raised by a handler to drop the connection."""


class Peer:
    """The server's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: "ScriptedImap") -> None:
        self.reader, self.writer, self.server = reader, writer, server

    async def line(self) -> bytes:
        """Return the client's next line."""
        line = await self.reader.readline()
        if not line:
            raise Hangup
        self.server.received.append(line)
        return line.rstrip(b"\r\n")

    async def send(self, data: bytes) -> None:
        """Send bytes as one segment, if the kernel agrees."""
        self.writer.write(data)
        await self.writer.drain()

    async def send_slowly(self, data: bytes, pieces: list[int]) -> None:
        """Send bytes cut at the given offsets, each piece on its own."""
        for start, end in zip([0, *pieces], [*pieces, len(data)], strict=True):
            await self.send(data[start:end])
            await asyncio.sleep(0)

    def hang_up(self) -> None:
        """Drop the connection as a reset."""
        transports.abort(self.writer.transport)
        raise Hangup


Handler = Callable[[Peer, bytes, bytes, bytes], Awaitable[object]]


class ScriptedImap:
    """`async with ScriptedImap(handler) as server`; a handler returns true when it answered (peer, tag, verb, rest)."""

    def __init__(
        self,
        handler: Handler | None = None,
        *,
        greeting: bytes | None = b"* OK ready\r\n",
        capabilities: bytes = CAPABILITIES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.handler, self.greeting, self.capabilities, self.tls = handler, greeting, capabilities, tls
        self.received: list[bytes] = []
        self.connections = 0
        self.ended = asyncio.Event()
        self.errors: list[Exception] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 26, ssl=self.tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._open:
            transports.abort(writer.transport)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        assert not self.errors, self.errors

    def commands(self, verb: bytes) -> list[bytes]:
        """Return the lines received that hold a command."""
        return [line for line in self.received if line.split()[1:2] == [verb] or line.rstrip() == verb]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._open.add(writer)
        self.connections += 1
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            ends = (Hangup, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError)
            with contextlib.suppress(*ends):
                await self._converse(Peer(reader, writer, self))
        except Exception as error:  # noqa: BLE001 - a mistake in a script must fail the test, not vanish
            self.errors.append(error)
        finally:
            self._open.discard(writer)
            self.ended.set()
            writer.close()

    async def _converse(self, peer: Peer) -> None:
        if self.greeting is not None:
            await peer.send(self.greeting)
        while True:
            tag, verb, rest = (*(await peer.line()).split(b" ", 2), b"", b"")[:3]
            verb = verb.upper()
            if self.handler is not None and await self.handler(peer, tag, verb, rest):
                continue
            if await self._answer(peer, tag, verb):
                return

    async def _answer(self, peer: Peer, tag: bytes, verb: bytes) -> bool:
        before = {
            b"CAPABILITY": b"* CAPABILITY " + self.capabilities + b"\r\n",
            b"ENABLE": b"* ENABLED CONDSTORE QRESYNC\r\n",
            b"ID": b'* ID ("name" "scripted")\r\n',
            b"LIST": b'* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n',
            b"SELECT": _OPENED,
            b"EXAMINE": _OPENED,
            b"LOGOUT": b"* BYE bye\r\n",
        }.get(verb, b"")
        await peer.send(before + tag + b" OK done\r\n")
        return verb == b"LOGOUT"


_OPENED = (
    b"* FLAGS (\\Answered \\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"
    b"* OK [HIGHESTMODSEQ 12] x\r\n* OK [PERMANENTFLAGS (\\Answered \\Seen \\*)] x\r\n"
)
