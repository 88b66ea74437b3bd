"""
pymap, an IMAP server of its own making, in the test's event loop: a poor server.

It has no CONDSTORE, ENABLE or SPECIAL-USE, announces mail that came before IDLE only at DONE, and forgets keywords.
"""

import asyncio
import contextlib
from argparse import Namespace
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from proxyprotocol.result import ProxyResultUnknown
from proxyprotocol.sock import SocketInfo
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext


class _Config(Config):
    @property
    def greeting(self) -> bytes:
        return b"pymap ready"  # the default asks the DNS for our name


class PymapServer:
    """`async with PymapServer() as server`; `users` maps names to passwords. No TLS."""

    def __init__(self, users: Mapping[str, str] | None = None, *, sent: str = "Sent") -> None:
        self.users = dict(users or {"seller": "secret"})
        self.sent = sent
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        args = Namespace(passlib_cfg=None, proxy_protocol=None)
        config = _Config(
            args,
            demo_data=False,
            demo_user="",
            demo_password="",
            host="127.0.0.1",
            port=0,
            tls_enabled=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            invalid_user_sleep=0,
            proxy_protocol=ProxyProtocolVersion.get(None),
        )
        self._login = Login(config)
        for user, password in self.users.items():
            await self._identity(user, frozenset({"admin"})).set(UserMetadata(config, user, password=password))
            async with self._identity(user).new_session() as session:
                await session.create_mailbox(self.sent)
        self._imap = IMAPServer(self._login, config)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def deliver(self, user: str, raw: bytes, *, at: datetime | None = None) -> None:
        """Put a mail into the inbox, as a mail server does."""
        await self.append(user, "INBOX", raw, at=at)

    async def append(
        self, user: str, folder: str, raw: bytes, *, at: datetime | None = None, flags: Iterable[str] = ()
    ) -> None:
        """Put a mail into a folder."""
        mail = AppendMessage(raw, at or datetime(2026, 7, 14, 8, tzinfo=UTC), frozenset(map(_flag, flags)))
        async with self._identity(user).new_session() as session:
            await session.append_messages(folder, [mail])

    def _identity(self, user: str, roles: frozenset[str] = frozenset()) -> Identity:
        return Identity(user, self._login, None, roles)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: Any = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            with contextlib.suppress(ConnectionError):
                await self._imap(reader, writer, SocketInfo.get(writer, ProxyResultUnknown()))
        finally:
            writer.close()


def _flag(name: str) -> Flag:
    return Flag(name.encode("ascii"))
