"""
systemd's journal, written to in its native protocol: one datagram a record, fields instead of a line.

A value with a line break is sent with its length before it, so nothing in it begins another field or another record.
"""

import os
import select
import socket
from collections.abc import Mapping
from pathlib import Path

SOCKET = Path("/run/systemd/journal/socket")
LIMIT = 48 * 1024
"""Bytes of one value; so a record always fits into one datagram."""


class Journal:
    """The journal's socket; `send` says whether the record was taken."""

    def __init__(self, path: Path = SOCKET) -> None:
        self._path = str(path)

    def send(self, record: Mapping[str, str]) -> bool:
        """Write one record; False when nobody takes it, so that it can be told elsewhere."""
        datagram = b"".join(_field(name, value) for name, value in record.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as datagrams:
                datagrams.setblocking(False)  # a journal that is stuck must not stop the event loop
                datagrams.sendto(datagram, self._path)
        except OSError:
            return False
        return True


def is_ours(stream: str, handle: int) -> bool:
    """Return whether `$JOURNAL_STREAM` names this very handle: then what is written there goes to the journal."""
    device, _, inode = stream.partition(":")
    try:
        found = os.fstat(handle)
        return (int(device), int(inode)) == (found.st_dev, found.st_ino)
    except (OSError, ValueError):
        return False


def takes(handle: int) -> bool:
    """Return whether something can be written there now without waiting."""
    asked = select.poll()
    asked.register(handle, select.POLLOUT)
    return bool(asked.poll(0))


def _field(name: str, value: str) -> bytes:
    raw = value.encode("utf-8", "replace")[:LIMIT]
    if b"\n" not in raw:
        return name.encode("ascii") + b"=" + raw + b"\n"
    return name.encode("ascii") + b"\n" + len(raw).to_bytes(8, "little") + raw + b"\n"
