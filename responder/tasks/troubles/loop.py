"""
The loop: look what is wrong, end what is over, tell what is to be told, and see that it can leave.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store
from responder.tasks.troubles import elsewhere, found, telling
from responder.tasks.troubles.values import Guard, Turned

log = structlog.get_logger()


def turn(conn: Connection, guard: Guard, now: datetime) -> Turned:
    """Do all of it once, in one transaction."""
    found.notice(conn, guard, now)
    telling.settle(conn, guard, now)
    outbox_id = telling.tell(conn, guard, now)
    return Turned(outbox_id, elsewhere.move(conn, guard, now))


async def run(
    store: Store,
    guard: Guard,
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Do it for ever: at the next point in time, after a kick, and every half minute."""
    while True:
        now = clock.now()
        turned = await store.tx(turn, guard, now)
        if turned.outbox_id is not None:
            enqueued(guard.operator.account)
        for account in turned.moved_to:
            enqueued(account)
        ticked()
        await clock.wait(wake, await store.tx(telling.next_at, guard, now))
