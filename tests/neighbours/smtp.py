"""
A real submission server (aiosmtpd) on a free loopback port, with TLS, STARTTLS and AUTH, that keeps what it accepted.

It runs in a thread of its own, and so serves tests inside an event loop, outside of one, and of another process.
"""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from responder import transports

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate for the loopback addresses; `file` is also what a client has to trust."""

    file: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return what a server needs."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path, names: str = "IP:127.0.0.1,DNS:localhost") -> Certificate:
    """Make a certificate with openssl, valid for a day."""
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    openssl = shutil.which("openssl")
    assert openssl is not None, "openssl is needed to make a test certificate"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "1", "-subj", "/CN=mail.example.com", "-addext", f"subjectAltName={names}"),
            *("-keyout", str(made.key), "-out", str(made.file)),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return made


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail the server has taken over, with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    tls: bool
    username: str | None


@dataclass
class Mailhost:
    """The server; use it as a context manager. `refuse` maps "MAIL", "RCPT" or "DATA" to the reply given there."""

    security: Literal["none", "tls", "starttls"] = "none"
    certificate: Certificate | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    size_limit: int = 33_554_432
    refuse: dict[str, str] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    logins: list[tuple[str, bool]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._arrived = threading.Condition()
        # Bound before the thread starts: the port is known, and nobody can take it in between.
        self._socket = socket.create_server((HOST, 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="mailhost", daemon=True)
        self._started = threading.Event()
        self._thread.start()
        assert self._started.wait(10), "the mailhost did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the mailhost did not end"

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._protocols: list[SMTP] = []
        context = self.certificate.server_context() if self.certificate else None
        server = await self._loop.create_server(
            lambda: self._protocol(context), sock=self._socket, ssl=context if self.security == "tls" else None
        )
        self._started.set()
        await self._end.wait()
        server.close()
        for protocol in self._protocols:
            transports.abort(protocol.transport)
        await asyncio.sleep(0)

    def _protocol(self, context: ssl.SSLContext | None) -> SMTP:
        self.connections += 1
        protocol = SMTP(
            self,
            hostname="mailhost",
            ident="mailhost",
            loop=self._loop,
            tls_context=context if self.security == "starttls" else None,
            require_starttls=self.security == "starttls",
            authenticator=self.authenticate if self.users else None,
            auth_require_tls=self.security == "starttls",
            data_size_limit=self.size_limit,
        )
        self._protocols.append(protocol)
        return protocol

    def wait_for(self, count: int, limit: float = 10.0) -> list[Accepted]:
        """Return the accepted mails once there are `count`; fails after `limit` seconds."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.accepted) >= count, limit), self.accepted
            return list(self.accepted)

    # What aiosmtpd calls, by these names.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse the sender."""
        if self.users and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse the recipient."""
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep or refuse the mail."""
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        content = envelope.original_content
        assert content is not None
        taken = Accepted(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            data=content,
            tls=self.security == "tls" or session.ssl is not None,
            username=session.auth_data.login.decode() if session.authenticated else None,
        )
        with self._arrived:
            self.accepted.append(taken)
            self._arrived.notify_all()
        return f"250 2.0.0 queued as {len(self.accepted)}"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        """Compare name and password, and remember that it was tried."""
        assert isinstance(data, LoginPassword)
        good = self.users.get(data.login.decode()) == data.password.decode()
        self.logins.append((data.login.decode(), good))
        return AuthResult(success=good, handled=False, auth_data=data)
