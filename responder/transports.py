"""
Connections as both sides of the mail want them: verified TLS, plain text to this machine only, and an end at once.
"""

import asyncio
import contextlib
import ipaddress
import ssl
from pathlib import Path


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine itself, told by its name or address alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks certificate and host name and speaks TLS 1.2 or later."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def abort(transport: asyncio.BaseTransport | None) -> None:
    """
    Close without flushing what is buffered; a transport that is gone already is no error.

    CPython 3.11.2, which Debian 12 ships, raises AttributeError when a TLS transport that is closed already is aborted.
    """
    if isinstance(transport, asyncio.WriteTransport):
        with contextlib.suppress(AttributeError):
            transport.abort()
