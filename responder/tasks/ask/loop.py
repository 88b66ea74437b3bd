"""
The loop: which orders are due a look, what is found of their invoices, and what is decided then.

Three steps, the middle one outside any transaction: how far the orders are; the invoices of those that lack nothing
else; and everything read and decided again, with the mail, the use of its invoice, the order's state and the decision
in one transaction.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.invoices import Found
from responder.adapters.invoices import Invoice as Looked
from responder.adapters.store import Store, feedback_looks, meta, orders
from responder.core.feedback import UNKNOWN_FOR
from responder.tasks.ask.asker import Asker
from responder.tasks.ask.deciding import Candidate, settle, sift

log = structlog.get_logger()

BATCH = 200
TOGETHER = 50
"""Orders decided in one transaction, and never more of their invoices than LOADED bytes in memory."""
LOADED = 16 * 1024 * 1024
LOOK_EVERY = timedelta(minutes=1)
_PART = 500
_REST = timedelta(days=30)
"""What holidays add to twice the working days of transit, at the most."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: how many orders it looked at, how many mails were written, and whether more orders are due."""

    looked: int = 0
    written: int = 0

    @property
    def more(self) -> bool:
        """Whether there may be more to look at."""
        return self.looked > 0


async def turn(store: Store, asker: Asker, clock: Clock) -> Turn:
    """Look at the orders that are due, at most a batch of them."""
    if not asker.policy.enabled:
        return Turn()
    looked, candidates = await store.tx(_first, asker, clock.now())
    written = 0
    without = [each.order_id for each in candidates if not each.looks]
    for start in range(0, len(without), TOGETHER):
        written += await store.tx(settle, asker, dict.fromkeys(without[start : start + TOGETHER]), clock.now())
    held = [each.order_id for each in candidates if each.looks]
    while held:
        found = await asyncio.to_thread(_find, asker, held, clock.now())
        written += await store.tx(settle, asker, found, clock.now())
        held = held[len(found) :]
    return Turn(looked, written)


def _first(conn: Connection, asker: Asker, now: datetime) -> tuple[int, tuple[Candidate, ...]]:
    """Note how far the due orders are; return how many were looked at, and those a mail could be written about."""
    transit = max(asker.policy.transit_days.values(), default=0) * timedelta(days=2) + _REST
    old = feedback_looks.settle_old(conn, asker.account, now, transit=transit, unknown_for=UNKNOWN_FOR)
    if old:
        log.info("orders that are too old to ask about", account=asker.account, orders=old)
    due = orders.due_looks(conn, asker.account, now, BATCH)
    return len(due), sift(conn, asker, due, now)


def _find(asker: Asker, order_ids: Sequence[str], now: datetime) -> Mapping[str, Looked | None]:
    """Return the invoices of the first of these orders, as many as may lie in memory at once."""
    found: dict[str, Looked | None] = {}
    loaded = 0
    for order_id in order_ids[:TOGETHER]:
        looked = asker.invoices.find(order_id, now) if asker.invoices else None
        found[order_id] = looked
        loaded += looked.size if isinstance(looked, Found) else 0
        if loaded >= LOADED:
            break
    return found


async def catch_up(store: Store, asker: Asker, clock: Clock) -> int:
    """Look into the folder and at every order that is due, and return how many mails were written."""
    await store.tx(renewed, asker, clock.now())
    await look_into_folder(store, asker, clock)
    written = 0
    while (done := await turn(store, asker, clock)).more:
        written += done.written
    return written


def renewed(conn: Connection, asker: Asker, now: datetime) -> int:
    """
    At the start: look again at the orders that may still be asked about, where the seller wants something else than
    before, and at those that were decided by a wrong clock.
    """
    key = f"feedback:{asker.account}"
    if not asker.policy.enabled:
        return 0
    if meta.value(conn, key) == asker.fingerprint:
        return feedback_looks.look_at_stray(conn, asker.account, now)
    meta.set_value(conn, key, asker.fingerprint)
    return feedback_looks.look_at_all(conn, asker.account, now - UNKNOWN_FOR - _REST, now)


async def look_into_folder(store: Store, asker: Asker, clock: Clock) -> None:
    """Look again at the held orders whose invoice is new, changed or gone."""
    if asker.invoices is None or not asker.policy.enabled:
        return
    changed = sorted(await asyncio.to_thread(asker.invoices.changed))
    for part in _parts(changed):
        await store.tx(feedback_looks.look_at_held, asker.account, part, clock.now())


def _parts(order_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (order_ids[start : start + _PART] for start in range(0, len(order_ids), _PART))


async def run(
    store: Store,
    askers: Sequence[Asker],
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Ask for ever: look, then sleep until the next look, the next minute or a kick."""
    for asker in askers:
        await store.tx(renewed, asker, clock.now())
    while True:
        ahead = [clock.now() + LOOK_EVERY]
        for asker in askers:
            await look_into_folder(store, asker, clock)
            while (done := await turn(store, asker, clock)).more:
                ticked()
                if done.written:
                    log.info("mails about orders written", account=asker.account, mails=done.written)
                    enqueued(asker.account)
            following = await store.tx(orders.next_look, asker.account) if asker.policy.enabled else None
            ahead += [following] if following is not None else []
        ticked()
        await clock.wait(wake, min(ahead))
