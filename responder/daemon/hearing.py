"""
The loops that find out whether mail still arrives, and the one that says outside of this machine that we live.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from responder.adapters.clock import Clock
from responder.adapters.store import Store, outbox
from responder.daemon.parts import Parts
from responder.tasks import canary, heartbeat, silence

LIMITS = {"canary": 300.0, "silence": 300.0, "heartbeat": 300.0}
"""How long each may stand still, in seconds: they turn twice a minute, and a call ends after ten seconds."""


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

    def inbox(self, account: str, *, reached: bool) -> None:
        """An account's inbox was looked at to its end, or cannot be."""
        if reached:
            self._mailboxes.looked(account)
            self._beat.set()
        else:
            self._mailboxes.failed(account, self._clock.now())

    def kept(self, *, test_mail: bool) -> None:
        """A mail came."""
        (self._canary if test_mail else self._silence).set()

    def left(self, kind: str) -> None:
        """A mail of ours of this kind left; called in the event loop's own thread."""
        if kind == outbox.CANARY:
            self._canary.set()

    def run_canary(self, enqueued: Callable[[str], None], ticked: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        """Return the loop of the test mails."""
        parts = self._parts.canaries
        return lambda: canary.run(self._store, parts, self._clock, wake=self._canary, enqueued=enqueued, ticked=ticked)

    def run_silence(self, looked: Callable[[str], bool], ticked: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        """Return the loop that hears when a mailbox falls silent."""
        parts = self._parts.listening
        return lambda: silence.run(self._store, parts, self._clock, wake=self._silence, looked=looked, ticked=ticked)

    def run_heartbeat(
        self, beating: heartbeat.Beating, ticked: Callable[[str | None], None]
    ) -> Callable[[], Awaitable[None]]:
        """Return the loop that says that we live."""
        return lambda: beating.run(wake=self._beat, ticked=ticked)
