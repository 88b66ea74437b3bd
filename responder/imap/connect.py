"""
Opening a connection: TCP, TLS or STARTTLS, greeting, capabilities.

Nothing secret is sent before the connection is as secure as was asked for; there is no fallback.
"""

import asyncio
import asyncio.sslproto
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from responder.imap.client import Client
from responder.imap.errors import ConnectionLost, NotOffered, ProtocolError, Silence
from responder.imap.values import Event
from responder.imap.wire import LITERAL_CAP

TLS_BUFFER = 16 << 10  # one TLS record

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect and how it is secured; `context` checks the certificate."""

    host: str
    port: int
    security: Security
    context: ssl.SSLContext | None = None


async def connect(
    server: Server,
    *,
    silence: timedelta = timedelta(seconds=60),
    on_event: Callable[[Event], None] | None = None,
    literal_cap: int = LITERAL_CAP,
) -> Client:
    """Return a client that has heard the greeting, speaks TLS as told, and knows the capabilities; not logged in."""
    client = Client(silence=silence, on_event=on_event, literal_cap=literal_cap)
    try:
        async with asyncio.timeout(silence.total_seconds()):
            await _dial(client, server)
            greeting = await asyncio.shield(client.connection.greeting)
        if greeting.condition == "PREAUTH":
            raise ProtocolError("the server logged us in before we said who we are (PREAUTH)")  # noqa: TRY301
        await client.capability()
        if server.security == "starttls":
            await client.start_tls(_context(server), server.host)
    except BaseException as error:  # noqa: BLE001 - it is raised again, by its right name
        client.connection.abort(ConnectionLost("the connection was not completed"))
        await client.aclose()
        raise _named_failure(error, server, silence) from None
    return client


async def _dial(client: Client, server: Server) -> None:
    implicit = server.security == "tls"
    if server.security != "none":
        _small_tls_buffers()
    await asyncio.get_running_loop().create_connection(
        lambda: client.connection,
        server.host,
        server.port,
        ssl=_context(server) if implicit else None,
        server_hostname=server.host if implicit else None,
    )


def _context(server: Server) -> ssl.SSLContext:
    if server.context is None:
        raise NotOffered(f"there is no TLS context for {server.host}")
    return server.context


def _named_failure(error: BaseException, server: Server, silence: timedelta) -> BaseException:
    where = f"{server.host}:{server.port}"
    match error:
        case TimeoutError():
            return Silence(f"{where} did not answer within {silence.total_seconds():g} s")
        case ssl.SSLCertVerificationError():
            return ConnectionLost(f"{where}: the certificate is not trusted: {error.verify_message}")
        case ssl.SSLError():
            return ConnectionLost(f"{where}: TLS failed: {error.reason or error}")
        case OSError():
            return ConnectionLost(f"cannot connect to {where}: {error.strerror or error}")
    return error


def _small_tls_buffers() -> None:
    """Let TLS read through 16 KiB instead of 256: a mailbox in IDLE costs 48 kB then, not 288 (CPython 3.11)."""
    protocol = asyncio.sslproto.SSLProtocol
    if hasattr(protocol, "max_size"):
        protocol.max_size = TLS_BUFFER
