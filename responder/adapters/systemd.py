"""
What systemd is told about us: sd_notify(3) datagrams.

Telling never fails: without NOTIFY_SOCKET, or with one that nobody reads, nothing happens.
"""

import os
import socket
from collections.abc import Mapping
from datetime import timedelta

STATUS_LIMIT = 250  # more does not fit on a line of `systemctl status`


class Notifier:
    """The datagram socket of the unit we run in; does nothing outside of systemd."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        path = environ.get("NOTIFY_SOCKET", "")
        # "@name" means the abstract namespace, whose addresses begin with a zero byte; vsock addresses are not for us.
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self._enabled = path.startswith(("/", "@"))

    def ready(self, status: str = "") -> None:
        """Say that the start, or the reload, is complete."""
        self._send("READY=1", *_status(status))

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows."""
        self._send(*_status(text))

    def watchdog(self) -> None:
        """Say that every supervised task has moved since the last time."""
        self._send("WATCHDOG=1")

    def reloading(self, monotonic: float) -> None:
        """Announce a reload begun at `monotonic` seconds; Type=notify-reload compares them with its own request."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={int(monotonic * 1_000_000)}")

    def stopping(self, status: str = "") -> None:
        """Say that the daemon is on its way down."""
        self._send("STOPPING=1", *_status(status))

    def extend_timeout(self, by: timedelta) -> None:
        """Ask for more time to start or stop, counted from now."""
        self._send(f"EXTEND_TIMEOUT_USEC={by // timedelta(microseconds=1)}")

    def _send(self, *lines: str) -> None:
        if not self._enabled:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as datagrams:
                # A full queue must not stop the event loop; the next datagram says the same.
                datagrams.setblocking(False)
                datagrams.sendto("\n".join(lines).encode("utf-8", "replace"), self._address)
        except (OSError, ValueError):
            return


def _status(text: str) -> tuple[str, ...]:
    """Return the STATUS line: one line only, since a line break inside would begin another assignment."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return (f"STATUS={line[:STATUS_LIMIT]}",) if line else ()


def watchdog_interval(environ: Mapping[str, str] = os.environ, pid: int | None = None) -> timedelta | None:
    """Return how often to feed the watchdog: half of what the unit allows, see sd_watchdog_enabled(3); or None."""
    for_pid = environ.get("WATCHDOG_PID", "")
    if for_pid and for_pid != str(os.getpid() if pid is None else pid):
        return None
    try:
        allowed = int(environ.get("WATCHDOG_USEC", ""))
    except ValueError:
        return None
    return timedelta(microseconds=allowed) / 2 if allowed > 0 else None
