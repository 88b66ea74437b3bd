"""
TXT records from the DNS (RFC 1035): what a name holds, that it holds nothing, or that nobody could say.

A lookup never raises and never adds a search domain.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from responder.core.dkim import MAX_RECORD

LIMIT = timedelta(seconds=5)
MAX_RECORDS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """The texts of a name's TXT records, the strings of each joined (RFC 6376 section 3.6.2.2)."""

    records: tuple[bytes, ...]
    ttl: timedelta


@dataclass(frozen=True, slots=True)
class Absent:
    """The DNS says that there is no such record."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The DNS said nothing this time; `reason` is a sentence of ours."""

    reason: str


TxtAnswer = Found | Absent | Unreachable
Resolve = Callable[[str], Awaitable[TxtAnswer]]


def system_resolve(*, file: str = "/etc/resolv.conf", port: int = 53, limit: timedelta = LIMIT) -> Resolve:
    """Return a resolver of TXT records that asks the name servers of `file`."""

    async def resolve(name: str) -> TxtAnswer:
        try:
            # Read anew each time: a machine that boots, or changes its network, changes its name servers.
            resolver = dns.asyncresolver.Resolver(file)
            resolver.port, resolver.lifetime = port, limit.total_seconds()
            return await _asked(resolver, name)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Absent()
        except dns.resolver.NoResolverConfiguration:
            return Unreachable(f"this machine names no DNS server ({file})")
        except dns.exception.Timeout:
            return Unreachable("the DNS did not answer in time")
        except (dns.exception.DNSException, OSError, ValueError):
            return Unreachable("the DNS could not answer")

    return resolve


async def _asked(resolver: dns.asyncresolver.Resolver, name: str) -> TxtAnswer:
    answer = await resolver.resolve(dns.name.from_text(name), dns.rdatatype.TXT)
    records = [b"".join(record.strings) for record in answer]
    ttl = timedelta(seconds=answer.chaining_result.minimum_ttl)
    return Found(tuple(record[: MAX_RECORD + 1] for record in records[:MAX_RECORDS]), ttl)
