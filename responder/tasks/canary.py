"""
The test mail to each watched mailbox: sent when it is due, and missed when it does not arrive.

What it finds is a trouble of the account; it is over when one arrives. Nothing is sent twice: the next one asks the
same.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, canaries, troubles
from responder.core import canary
from responder.core.operator import Operator
from responder.core.troubles import TroubleKind

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watched:
    """A mailbox that gets a test mail, by its account: its address, and the folder mail arrives in."""

    account: str
    address: str
    inbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """How often each mailbox gets one (None: never), and how long it may be on its way."""

    operator: Operator
    mailboxes: tuple[Watched, ...]
    every: timedelta | None
    within: timedelta


def turn(conn: Connection, settings: Canaries, looked: Callable[[str], bool], now: datetime) -> dict[str, int]:
    """
    Look after every mailbox; return the mails that were made, by account.

    Only in a mailbox that was looked at is a mail missing: after a start, or while it is away, it may lie there.
    """
    made = {}
    for mailbox in settings.mailboxes:
        last = canaries.last(conn, mailbox.account)
        _judge(conn, settings, mailbox, last, now, looked=looked(mailbox.account))
        if settings.every is not None and canary.due_at(last, settings.every, now) <= now:
            operator = replace(settings.operator, account=mailbox.account)
            mail = canary.written(operator, mailbox.address, now)
            outbox_id = canaries.send(conn, mailbox.account, mail, mailbox.address, now)
            if outbox_id is not None:
                made[mailbox.account] = outbox_id
    return made


def next_at(conn: Connection, settings: Canaries, now: datetime) -> datetime | None:
    """Return when there is something to do again; None: only when it is woken."""
    if settings.every is None:
        return None
    lasts = [last for each in settings.mailboxes if (last := canaries.last(conn, each.account)) is not None]
    late = [at for last in lasts if (at := canary.late_at(last, settings.within)) is not None and at > now]
    return min((*(canary.due_at(last, settings.every, now) for last in lasts), *late), default=None)


async def run(
    store: Store,
    settings: Canaries,
    clock: Clock,
    *,
    wake: asyncio.Event,
    looked: Callable[[str], bool],
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Look after the test mails for ever; `wake` is set when one left or arrived, or a mailbox was looked at again."""
    while True:
        for account, outbox_id in (await store.tx(turn, settings, looked, clock.now())).items():
            log.info("test mail written", account=account, outbox=outbox_id)
            enqueued(account)
        ticked()
        await clock.wait(wake, await store.tx(next_at, settings, clock.now()))


def _judge(
    conn: Connection, settings: Canaries, mailbox: Watched, last: canary.Canary | None, now: datetime, *, looked: bool
) -> None:
    """Begin or end the account's trouble; while one is on its way, an earlier one's trouble lasts."""
    problem = None
    if settings.every is not None and last is not None:
        problem = canary.problem(last, settings.within, mailbox.inbox, settings.operator.zone, now)
    if problem is not None:
        missing = last is not None and last.sent_at is not None and last.arrived_at is None
        if missing and not looked:
            return
        if troubles.begin(conn, mailbox.account, TroubleKind.CANARY, "", problem, now):
            log.error("a trouble began", account=mailbox.account, kind=str(TroubleKind.CANARY), key="", reason=problem)
    elif settings.every is None or (last is not None and last.arrived_at is not None):
        troubles.over(conn, mailbox.account, TroubleKind.CANARY, "", now)
