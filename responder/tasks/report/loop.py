"""
When a digest is due, and the mail it becomes.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import structlog
from sqlalchemy import Connection

from responder.adapters import digest_page
from responder.adapters.clock import Clock, elapsed, monotonic
from responder.adapters.store import Store, digests, outages, outbox, rates
from responder.core import compose, wording
from responder.core import operator as operators
from responder.core.digest import Digest
from responder.core.speech import spoken
from responder.tasks.report import told
from responder.tasks.report.due import due_day, next_at
from responder.tasks.report.fitting import fitting
from responder.tasks.report.gathering import gather
from responder.tasks.report.values import Reporter

log = structlog.get_logger()

PATIENCE = 600.0
"""Seconds: a mailbox that is away for longer must not keep the digest from being written."""


async def write_due(store: Store, reporter: Reporter, started_at: datetime, now: datetime) -> int | None:
    """Write the digest that is due, if any, and return its outbox row; its rates are computed before."""
    if await store.tx(_day, reporter, started_at, now) is None:
        return None
    return await store.tx(turn, await with_rates(store, reporter, now), started_at, now)


async def with_rates(store: Store, reporter: Reporter, now: datetime) -> Reporter:
    """Return it with the rates of `now`: of many orders they take a minute, in which nobody else could write."""
    return replace(reporter, rates_known=await rates.measured_apart(store, reporter.rates, now))


def turn(conn: Connection, reporter: Reporter, started_at: datetime, now: datetime) -> int | None:
    """Write the digest that is due, if any, and return its outbox row."""
    day = _day(conn, reporter, started_at, now)
    return None if day is None else write(conn, reporter, day, now)


def _day(conn: Connection, reporter: Reporter, started_at: datetime, now: datetime) -> date | None:
    last = digests.last_digest(conn)
    return due_day(reporter, last.day if last else None, started_at, now)


def write(conn: Connection, reporter: Reporter, day: date, now: datetime) -> int | None:
    """Enqueue the digest of `day`; None when that day has one."""
    outbox_id = _enqueue(conn, reporter, f"digest:{day.isoformat()}", now)
    if outbox_id is not None:
        digests.insert_digest(conn, day, outbox_id, now)
        outages.told(conn)
    return outbox_id


def write_extra(conn: Connection, reporter: Reporter, now: datetime) -> int | None:
    """
    Enqueue a digest that was asked for; the daily ones come as ever. None when this second has one.

    Its subject has the time: Gmail hides what repeats under the subject of the daily one.
    """
    at = wording.clock(now, reporter.operator.zone)
    return _enqueue(conn, reporter, f"digest:extra:{now.isoformat(timespec='seconds')}", now, at)


def page(conn: Connection, reporter: Reporter, now: datetime) -> Digest:
    """Return the digest as it would be written now; looking at it tells nobody anything."""
    with spoken(reporter.operator.speech):
        return fitting(gather(conn, reporter, now, looking=True))[1]


def _enqueue(conn: Connection, reporter: Reporter, key: str, now: datetime, at: str = "") -> int | None:
    with spoken(reporter.operator.speech):
        facts, written = fitting(gather(conn, reporter, now))
    mail = operators.write(
        reporter.operator,
        compose.DIGEST,
        key,
        now,
        subject=f"{written.subject} {at}".rstrip(),
        text=digest_page.text(written),
        html=digest_page.html(written),
    )
    to = reporter.operator
    return outbox.enqueue_for_operator(conn, to.account, mail, to.email, now, told.payload(conn, reporter, facts, now))


async def run(
    store: Store,
    reporter: Reporter,
    started_at: datetime,
    clock: Clock,
    *,
    wake: asyncio.Event,
    looked: Callable[[], bool],
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """
    Write a digest each day, for ever.

    The first one waits until every mailbox was `looked` at, `PATIENCE` at most: after an outage it tells of what came.
    """
    patient_until, waits, turned_at = monotonic() + PATIENCE, True, elapsed()
    while True:
        now, slept_since, turned_at = clock.now(), turned_at, elapsed()
        if turned_at - slept_since > outages.NOTICEABLE.total_seconds():  # the machine slept: this digest says so
            await store.tx(outages.begin, now)
        waits = waits and not looked() and monotonic() < patient_until
        outbox_id = None if waits else await write_due(store, reporter, started_at, now)
        if outbox_id is not None:
            log.info("digest written", outbox=outbox_id)
            enqueued(reporter.operator.account)
        ticked()
        await clock.wait(wake, next_at(reporter, now))
