"""
The seller's calendar over time: kept as it was resolved, compared when it is resolved again, and swept before closing.

Each is done once, whatever is restarted: the days, what is told of them, and the warnings before windows are rows.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, calendar_days, decisions, notice_rows, notices, outbox, sweeps, threads
from responder.core import alerts, calendars, compose, resolved, sweep
from responder.core import operator as operators
from responder.core.calendars import Calendar
from responder.core.digest import Notice, OpenThread
from responder.core.operator import Operator
from responder.core.resolved import MadeFrom, ResolvedDay
from responder.core.speech import spoken
from responder.core.unattended import AHEAD, Unattended, unattended

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """The calendar, what it was made from, and how long before a closing somebody is told."""

    operator: Operator
    calendar: Calendar
    made_from: MadeFrom
    answer_within: timedelta
    warn_closing: timedelta


@dataclass(frozen=True, slots=True)
class Renewed:
    """What is different from the calendar as it was kept; `told` is what the digest says of it."""

    changes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def today(planner: Planner, now: datetime) -> tuple[ResolvedDay, ...]:
    """Return the calendar as it resolves from the local day of `now` on."""
    return resolved.resolved(planner.calendar, now.astimezone(planner.calendar.timezone).date())


def renew(conn: Connection, planner: Planner, days: Sequence[ResolvedDay], now: datetime) -> Renewed:
    """Keep the calendar as resolved now, set the warnings before its windows, and return what changed, and why."""
    sweeps.follow(conn, dict(_sweeps(planner, now)))
    before = calendar_days.made_from(conn)
    found = resolved.changes(calendar_days.days(conn), days)
    calendar_days.replace(conn, days, planner.made_from)
    if before is None or before.fingerprint != planner.made_from.fingerprint:
        return Renewed(found)
    told = resolved.news(found, before, planner.made_from)
    if told:
        changed = decisions.Decision(at=now, action=decisions.CALENDAR_CHANGED, detail={"words": list(told)})
        decisions.decide(conn, changed)
    return Renewed(found, told)


def fire(conn: Connection, planner: Planner, now: datetime) -> tuple[int, ...]:
    """Write the warnings that are due about windows which have not begun; return their outbox rows."""
    fired = {timer.key for timer in sweeps.fire_due(conn, now)}
    if not fired:
        return ()
    written = (_write(conn, planner, each, now) for each in _coming(planner, now) if sweep.key(each) in fired)
    return tuple(each for each in written if each is not None)


def _coming(planner: Planner, now: datetime) -> Iterator[Unattended]:
    """Yield the windows that have not begun."""
    found = unattended(planner.calendar, now, AHEAD, planner.answer_within)
    return (window for window in found if window.from_at > now)


def _sweeps(planner: Planner, now: datetime) -> Iterator[tuple[str, datetime]]:
    for window in _coming(planner, now):
        at = sweep.sweep_at(planner.calendar, window, planner.warn_closing)
        if at is not None:
            yield sweep.key(window), at


def _write(conn: Connection, planner: Planner, window: Unattended, now: datetime) -> int | None:
    to = planner.operator
    with spoken(to.speech):
        found = sweep.alert(window, _waiting(conn, window, now), now=now, zone=to.zone, hosts=to.hosts)
    key = f"alert:{sweep.key(window)}"
    mail = operators.write(to, compose.ALERT, key, now, subject=found.subject, text=found.text)
    return outbox.enqueue_for_operator(conn, to.account, mail, to.email, now)


def _waiting(conn: Connection, window: Unattended, now: datetime) -> tuple[OpenThread | Notice, ...]:
    """Return what is open and due before anyone is back, and threads that are late; a forgery rings no alarm."""
    until_at = window.until_at
    due = notices.notices_due(conn, now, until_at)
    false_threads, false_notices = sweeps.forged_threads(conn), sweeps.forged_notices(conn, [each.id for each in due])
    open_ = [each for each in threads.threads(conn, open=True) if each.id not in false_threads]
    found: list[OpenThread | Notice] = [
        *filter(None, (operators.waiting(each, messages=each.messages) for each in open_)),
        *notice_rows.rows(conn, [each for each in due if each.id not in false_notices]),
    ]
    ends = ((each, alerts.ends_at(each)) for each in found)
    return tuple(each for each, end in ends if end is not None and (until_at is None or end < until_at))


async def turn(store: Store, planner: Planner, now: datetime, *, renews: bool = True) -> tuple[int, ...]:
    """Keep the calendar if it `renews`, write the warnings that are due, and return their outbox rows."""
    if renews:
        _tell(await store.tx(renew, planner, today(planner, now), now), planner.made_from)
    rows = await store.tx(fire, planner, now)
    for outbox_id in rows:
        log.info("warned before a closing", outbox=outbox_id)
    return rows


def _tell(found: Renewed, made_from: MadeFrom) -> None:
    first = list(found.changes[: resolved.SHOWN])
    if found.told:
        log.warning(
            "calendar data changed",
            changes=len(found.changes),
            first=first,
            holidays=made_from.holidays,
            time_zones=made_from.tzdata,
        )
    elif found.changes:
        log.info("the calendar was changed by the configuration", changes=len(found.changes), first=first)


async def run(
    store: Store,
    planner: Planner,
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Renew at once and on every new day, warn when it is time, for ever."""
    renewed_on = None
    while True:
        now = clock.now()
        local = now.astimezone(planner.calendar.timezone).date()
        if await turn(store, planner, now, renews=local != renewed_on):
            enqueued(planner.operator.account)
        renewed_on = local
        ticked()
        _, midnight = calendars.next_daily(now, time(0), planner.calendar.timezone)
        following = await store.tx(sweeps.next_at)
        await clock.wait(wake, min(filter(None, (midnight, following))))
