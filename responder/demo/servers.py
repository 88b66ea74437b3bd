"""
The demonstration's mail servers: IMAP (RFC 3501) by pymap and SMTP (RFC 5321) by aiosmtpd, both in this event loop.

They listen on 127.0.0.1 only; nothing that is sent here ever leaves this machine.
"""

import asyncio
import contextlib
import email
import email.policy
import functools
import warnings
from argparse import Namespace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

with warnings.catch_warnings():  # what these two find deprecated is not the reader's business
    warnings.simplefilter("ignore")
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
    from proxyprotocol.result import ProxyResultUnknown
    from proxyprotocol.sock import SocketInfo
    from proxyprotocol.version import ProxyProtocolVersion
    from pymap.backend.dict import Config, Identity, Login
    from pymap.concurrent import Subsystem
    from pymap.imap import IMAPServer
    from pymap.parsing.message import AppendMessage
    from pymap.user import UserMetadata
    from pysasl import SASLAuth
    from pysasl.hashing import Cleartext

from responder import transports
from responder.errors import UsageError

HOST = "127.0.0.1"
SENT = "Sent"


class _Config(Config):
    @property
    def greeting(self) -> bytes:
        return b"the demo's mailbox is ready"  # pymap's own greeting asks the DNS for our name

    @functools.cached_property
    def tls_auth(self) -> SASLAuth:
        return SASLAuth.defaults()  # once: it reads the metadata of every package there is


class Mailbox:
    """One seller's mailbox with an inbox and a folder of sent mail; use it as a context manager."""

    def __init__(self, user: str, password: str, port: int = 0) -> None:
        self._user, self._password = user, password
        self._tasks: set[asyncio.Task[Any]] = set()
        self.port = port

    async def __aenter__(self) -> Self:
        config = _Config(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            demo_data=False,
            demo_user="",
            demo_password="",  # the demo account of pymap itself: none
            host=HOST,
            port=self.port,
            tls_enabled=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            invalid_user_sleep=0,
            proxy_protocol=ProxyProtocolVersion.get(None),
        )
        self._login = Login(config)
        await self._identity("admin").set(UserMetadata(config, self._user, password=self._password))
        async with self._identity().new_session() as session:
            await session.create_mailbox(SENT)
        self._imap = IMAPServer(self._login, config)
        try:
            self._server = await asyncio.start_server(self._serve, HOST, self.port)
        except OSError as error:
            raise UsageError(f"port {self.port} cannot be used: {error.strerror}") from None
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def deliver(self, raw: bytes, at: datetime) -> None:
        """Put a mail into the inbox, as it arrived at `at`."""
        async with self._identity().new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(raw, at, frozenset())])

    def _identity(self, *roles: str) -> Any:
        return Identity(self._user, self._login, None, frozenset(roles))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: Any = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            with contextlib.suppress(ConnectionError):
                await self._imap(reader, writer, SocketInfo.get(writer, ProxyResultUnknown()))
        finally:
            writer.close()


class Mailhost:
    """
    The seller's outgoing mail server: it keeps what it accepts as numbered files, and passes nothing on.

    `busy` is how many of the next mails it puts off (451).
    """

    def __init__(self, user: str, password: str, folder: Path) -> None:
        self._login = (user.encode(), password.encode())
        self._folder = folder
        self._protocols: list[Any] = []
        self.accepted: list[bytes] = []
        self.busy = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for protocol in self._protocols:
            transports.abort(protocol.transport)
        await asyncio.sleep(0)

    def to(self, recipient: str) -> EmailMessage | None:
        """Return the newest mail to `recipient`, or None."""
        mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in reversed(self.accepted)]
        return next((mail for mail in mails if recipient in str(mail["To"])), None)

    def _protocol(self) -> Any:
        protocol = SMTP(
            self,
            hostname="mx.example.com",
            ident="the demo's mail server",
            loop=asyncio.get_running_loop(),
            authenticator=self._authenticate,
            auth_require_tls=False,  # loopback only
        )
        self._protocols.append(protocol)
        return protocol

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == self._login
        return AuthResult(success=good, handled=False)

    # What aiosmtpd calls, by these names.

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        """Take a recipient, or say that there is no time now."""
        if self.busy:
            self.busy -= 1
            return "451 4.3.2 Too busy now, please try again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail, as it came and for reading."""
        raw: bytes = envelope.original_content
        self.accepted.append(raw)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        name = f"{len(self.accepted):02}-{_label(mail)}"
        (self._folder / f"{name}.eml").write_bytes(raw)
        (self._folder / f"{name}.txt").write_text(_readable(mail), "utf-8")
        return f"250 2.0.0 kept as {name}"


def _label(mail: EmailMessage) -> str:
    if mail["List-Id"]:
        return "digest"
    if mail["Auto-Submitted"] == "auto-replied":
        return f"acknowledgement-{mail['Content-Language'] or 'unknown'}"
    return "alert"


def _readable(mail: EmailMessage) -> str:
    head = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Date", "Subject"))
    body = mail.get_body(("plain",))
    return f"{head}\n{body.get_content() if body else ''}"
