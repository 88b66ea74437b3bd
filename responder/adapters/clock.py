"""
The clock: the only module that reads the time.

Every instant handed out is aware UTC. A wait ends at its instant, at its event, or after `LIMIT` of real time,
so that a suspended machine or a stepped clock is noticed (the caller asks again what is due).
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

LIMIT = timedelta(seconds=30)


class Clock(Protocol):
    """What the daemon asks of time."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        """Return when `wake` is set (it is then cleared), at `until`, or after `LIMIT` of real time."""


def monotonic() -> float:
    """Return seconds that never go back, for measuring how long something took."""
    return time.monotonic()


def elapsed() -> float:
    """Return seconds that go on while the machine sleeps, where it can tell; else those of `monotonic`."""
    try:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    except (AttributeError, OSError):
        return time.monotonic()


async def _woken(wake: asyncio.Event, limit: float) -> bool:
    try:
        async with asyncio.timeout(max(limit, 0.0)):
            await wake.wait()
    except TimeoutError:
        return False
    wake.clear()
    return True


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return datetime.now(UTC)

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        """Return when `wake` is set (it is then cleared), at `until`, or after `LIMIT` of real time."""
        left = LIMIT if until is None else min(LIMIT, until - self.now())
        await _woken(wake, left.total_seconds())


class ManualClock:
    """A clock moved by hand, for the demo and for tests inside one process."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return the instant the clock was last moved to, aware UTC."""
        return self._now

    def move_to(self, at: datetime) -> None:
        """Set the clock forward to `at`; a clock never goes back."""
        self._now = max(self._now, at.astimezone(UTC))
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        """Return when `wake` is set (it is then cleared), when the clock is moved to `until`, or after `LIMIT`."""
        end = monotonic() + LIMIT.total_seconds()
        while (until is None or self._now < until) and monotonic() < end:
            moved = self._moved
            waits = [asyncio.ensure_future(wake.wait()), asyncio.ensure_future(moved.wait())]
            try:
                await asyncio.wait(waits, timeout=LIMIT.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for waiting in waits:
                    waiting.cancel()
            if wake.is_set():
                wake.clear()
                return


class FileClock:
    """A clock that another process moves by writing an ISO instant into a file, for stories with the real daemon."""

    POLL = 0.02

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = datetime.fromisoformat(path.read_text("ascii").strip()).astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant in the file, aware UTC; a half-written file leaves the last instant standing."""
        with contextlib.suppress(ValueError):
            self._last = max(self._last, datetime.fromisoformat(self._path.read_text("ascii").strip()).astimezone(UTC))
        return self._last

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        """Return when `wake` is set (then cleared), when the file reaches `until`, or after `LIMIT` of real time."""
        end = monotonic() + LIMIT.total_seconds()
        while (until is None or self.now() < until) and monotonic() < end:
            if await _woken(wake, self.POLL):
                return


async def pause(seconds: float, stop: asyncio.Event | None = None) -> None:
    """Wait in real time (a connection's pause, whatever the daemon's clock shows), or until `stop` is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0.0)):
            await (stop or asyncio.Event()).wait()


CLOCK_FILE = "RESPONDER_CLOCK_FILE"


def from_environment(environ: Mapping[str, str]) -> Clock:
    """Return the machine's clock, or the one moved by hand through the file that `RESPONDER_CLOCK_FILE` names."""
    file = environ.get(CLOCK_FILE)
    return FileClock(Path(file)) if file else SystemClock()
