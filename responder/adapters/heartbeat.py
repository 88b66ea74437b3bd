"""
A sign of life to a service outside of this machine (as healthchecks.io has them): one request, no answer expected.

The address is a secret: whoever knows it can speak in our name. It is read at each call, and only its host is told.
"""

import asyncio
import ssl
from collections.abc import Callable
from datetime import timedelta

import aiohttp
from yarl import URL

from responder import transports
from responder.core.heartbeat import Signal
from responder.errors import ResponderError

LIMIT = timedelta(seconds=10)
REASON_LIMIT = 1_000


class Service:
    """The service behind the address that `url` reads."""

    def __init__(self, url: Callable[[], str], limit: timedelta = LIMIT) -> None:
        self._url = url
        self._limit = limit

    async def call(self, signal: Signal, reason: str = "") -> str | None:
        """Send one signal, a failure with its `reason`; return what went wrong in words that may be shown."""
        try:
            address = _address(self._url())
        except ResponderError as error:
            return str(error)
        if address is None:
            return "heartbeat.url is no https address"
        timeout = aiohttp.ClientTimeout(total=self._limit.total_seconds())
        try:
            async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
                # A redirect could lead anywhere, with the secret part of the address in it.
                body, path = reason[:REASON_LIMIT].encode("utf-8"), address.raw_path.rstrip("/") + signal
                to = address.with_path(path, encoded=True, keep_query=True)
                async with session.post(to, data=body, allow_redirects=False) as answer:
                    fine = 200 <= answer.status < 300
                    return None if fine else f"{address.host} answered with {answer.status}"
        except (aiohttp.ClientError, OSError, ValueError) as error:  # their own words hold the address
            return f"{address.host}: {_why(error)}"


def _address(text: str) -> URL | None:
    """Return the address; None for one that would be read by others on its way."""
    try:
        address = URL(text.strip())
        host = address.host  # decoded only now
    except ValueError:
        return None
    if not host or address.user or address.password:
        return None
    safe = address.scheme == "https" or (address.scheme == "http" and transports.is_loopback(host))
    return address if safe else None


def _why(error: BaseException) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLError():
            return "its certificate is not trusted"
        case aiohttp.ClientConnectorDNSError():
            return "there is no such host"
        case asyncio.TimeoutError():
            return "no answer in time"
        case aiohttp.ClientConnectorError() | OSError():
            return "cannot be reached"
        case _:
            return f"no proper answer ({type(error).__name__})"
