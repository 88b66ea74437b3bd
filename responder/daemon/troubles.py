"""
What is wrong with which loop at present, written down as it comes and goes: in words, and as troubles with a beginning.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, health, troubles
from responder.core.troubles import SEEN_BY_LOOPS, Cause, Fault, Looked, TroubleKind, looked, replaced
from responder.daemon.parts import Parts
from responder.daemon.unwritable import Unwritable
from responder.errors import TemporaryError

log = structlog.get_logger()

LIMIT = 30.0
"""Seconds after which the loop says that it lives, though nothing came or went."""


class Troubles:
    """The troubles of all accounts; a loop of no account has those of the account that the operator is told through."""

    def __init__(self, store: Store, parts: Parts, clock: Clock, written: Callable[[], None]) -> None:
        self._store = store
        self._shared = parts.operator.account
        self._clock = clock
        self._written = written
        self._accounts = tuple(account.name for account in parts.accounts)
        self._unwritable = Unwritable(parts, store, clock)
        self._parts: dict[str, Fault | None] = {}
        self._turning: set[str] = set()
        self._smtp_failing: set[str] = set()
        self._news = asyncio.Event()

    def tell(self, part: str, problem: Fault | str | None) -> None:
        """Note one loop's trouble, or with None that it is over; `run` writes it down."""
        fault = Fault(problem) if isinstance(problem, str) else problem
        if part in self._parts and self._parts[part] == fault:
            return
        self._parts[part] = fault
        self._turning.discard(part)
        self._news.set()

    def turned(self, part: str) -> None:
        """Note that a loop turns, which says nothing of its server: only a failure of its own is over by that."""
        fault = self._parts.get(part)
        if fault is not None and fault.cause is Cause.FAILED:
            del self._parts[part]
            self._turning.add(part)
            self._news.set()

    def words(self) -> list[str]:
        """Return every trouble there is, in words."""
        return [
            f"{self._of(part)}: {_words(part, fault)}" if ":" in part else fault.words
            for part, fault in self._parts.items()
            if fault is not None
        ]

    async def run(self, ticked: Callable[[], None]) -> None:
        """Write troubles down as they come and go, for ever."""
        while True:
            ticked()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LIMIT):
                    await self._news.wait()
            if self._news.is_set():
                self._news.clear()
                await self._write()

    async def _write(self) -> None:
        try:
            await self.write()
        except TemporaryError as error:
            self._news.set()  # it is written when the state can be written again
            await self._unwritable.failed(str(error))
            raise
        await self._unwritable.worked()

    async def write(self) -> None:
        """Write down what is wrong with each account, and that its mail server can be used again."""
        for account in self._accounts:
            known = {part: fault for part, fault in self._parts.items() if fault and self._of(part) == account}
            failing = f"deliver:{account}" in known
            recovered = not failing and account in self._smtp_failing
            state = "failing" if failing else "connected" if recovered else None
            (self._smtp_failing.add if failing else self._smtp_failing.discard)(account)
            problem = "; ".join(_words(part, fault) for part, fault in known.items())
            await self._store.tx(health.set_health, account, problem=problem, smtp_state=state)
        seen = looked(self._parts, self._shared, self._turning)
        for account, kind, key, words in await self._store.tx(_keep, seen, self._clock.now()):
            # What an exception says may quote a mail; its kind is in the line of the loop that failed.
            reason = None if kind == TroubleKind.TASK else words
            log.error("a trouble began", account=account, kind=kind, key=key, reason=reason)
        self._written()

    def _of(self, part: str) -> str:
        return part.split(":")[1] if ":" in part else self._shared


def _words(part: str, fault: Fault) -> str:
    """Return a fault with the folder it is about."""
    return f"{part.rsplit(':', maxsplit=1)[-1]}: {fault.words}" if part.startswith("folder:") else fault.words


def _keep(conn: Connection, seen: Looked, now: datetime) -> list[tuple[str, str, str, str]]:
    """Begin the troubles that are seen, end those of places that are well, and return what is new."""
    lasting = troubles.lasting(conn, SEEN_BY_LOOPS)
    forgotten = replaced(lasting, seen.troubles)
    if forgotten:
        troubles.end(conn, [each.id for each in forgotten], now)
    for each in lasting:
        if seen.ends(each):
            troubles.over(conn, each.account, each.kind, each.key, now)
    away = {each.place: each.lasted(now) for each in forgotten}
    return [
        (each.account, str(each.kind), each.key, each.words)
        for each in seen.troubles
        if troubles.begin(
            conn, each.account, each.kind, each.key, each.words, now,
            again_at=each.again_at, away=away.get((each.account, each.key), timedelta(0)),
        )
    ]  # fmt: skip
