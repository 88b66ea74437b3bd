"""
What is wrong with which loop at present, written down for `status` and the digest as it comes and goes.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable

from responder.adapters.store import Store, health

LIMIT = 30.0
"""Seconds after which the loop says that it lives, though nothing came or went."""


class Troubles:
    """The troubles of all accounts; a loop of no account has those of the account that the operator is told through."""

    def __init__(self, store: Store, accounts: Iterable[str], shared: str) -> None:
        self._store = store
        self._shared = shared
        self._known: dict[str, dict[str, str]] = {name: {} for name in accounts}
        self._smtp_failing: set[str] = set()
        self._news = asyncio.Event()

    def tell(self, part: str, problem: str | None) -> None:
        """Note one loop's trouble, or with None that it is over; `run` writes it down."""
        account = part.split(":")[1] if ":" in part else self._shared
        known = self._known[account]
        if known.get(part) == problem:
            return
        if problem is None:
            del known[part]
        else:
            known[part] = problem
        self._news.set()

    def words(self) -> list[str]:
        """Return every trouble there is, in words."""
        return [words for known in self._known.values() for words in known.values()]

    async def run(self, ticked: Callable[[], None]) -> None:
        """Write troubles down as they come and go, for ever."""
        while True:
            ticked()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LIMIT):
                    await self._news.wait()
            if self._news.is_set():
                self._news.clear()
                await self.write()

    async def write(self) -> None:
        """Write down what is wrong with each account, and that its mail server can be used again."""
        for account, known in self._known.items():
            failing = f"deliver:{account}" in known
            recovered = not failing and account in self._smtp_failing
            state = "failing" if failing else "connected" if recovered else None
            (self._smtp_failing.add if failing else self._smtp_failing.discard)(account)
            await self._store.tx(health.set_health, account, problem="; ".join(known.values()), smtp_state=state)
