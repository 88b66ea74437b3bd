"""
How to reach one mailbox, and logging in to it.

Nothing is sent unencrypted, except to this very machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from responder import transports
from responder.imap.auth import Mechanism, authenticate
from responder.imap.client import Client
from responder.imap.connect import Security, Server, connect
from responder.imap.values import Event

LONGEST_IDLE = timedelta(minutes=9)  # providers were seen to drop a silent IDLE after 10 minutes
AUTO = "auto"

SecretSource = Callable[[], str]
"""Asked at every connection, so that a rotated password or token is used at once."""


class Role(StrEnum):
    """What a folder is for."""

    INBOX = "inbox"
    SENT = "sent"
    NO_RESPONSE = "no_response"


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One account's IMAP side; a folder named `auto` is found by its special use or by a known name."""

    host: str
    port: int
    security: Security
    username: str
    password: SecretSource = field(repr=False)
    mechanism: Mechanism = "auto"
    inbox: str = AUTO
    sent: str = AUTO
    no_response: str | None = None
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=60)
    idle_round: timedelta = LONGEST_IDLE

    def __post_init__(self) -> None:
        if self.security == "none" and not transports.is_loopback(self.host):
            raise ValueError(f"security 'none' is for this machine only, and {self.host!r} is another one: use 'tls'")
        if not timedelta(0) < self.idle_round <= LONGEST_IDLE:
            raise ValueError(f"an IDLE round lasts at most 9 minutes, got {self.idle_round}")


async def log_in(settings: ImapSettings, on_event: Callable[[Event], None] | None = None) -> Client:
    """Return a client that is logged in, has said who it is, and has CONDSTORE and QRESYNC on where offered."""
    context = None if settings.security == "none" else transports.tls_context(settings.ca_file)
    server = Server(settings.host, settings.port, settings.security, context)
    client = await connect(server, silence=settings.timeout, on_event=on_event)
    try:
        await authenticate(client, settings.username, settings.password(), settings.mechanism)
        await _prepare(client)
    except BaseException:
        await client.aclose()
        raise
    return client


async def _prepare(client: Client) -> None:
    if "ID" in client.capabilities:  # 126 and 163 refuse SELECT without it
        await client.id({"name": "Buyer Responder"})
    wanted = sorted({"CONDSTORE", "QRESYNC"} & client.capabilities)
    if "ENABLE" in client.capabilities and wanted:
        await client.enable(*wanted)
