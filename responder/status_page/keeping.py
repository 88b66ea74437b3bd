"""
The rates as they were computed last: a request never waits for them, since of 200,000 orders they take seconds.

They are computed again only when somebody looked, and not more often than every few minutes.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from responder.adapters.clock import Clock
from responder.adapters.store import Reader
from responder.adapters.store import rates as stored
from responder.adapters.store.rates import Measured
from responder.core.metrics import Rate
from responder.errors import ResponderError

log = structlog.get_logger()

FRESH = timedelta(minutes=5)
LIMIT = 120.0
"""Seconds that reading the orders of one store may take."""
PATIENCE = 2.0


class Rates:
    """What was computed, and that it is wanted anew."""

    def __init__(self, reader: Reader, measured: Measured, clock: Clock) -> None:
        self._reader = reader
        self._measured = measured
        self._clock = clock
        self._asked = asyncio.Event()
        self._known = asyncio.Event()
        self._found: Sequence[Rate] | None = None
        self.computed_at: datetime | None = None

    def wanted(self) -> Sequence[Rate] | None:
        """Return what is known, and ask for newer ones where that is old; None: nothing was computed yet."""
        if self.computed_at is None or self._clock.now() - self.computed_at >= FRESH:
            self._asked.set()
        return self._found

    async def soon(self) -> Sequence[Rate] | None:
        """As `wanted`; the first who asks waits for a moment, which is enough for most shops."""
        if (found := self.wanted()) is not None:
            return found
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._known.wait()
        return self._found

    async def run(self) -> None:
        """Compute what is asked for, for ever."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self.compute()
            except ResponderError as error:
                log.warning("the rates for the status page cannot be computed", reason=str(error))

    async def compute(self) -> None:
        """Compute the rates now: each store is read by itself, and what takes longest reads nothing."""
        now, found, measured = self._clock.now(), list[Rate](), self._measured
        for account, stores in measured.shops.items():
            for store in stores:
                found += await self._of(account, store, now)
        self._found, self.computed_at = tuple(found), now
        self._known.set()

    async def _of(self, account: str, store: str, now: datetime) -> Sequence[Rate]:
        rules, zone = self._measured.rules, self._measured.zones[store]
        known = await self._reader.read_within(LIMIT, lambda conn: stored.known(conn, account, store, rules, zone, now))
        return await asyncio.to_thread(stored.computed, known, rules, now)
