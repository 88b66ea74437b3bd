"""
Ending a connection at once, on every Python.

CPython 3.11.2, which Debian 12 ships, raises AttributeError when a TLS transport that is closed already is aborted.
"""

import asyncio
import contextlib


def abort(transport: asyncio.BaseTransport | None) -> None:
    """Close without flushing what is buffered; a transport that is gone already is no error."""
    if isinstance(transport, asyncio.WriteTransport):
        with contextlib.suppress(AttributeError):
            transport.abort()
