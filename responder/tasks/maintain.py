"""
Housekeeping: the watchdog is fed only while every loop turns, the state is still ours, old words are erased.

The heartbeat in the state says the same as the watchdog to those who look from outside: every loop turned lately.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, elapsed, monotonic, pause
from responder.adapters.store import Store, outages, proactive, retention
from responder.adapters.systemd import Notifier
from responder.errors import StateError, TemporaryError

log = structlog.get_logger()

PURGE_EVERY = timedelta(days=1)


LIMIT = 300.0
"""Seconds that a loop may be silent whose limit nobody named."""


class Pulse:
    """When each loop last turned, in seconds that never go back."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._beats: dict[str, float] = {}

    def expect(self, names: Iterable[str]) -> None:
        """Count from now on how long each of these loops is silent: one that never begins is missed as well."""
        self._beats |= dict.fromkeys(names, self._seconds())

    def beat(self, name: str) -> Callable[[], None]:
        """Return the call by which the loop `name` says that it turned."""

        def turned() -> None:
            self._beats[name] = self._seconds()

        turned()
        return turned

    def turns(self, limits: Mapping[str, float]) -> tuple[tuple[str, float, float], ...]:
        """Return each loop with the seconds since it turned last, and how many it may be silent."""
        now = self._seconds()
        return tuple((name, now - at, _limit(name, limits)) for name, at in self._beats.items())

    def silent(self, limits: Mapping[str, float]) -> tuple[str, ...]:
        """Return the loops that did not turn within their limit in seconds (the longest matching prefix counts)."""
        now = self._seconds()
        return tuple(name for name, at in self._beats.items() if now - at > _limit(name, limits))


def _limit(name: str, limits: Mapping[str, float]) -> float:
    known = [prefix for prefix in limits if name.startswith(prefix)]
    return limits[max(known, key=len)] if known else LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """
    How often to look (seconds), how long each loop may be silent (seconds), how long words are kept; and the seconds
    that go on while the machine sleeps.
    """

    every: float
    limits: Mapping[str, float]
    keep_words: timedelta
    elapsed: Callable[[], float] = elapsed


async def run(
    store: Store,
    clock: Clock,
    pulse: Pulse,
    notifier: Notifier,
    *,
    care: Care,
    status: Callable[[Connection], str],
    stop: asyncio.Event,
) -> None:
    """Look after the daemon until `stop` is set; raise when the state is no longer ours."""
    purged_at: datetime | None = None
    lived: float | None = None  # when the heartbeat was written last
    while not stop.is_set():
        silent = pulse.silent(care.limits)
        if silent:
            log.error("a loop stands still; the watchdog is not fed", loops=list(silent))
        else:
            notifier.watchdog()
        if not await store.still_held():
            raise StateError("the lock on the state was lost; another daemon may have taken over")
        now = clock.now()
        try:
            notifier.status(await store.tx(status))
            if not silent:
                lived = await _live(store, now, care, lived)
            is_due = purged_at is None or now - purged_at >= PURGE_EVERY
            if is_due and await _erased(store, now - care.keep_words):
                purged_at = now
        except TemporaryError as error:  # a state that is busy for a moment must not end the daemon
            log.warning("the housekeeping waits", reason=str(error))
        await pause(care.every, stop)


async def _live(store: Store, now: datetime, care: Care, lived: float | None) -> float:
    """Write the heartbeat, and after a gap in it keep the outage; return when, for the next time."""
    at = care.elapsed()
    if lived is not None and at - lived <= outages.NOTICEABLE.total_seconds():
        await store.tx(outages.beat, now)
    else:
        await begin(store, now)
    return at


async def begin(store: Store, now: datetime) -> None:
    """Write the heartbeat after a time in which it may have been missing, and keep the outage for the next digest."""
    if outage := await store.tx(outages.begin, now):
        log.warning("nobody watched for a while", since=outage.from_at.isoformat(), until=outage.until_at.isoformat())


async def _erased(store: Store, before: datetime) -> bool:
    """Erase some of what is old, and return whether that was all: a little each round, so that nothing waits for it."""
    erased = await store.tx(retention.purge, before)
    if erased:
        log.info("old words erased", mails=erased)
    dropped = await store.tx(proactive.drop_files)
    return not erased and dropped < proactive.AT_ONCE
