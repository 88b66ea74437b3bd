"""
The watch over an account's health: what its orders settled, then late orders, bad feedback and rates, each told once.

The question is "what is new since last time?", answered from rows, so a restart catches up and tells nothing twice.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, notices
from responder.tasks.account_health import bad_feedback, late, rates
from responder.tasks.account_health.values import Watch

log = structlog.get_logger()

LOOK_EVERY = timedelta(minutes=15)
"""How long at the most until the next look: facts come in by other ways than those that kick."""
_TURNS = (("late orders", late), ("bad feedback", bad_feedback))
_AHEAD = (late, bad_feedback, rates)


def settle(conn: Connection, watch: Watch, now: datetime) -> int:
    """Settle the notices whose orders were shipped or cancelled meanwhile, and return how many there were."""
    return sum(len(notices.settle_by_orders(conn, shop.account, now)) for shop in watch.shops)


async def turn(store: Store, watch: Watch, clock: Clock) -> int:
    """Look at everything once, each in transactions of its own, and return how many mails were written."""
    await store.tx(settle, watch, clock.now())
    written = 0
    for what, task in _TURNS:
        written += _told(what, await store.tx(task.turn, watch, clock.now()))
    return written + _told("rates", await rates.turn(store, watch, clock.now()))


def _told(what: str, outbox_id: int | None) -> bool:
    if outbox_id is not None:
        log.info("told the operator", about=what, outbox=outbox_id)
    return outbox_id is not None


def next_at(conn: Connection, watch: Watch, now: datetime) -> datetime:
    """Return when the next look is due."""
    ahead = (task.next_at(conn, watch, now) for task in _AHEAD)
    return min((at for at in ahead if at is not None and at > now), default=now + LOOK_EVERY)


async def run(
    store: Store,
    watch: Watch,
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Watch for ever: look, then sleep until something is due or a kick."""
    while True:
        if await turn(store, watch, clock):
            enqueued(watch.operator.account)
        ticked()
        now = clock.now()
        await clock.wait(wake, min(now + LOOK_EVERY, await store.tx(next_at, watch, now)))
