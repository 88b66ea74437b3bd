"""
What is due now: the warnings before a deadline, as one alert to the operator.

The question is "what is due since last time?", so a restart catches up; warnings that fall together make one mail, and
what an outage moved into the night waits for the morning where it can.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, cancelling, notice_rows, notices, outbox, threads, timers
from responder.core import alerts, compose, notice_life, waking
from responder.core import operator as operators
from responder.core.alarms import OVER, PROMISES, TOGETHER, WARNINGS, can_wait
from responder.core.digest import Notice, OpenThread
from responder.core.operator import Operator
from responder.core.speech import spoken
from responder.core.threads import ThreadState

log = structlog.get_logger()


def turn(conn: Connection, operator: Operator, now: datetime) -> int | None:
    """Fire every timer that is due and write one alert about what still waits; return its outbox row."""
    _let_sleep(conn, operator, now)
    fired = timers.fire_due(conn, now, early=WARNINGS, ahead=TOGETHER)
    waiting: list[OpenThread | Notice] = [*_threads(conn, operator, fired), *_notices(conn, fired)]
    if not waiting:
        return None
    with spoken(operator.speech):
        alert = alerts.deadlines(waiting, now=now, zone=operator.zone, hosts=operator.hosts)
    key = f"alert:{fired[0].id}:{fired[0].due_at.isoformat()}"  # a timer rings once: no other alert begins with it
    mail = operators.write(operator, compose.ALERT, key, now, subject=alert.subject, text=alert.text)
    told = [each.id for each in alerts.shown(waiting, now) if isinstance(each, Notice)]
    payload = {"notice_ids": told} if told else {}
    return outbox.enqueue_for_operator(conn, operator.account, mail, operator.email, now, payload)


def _let_sleep(conn: Connection, operator: Operator, now: datetime) -> None:
    """Put off until morning what is due in the night and can wait: it was meant for a waking hour."""
    if waking.is_waking(operator.waking, now):
        return
    ids = [
        timer.id
        for timer in timers.due_timers(conn, now)
        if can_wait(operator.waking, now, _end(conn, timer), overdue=timer.kind in OVER)
    ]
    timers.put_off(conn, ids, waking.next_waking(operator.waking, now))


def _end(conn: Connection, timer: timers.Timer) -> datetime | None:
    """Return when the clock ends that a timer warns of."""
    if timer.thread_id is not None:
        thread = threads.thread(conn, timer.thread_id)
        return None if thread is None else thread.promise_at if timer.kind in PROMISES else thread.due_at
    notice = notices.notice(conn, timer.notice_id) if timer.notice_id is not None else None
    return notice.due_at if notice else None


def _threads(conn: Connection, operator: Operator, fired: Sequence[timers.Timer]) -> Iterator[OpenThread]:
    """Yield the threads the fired timers warn of, once each, without what was answered meanwhile."""
    for thread_id in dict.fromkeys(timer.thread_id for timer in fired if timer.thread_id is not None):
        thread = threads.thread(conn, thread_id)
        if thread is not None and thread.state is ThreadState.OPEN:
            told = operators.waiting(thread, messages=thread.messages)
            if told is not None:
                yield replace(told, cancelling=cancelling.wish(conn, thread, operator.cancelling))


def _notices(conn: Connection, fired: Sequence[timers.Timer]) -> tuple[Notice, ...]:
    """Return the notices they warn of; a line in a digest ends no clock, only a person who confirms it does."""
    ids = dict.fromkeys(timer.notice_id for timer in fired if timer.notice_id is not None)
    found = (notices.notice(conn, notice_id) for notice_id in ids)
    return notice_rows.rows(conn, [each for each in found if each is not None and notice_life.waits(each)])


async def run(
    store: Store,
    operator: Operator,
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Warn for ever: look, then sleep until the next due instant or a kick."""
    while True:
        outbox_id = await store.tx(turn, operator, clock.now())
        if outbox_id is not None:
            log.info("warned of deadlines", outbox=outbox_id)
            enqueued(operator.account)
        ticked()
        following = await store.tx(timers.next_timer)
        await clock.wait(wake, following)
