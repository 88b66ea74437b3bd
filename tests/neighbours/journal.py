"""The other end of systemd's journal: a bound datagram socket, and what a record in its native protocol says."""

import socket
from pathlib import Path
from typing import Self


class Reader:
    """The socket, bound at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def record(self) -> dict[str, str]:
        """Return the next record: lines of NAME=value, or NAME, eight bytes of length, and that many bytes."""
        raw, found = self._socket.recv(1 << 20), dict[str, str]()
        while raw:
            line, _, rest = raw.partition(b"\n")
            name, equals, value = line.partition(b"=")
            if not equals:
                length = int.from_bytes(rest[:8], "little")
                value, rest = rest[8 : 8 + length], rest[8 + length :]
                assert rest.startswith(b"\n"), rest[:20]
                rest = rest[1:]
            assert name.decode("ascii") not in found
            found[name.decode("ascii")] = value.decode("utf-8", "replace")
            raw = rest
        return found

    def records(self) -> list[dict[str, str]]:
        """Return every record that waits."""
        self._socket.setblocking(False)
        found = []
        try:
            while True:
                found.append(self.record())
        except BlockingIOError:
            return found
