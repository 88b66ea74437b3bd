"""
Housekeeping: the watchdog is fed only while every loop turns, the state is still ours, old words are erased.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, monotonic, pause
from responder.adapters.store import Store, proactive, retention
from responder.adapters.systemd import Notifier
from responder.errors import StateError, TemporaryError

log = structlog.get_logger()

PURGE_EVERY = timedelta(days=1)


class Pulse:
    """When each loop last turned, in seconds that never go back."""

    def __init__(self) -> None:
        self._beats: dict[str, float] = {}

    def beat(self, name: str) -> Callable[[], None]:
        """Return the call by which the loop `name` says that it turned."""
        self._beats[name] = monotonic()
        return lambda: self._beats.__setitem__(name, monotonic())

    def silent(self, limits: Mapping[str, float]) -> tuple[str, ...]:
        """Return the loops that did not turn within their limit in seconds (the longest matching prefix counts)."""
        now = monotonic()
        return tuple(name for name, at in self._beats.items() if now - at > _limit(name, limits))


def _limit(name: str, limits: Mapping[str, float]) -> float:
    known = [prefix for prefix in limits if name.startswith(prefix)]
    return limits[max(known, key=len)] if known else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How often to look (seconds), how long each loop may be silent (seconds), how long words are kept."""

    every: float
    limits: Mapping[str, float]
    keep_words: timedelta


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
            if purged_at is None or now - purged_at >= PURGE_EVERY:
                await _erase(store, now - care.keep_words)
                purged_at = now
        except TemporaryError as error:  # a state that is busy for a moment must not end the daemon
            log.warning("the housekeeping waits", reason=str(error))
        await pause(care.every, stop)


async def _erase(store: Store, before: datetime) -> None:
    erased = await store.tx(retention.purge, before)
    if erased:
        log.info("old words erased", mails=erased)
    while await store.tx(proactive.drop_files) == proactive.AT_ONCE:
        pass  # a transaction each: others want to write meanwhile
