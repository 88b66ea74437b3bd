"""What reaches the notify socket, read from a real one."""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from responder.adapters.systemd import Notifier, watchdog_interval


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The other end: a bound datagram socket, as systemd has one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(str(tmp_path / "notify"))
        bound.settimeout(2)
        yield bound


def notifier(manager: socket.socket) -> Notifier:
    """Our end."""
    return Notifier({"NOTIFY_SOCKET": manager.getsockname()})


def heard(manager: socket.socket) -> list[str]:
    """The lines of the next datagram."""
    return manager.recv(4096).decode().split("\n")


def test_a_life_is_told_in_order(manager: socket.socket) -> None:
    """Start, work, reload and stop are each one datagram, in the words of sd_notify(3)."""
    telling = notifier(manager)
    telling.status("connecting to imap.example.com")
    telling.ready("watching 1 mailbox")
    telling.watchdog()
    telling.watchdog()
    telling.extend_timeout(timedelta(seconds=90))
    telling.stopping("waiting for one mail")
    assert [heard(manager) for _ in range(6)] == [
        ["STATUS=connecting to imap.example.com"],
        ["READY=1", "STATUS=watching 1 mailbox"],
        ["WATCHDOG=1"],
        ["WATCHDOG=1"],
        ["EXTEND_TIMEOUT_USEC=90000000"],
        ["STOPPING=1", "STATUS=waiting for one mail"],
    ]


def test_a_reload_carries_the_monotonic_instant(manager: socket.socket) -> None:
    """Without MONOTONIC_USEC `systemctl reload` of a notify-reload unit hangs."""
    notifier(manager).reloading(12.345678)
    assert heard(manager) == ["RELOADING=1", "MONOTONIC_USEC=12345678"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one\nSTOPPING=1", ["STATUS=one STOPPING=1"]),
        ("tab\tand\x1b[31m colour\u202e", ["STATUS=tab and [31m colour"]),
        ("2 open · next due 11:05", ["STATUS=2 open · next due 11:05"]),
        ("x" * 1000, ["STATUS=" + "x" * 250]),
    ],
)
def test_a_status_is_one_clean_line(manager: socket.socket, text: str, lines: list[str]) -> None:
    """A line break in a status would be a command to systemd."""
    notifier(manager).status(text)
    assert heard(manager) == lines


def test_an_abstract_socket_is_found() -> None:
    """Containers pass "@name": a socket without a file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(f"\0responder-test-{os.getpid()}")
        bound.settimeout(2)
        Notifier({"NOTIFY_SOCKET": f"@responder-test-{os.getpid()}"}).watchdog()
        assert heard(bound) == ["WATCHDOG=1"]


@pytest.mark.parametrize("path", ["", "/nonexistent/notify", "vsock:2:1234", "@" + "x" * 200, "/run/nul\0inside"])
def test_nothing_to_talk_to_is_no_trouble(path: str) -> None:
    """The daemon runs outside of systemd just as well."""
    telling = Notifier({"NOTIFY_SOCKET": path} if path else {})
    telling.ready()
    telling.status("fine")
    telling.stopping()


def test_a_full_queue_does_not_stop_the_daemon(manager: socket.socket) -> None:
    """A manager that does not read costs nothing: sending returns at once."""
    telling = notifier(manager)
    for _ in range(2000):
        telling.watchdog()
    assert heard(manager) == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    ("environ", "interval"),
    [
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "42"}, timedelta(seconds=60)),
        ({"WATCHDOG_USEC": "120000000"}, timedelta(seconds=60)),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "43"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_asked(environ: dict[str, str], interval: timedelta | None) -> None:
    """Half of WatchdogSec, and only when the watchdog means this process."""
    assert watchdog_interval(environ, pid=42) == interval
