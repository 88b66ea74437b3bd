"""
Where the status page listens: on this machine alone, at an address and a port that say so themselves.

No name is looked up: what a name means may change, and the page has no password.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from responder import transports
from responder.config.checks import Finding
from responder.config.model import Config

EXAMPLE = "127.0.0.1:8025"
_ADDRESS = re.compile(
    r"(?:\[(?P<six>[0-9a-fA-F:.]{2,45})\]|(?P<host>[A-Za-z0-9.-]{1,253})):(?P<port>[0-9]{1,5})\Z", re.ASCII
)
_NAME = re.compile(r"(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?\Z", re.ASCII)
_PROXY = "let a reverse proxy of yours with TLS and a password stand before it (docs/status-page.md)"


@dataclass(frozen=True, slots=True)
class Address:
    """A host of this machine and a port."""

    host: str
    port: int


def address(listen: str | None) -> Address | None:
    """Return where to listen; None for no page, and for what is no address."""
    found = _ADDRESS.match(listen) if listen is not None else None
    if found is None:
        return None
    return Address(found["six"] or found["host"], int(found["port"]))


def settings(config: Config) -> Iterator[Finding]:
    """Yield what is wrong with the address and the names of the status page."""
    listen = config.http.listen
    at = address(listen)
    where = ("http", "listen")
    if listen is not None and at is None:
        yield Finding(where, f"must be an address and a port, got {listen!r}", f"write {EXAMPLE}")
    elif at is not None and not 1 <= at.port <= 65535:
        yield Finding(where, f"there is no port {at.port}", f"write {EXAMPLE}")
    elif at is not None and not transports.is_loopback(at.host):
        problem = f"{at.host} is not this machine alone, and the page has no password: others could read it"
        yield Finding(where, problem, f"write {EXAMPLE}; to look from elsewhere, {_PROXY}")
    for number, name in enumerate(config.http.hosts):
        if not _NAME.match(name):
            hint = "write the name alone, such as responder.example.com, with :port where the browser shows one"
            yield Finding(("http", "hosts", number), f"is no name of a host, got {name!r}", hint)
