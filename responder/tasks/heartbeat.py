"""
The heartbeat: a service outside hears from us after each successful look into every mailbox, and tells when we stop.

Nothing waits for it: a service that cannot be reached is told once, and the daemon goes on.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from responder.adapters.clock import Clock
from responder.core.heartbeat import Signal

log = structlog.get_logger()

LOOK_EVERY = timedelta(minutes=1)


class Caller(Protocol):
    """Whom we call (adapters.heartbeat)."""

    async def call(self, signal: Signal, reason: str = "") -> str | None:
        """Send one signal; return what went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """At most how often we call, and how long a mailbox may be out of reach before that is a failure."""

    service: Caller
    every: timedelta
    unreachable_after: timedelta


class Mailboxes:
    """Which mailboxes were looked at since the last call, and which cannot be."""

    def __init__(self, accounts: Iterable[str]) -> None:
        self._accounts = frozenset(accounts)
        self._looked: set[str] = set()
        self._failing: dict[str, datetime] = {}

    def looked(self, account: str) -> None:
        """Note a whole successful look into the account's inbox."""
        self._failing.pop(account, None)
        self._looked.add(account)

    def failed(self, account: str, at: datetime) -> None:
        """Note that the account's inbox could not be looked at."""
        self._failing.setdefault(account, at)
        self._looked.discard(account)

    def all_looked(self) -> bool:
        """Return whether every mailbox was looked at since `begin_again`."""
        return self._looked == self._accounts

    def begin_again(self) -> None:
        """Count from now on."""
        self._looked.clear()

    def out_of_reach(self, since: datetime) -> tuple[str, ...]:
        """Return the accounts that have failed since then or longer."""
        return tuple(sorted(account for account, at in self._failing.items() if at <= since))


class Beating:
    """What was said last; `turn` says what is due, `run` is for ever."""

    def __init__(
        self, settings: Heartbeat, mailboxes: Mailboxes, clock: Clock, *, still: Callable[[], Iterable[str]]
    ) -> None:
        self._settings = settings
        self._mailboxes = mailboxes
        self._clock = clock
        self._still = still
        self._started = False
        self._alive_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._reason = ""
        self._problem: str | None = None

    @property
    def problem(self) -> str | None:
        """What is wrong with the service itself, in words."""
        return self._problem

    async def run(self, *, wake: asyncio.Event, ticked: Callable[[str | None], None]) -> None:
        """Say what is due for ever; `wake` is set after each look into a mailbox, `ticked` hears of trouble with it."""
        while True:
            await self.turn()
            ticked(self._problem)
            await self._clock.wait(wake, self._clock.now() + LOOK_EVERY)

    async def turn(self) -> Signal | None:
        """Make at most one call and return what was said."""
        now = self._clock.now()
        if not self._started:
            self._started = True
            return await self._call(Signal.START)
        reason = self._failing(now)
        if reason:
            return await self._fail(reason, now)
        if not self._mailboxes.all_looked() or not self._due(self._alive_at, now):
            return None
        self._mailboxes.begin_again()
        self._alive_at, self._failed_at = now, None
        return await self._call(Signal.ALIVE)

    async def once(self) -> Signal:
        """Say how one round over every mailbox went, for a daemon that ends with it."""
        now = self._clock.now()
        away = self._mailboxes.out_of_reach(now)
        if away or not self._mailboxes.all_looked():
            return await self._call(Signal.FAIL, _away(away) or "not every mailbox was looked at")
        return await self._call(Signal.ALIVE)

    def _due(self, last_at: datetime | None, now: datetime) -> bool:
        """Return whether a call may be made again; a clock that was set back is no reason to be silent."""
        return last_at is None or not last_at <= now < last_at + self._settings.every

    async def _fail(self, reason: str, now: datetime) -> Signal | None:
        if not self._due(self._failed_at, now) and reason == self._reason:
            return None
        self._failed_at, self._reason = now, reason
        return await self._call(Signal.FAIL, reason)

    def _failing(self, now: datetime) -> str:
        """Return what is wrong, in our own words: nothing of a mail or a server's answer leaves this machine."""
        still = [f"a loop stands still: {name}" for name in self._still()]
        away = self._mailboxes.out_of_reach(now - self._settings.unreachable_after)
        return "\n".join([*still, _away(away)]).strip()

    async def _call(self, signal: Signal, reason: str = "") -> Signal:
        before, self._problem = self._problem, await self._settings.service.call(signal, reason)
        if self._problem is not None and before is None:
            log.warning("the heartbeat was not heard", reason=self._problem)
        elif self._problem is None and before is not None:
            log.info("the heartbeat is heard again")
        return signal


def _away(accounts: Iterable[str]) -> str:
    return "\n".join(f"the mailbox of {account} cannot be reached" for account in accounts)
