"""
The status page, built from the configuration: what it knows, what only this process can say, and where it listens.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from responder import __version__
from responder.adapters.clock import Clock
from responder.adapters.store import Store
from responder.config.http_checks import Address, address
from responder.config.rates import measured_of
from responder.core.troubles import Room
from responder.daemon.parts import Parts
from responder.status_page import Facts, Turn, Vitals
from responder.tasks.maintain import Pulse

NAME = "status_page"
LIMITS = {NAME: 300.0}
"""How long it may stand still, in seconds: it turns twice a minute."""
MARGIN = timedelta(minutes=5)


def facts(parts: Parts) -> Facts:
    """Return what the pages are made from besides the state."""
    config = parts.loaded.config
    rounds = [account.imap.idle_round for account in config.accounts]
    return Facts(
        operator=parts.operator,
        accounts=tuple(account.name for account in parts.accounts),
        calendar=parts.planner.calendar,
        answer_within=parts.planner.answer_within,
        version=__version__,
        snippets=config.operator.digest.snippets,
        dry_run=config.dry_run,
        rates=measured_of(parts.loaded),
        hosts=config.http.hosts,
        contact_within=config.operator.unreachable_after + max(rounds) + MARGIN,
    )


class Showing:
    """The page of one daemon, and what it counts for it."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, pulse: Pulse, limits: Mapping[str, float]) -> None:
        self._parts = parts
        self._store = store
        self._clock = clock
        self._pulse = pulse
        self._limits = limits
        self._lost: Counter[str] = Counter()
        self.address: Address | None = address(parts.loaded.config.http.listen)

    def lost(self, account: str) -> None:
        """A connection to the account's mailbox was lost, or could not be opened."""
        self._lost[account] += 1

    def run(
        self, at: Address, room: Callable[[], Room | None], ticked: Callable[[], None]
    ) -> Callable[[], Awaitable[None]]:
        """Return the loop that serves the page."""
        from responder.status_page import server  # noqa: PLC0415 - aiohttp's third of a second, for those who use it

        vitals = Vitals(turns=self._turns, reconnects=self._lost, disk_used=lambda: _used(room()))

        async def run() -> None:
            await server.run(
                self._store, facts(self._parts), self._clock, (at.host, at.port), vitals=vitals, ticked=ticked
            )

        return run

    def _turns(self) -> Sequence[Turn]:
        return [Turn(name, ago, limit) for name, ago, limit in self._pulse.turns(self._limits)]


def _used(room: Room | None) -> float | None:
    return None if room is None or not room.whole else 1 - room.free / room.whole
