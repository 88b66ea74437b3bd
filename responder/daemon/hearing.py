"""
The loops that find out whether mail still arrives, and the one that says outside of this machine that we live.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from responder.adapters.clock import Clock
from responder.adapters.store import Store, outbox
from responder.daemon.parts import Parts
from responder.tasks import canary, heartbeat, silence

LIMITS = {"canary": 300.0, "silence": 300.0, "heartbeat": 300.0}
"""How long each may stand still, in seconds: they turn twice a minute, and a call ends after ten seconds."""

Loop = tuple[str, Callable[[], Awaitable[None]]]


class Turned(Protocol):
    """How a loop says that it turned."""

    def __call__(self, problem: str | None = None) -> None:
        """It lives, and has this trouble, or none."""


class Hearing:
    """What the folders, and the mail that left, tell these loops."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, still: Callable[[], Iterable[str]]) -> None:
        self._parts = parts
        self._store = store
        self._clock = clock
        self._canary = asyncio.Event()
        self._silence = asyncio.Event()
        self._beat = asyncio.Event()
        self._mailboxes = heartbeat.Mailboxes(account.name for account in parts.accounts)
        self.beating: heartbeat.Beating | None = None
        if parts.heartbeat is not None:
            self.beating = heartbeat.Beating(parts.heartbeat, self._mailboxes, clock, still=still)

    def looked(self, account: str, *, first: bool) -> None:
        """An account's inbox was looked at to its end, for the first time since it was reached or once more."""
        self._mailboxes.looked(account)
        self._beat.set()
        if first:  # what was not there can be missed from now on
            self._canary.set()
            self._silence.set()

    def lost(self, account: str) -> None:
        """An account's inbox cannot be looked at."""
        self._mailboxes.failed(account, self._clock.now())

    def kept(self, *, test_mail: bool) -> None:
        """A mail came."""
        (self._canary if test_mail else self._silence).set()

    def left(self, kind: str) -> None:
        """A mail of ours of this kind left; called in the event loop's own thread."""
        if kind == outbox.CANARY:
            self._canary.set()

    def loops(
        self, looked: Callable[[str], bool], enqueued: Callable[[str], None], turned: Callable[[str], Turned]
    ) -> list[Loop]:
        """Return every one of them; `looked` says whether an inbox was looked at since it was reached."""
        found = [
            ("canary", self._run_canary(looked, enqueued, turned("canary"))),
            ("silence", self._run_silence(looked, turned("silence"))),
        ]
        if self.beating is not None:
            found.append(("heartbeat", self._run_heartbeat(self.beating, turned("heartbeat"))))
        return found

    def _run_canary(
        self, looked: Callable[[str], bool], enqueued: Callable[[str], None], turned: Turned
    ) -> Callable[[], Awaitable[None]]:
        return lambda: canary.run(
            self._store,
            self._parts.canaries,
            self._clock,
            wake=self._canary,
            looked=looked,
            enqueued=enqueued,
            ticked=turned,
        )

    def _run_silence(self, looked: Callable[[str], bool], turned: Turned) -> Callable[[], Awaitable[None]]:
        parts = self._parts.listening
        return lambda: silence.run(self._store, parts, self._clock, wake=self._silence, looked=looked, ticked=turned)

    def _run_heartbeat(self, beating: heartbeat.Beating, turned: Turned) -> Callable[[], Awaitable[None]]:
        return lambda: beating.run(wake=self._beat, ticked=turned)
