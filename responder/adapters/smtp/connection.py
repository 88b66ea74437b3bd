"""
A connection to a submission server: opened, encrypted and logged in, or not at all (RFC 3207, RFC 4954, RFC 8314).

The password never crosses an unencrypted network, and a wrong one is tried once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import aiosmtplib

from responder import transports
from responder.adapters.smtp.outcome import LoginRefused, Stage, Stopped, at, one_line
from responder.errors import TemporaryError

CHECK_TIMEOUT = 10.0  # seconds a kept connection has to prove that it lives, and a QUIT to be answered

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and how to hand mail in; `password` is asked anew at each login, so that a changed one is taken up."""

    host: str
    port: int
    security: Security
    username: str | None
    password: Callable[[], str] | None
    local_hostname: str
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=60)
    final_timeout: timedelta = timedelta(seconds=600)  # RFC 5321 section 4.5.3.2.6: the reply to the final dot
    idle: timedelta = timedelta(seconds=30)  # a connection unused for longer is checked before it is used

    def __post_init__(self) -> None:
        if self.security == "none" and not transports.is_loopback(self.host):
            raise ValueError(f"security: none is only for this machine itself, not for {self.host!r}")
        if (self.username is None) != (self.password is None):
            raise ValueError("a username needs a password, and a password a username")


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a server offers, seen by logging in and leaving again."""

    capabilities: tuple[str, ...]
    mechanisms: tuple[str, ...]
    size_limit: int | None
    tls_version: str | None
    logged_in: bool


async def probe(settings: SmtpSettings) -> ProbeResult:
    """Log in, look around and leave; raises LoginRefused, or TemporaryError with the reason."""
    try:
        smtp = await connect(settings)
    except Stopped as stopped:
        raise TemporaryError(stopped.outcome.reason) from stopped
    try:
        tls = smtp.get_transport_info("ssl_object")
        result = ProbeResult(
            capabilities=tuple(f"{name.upper()} {value}".strip() for name, value in smtp.esmtp_extensions.items()),
            mechanisms=tuple(name.upper() for name in smtp.server_auth_methods),
            size_limit=size_limit(smtp),
            tls_version=None if tls is None else tls.version(),
            logged_in=settings.username is not None,
        )
        await leave(smtp)
    finally:
        abort(smtp)
    return result


async def connect(settings: SmtpSettings) -> aiosmtplib.SMTP:
    """Return a connection that is encrypted as configured, greeted and logged in; raises Stopped or LoginRefused."""
    context = None if settings.security == "none" else await asyncio.to_thread(transports.tls_context, settings.ca_file)
    smtp = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        local_hostname=settings.local_hostname,
        timeout=None,  # see `at`
        use_tls=settings.security == "tls",
        # None, the default, takes a server's silence about STARTTLS as leave to log in unencrypted. False, and an
        # explicit starttls() that raises when it is not offered, cannot be talked down.
        start_tls=False,
        tls_context=context,
    )
    limit = settings.timeout.total_seconds()
    try:
        async with at(Stage.CONNECT, limit):
            await smtp.connect()
        async with at(Stage.HELLO, limit):
            await smtp.ehlo()
        if settings.security == "starttls":
            await _start_tls(smtp, limit)
        if settings.username is not None and settings.password is not None:
            await _login(smtp, settings, settings.username, settings.password())
    except BaseException:
        abort(smtp)
        raise
    return smtp


async def alive(smtp: aiosmtplib.SMTP) -> bool:
    """Return whether the connection still works, and leave no transaction open in it."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            return (await smtp.execute_command(b"RSET")).code == 250
    except (aiosmtplib.SMTPException, OSError):
        return False


async def leave(smtp: aiosmtplib.SMTP) -> None:
    """Say goodbye; a server that does not answer is left all the same."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            await smtp.quit()
    except (aiosmtplib.SMTPException, OSError):
        return


def abort(smtp: aiosmtplib.SMTP) -> None:
    """Close at once: a plain close first flushes what is buffered, and so would finish a mail that was stopped."""
    transports.abort(smtp.transport)
    smtp.close()


def size_limit(smtp: aiosmtplib.SMTP) -> int | None:
    """Return the server's limit; SIZE without a number, or 0, sets none (RFC 1870 section 3)."""
    value = smtp.esmtp_extensions.get("size", "").strip()
    return int(value[:18]) or None if value.isascii() and value.isdigit() else None


async def _start_tls(smtp: aiosmtplib.SMTP, limit: float) -> None:
    async with at(Stage.TLS, limit):
        await smtp.starttls()
    async with at(Stage.HELLO, limit):
        await smtp.ehlo()  # RFC 3207 section 4.2: what was said before TLS is forgotten


async def _login(smtp: aiosmtplib.SMTP, settings: SmtpSettings, username: str, password: str) -> None:
    """Log in with one mechanism, once: aiosmtplib's own login tries a wrong password with every mechanism."""
    offered = smtp.server_auth_methods
    where = f"{settings.host}:{settings.port}"
    if not {"plain", "login"} & set(offered):
        raise LoginRefused(f"{where} offers no login with a password (it offers: {one_line(' '.join(offered)) or '-'})")
    mechanism = smtp.auth_plain if "plain" in offered else smtp.auth_login
    try:
        async with at(Stage.LOGIN, settings.timeout.total_seconds()):
            await mechanism(username, password)
    except LoginRefused as refused:
        raise LoginRefused(f"{where} refused the login of {username}: {refused}") from None
