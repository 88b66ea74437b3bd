"""
What is due now: the warnings before a deadline, as one alert to the operator.

The question is "what is due since last time?", so a restart catches up; warnings that fall together make one mail.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, notices, outbox, threads, timers
from responder.adapters.store.meta import Instance
from responder.core import alerts, compose
from responder.core.digest import OpenThread
from responder.core.threads import Thread, ThreadState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whom the daemon tells, in whose name it writes, and in which time zone."""

    email: str
    account: str
    from_address: str
    from_name: str
    instance: Instance
    zone: ZoneInfo
    hosts: Mapping[str, str]


def turn(conn: Connection, operator: Operator, now: datetime) -> int | None:
    """Fire every timer that is due and write one alert about what still waits; return its outbox row."""
    fired = timers.fire_due(conn, now)
    waiting = _waiting(conn, fired)
    if not waiting:
        return None
    alert = alerts.deadlines(tuple(waiting), now=now, zone=operator.zone, hosts=operator.hosts)
    key = f"alert:{':'.join(str(timer.id) for timer in fired)}"
    return write(conn, operator, key, alert, now)


def write(conn: Connection, operator: Operator, key: str, alert: alerts.Alert, now: datetime) -> int | None:
    """Enqueue an alert to the operator; None when `key` was used before."""
    message_id = compose.message_id(operator.instance.secret, key, operator.from_address.rpartition("@")[2])
    raw = compose.finished(
        compose.Outgoing(
            kind=compose.ALERT,
            to=operator.email,
            from_=operator.from_address,
            from_name=operator.from_name,
            subject=alert.subject,
            body=alert.text,
            message_id=message_id,
            date_at=now.astimezone(operator.zone),
            instance=operator.instance.id,
            language="en",
        )
    )
    new = outbox.NewOutbox(
        account=operator.account,
        idem_key=key,
        message_id=message_id,
        kind=compose.ALERT,
        recipient=operator.email,
        subject=alert.subject,
        rfc822=raw,
        due_at=now,
        created_at=now,
    )
    return outbox.enqueue(conn, new)


def _waiting(conn: Connection, fired: Sequence[timers.Timer]) -> list[OpenThread]:
    """Return what the fired timers warn of, once each, without what was answered or seen meanwhile."""
    found: dict[tuple[str, int], OpenThread] = {}
    for timer in fired:
        if timer.thread_id is not None:
            thread = threads.thread(conn, timer.thread_id)
            if thread is not None and thread.state is ThreadState.OPEN:
                found["thread", thread.id] = _of_thread(thread)
        if timer.notice_id is not None:
            notice = notices.notice(conn, timer.notice_id)
            if notice is not None and notice.seen_at is None:
                found["notice", notice.id] = _of_notice(notice)
    return sorted(found.values(), key=lambda each: each.due_at)


def _of_thread(thread: Thread) -> OpenThread:
    return OpenThread(
        id=thread.id,
        marketplace=thread.marketplace,
        order_id=thread.order_id,
        subject=thread.subject,
        received_at=thread.received_at or thread.due_at,  # type: ignore[arg-type] # an open thread has both
        due_at=thread.due_at,  # type: ignore[arg-type]
        messages=thread.messages,
        buyer_name=thread.buyer_name,
        language=thread.language,
        acknowledged_at=thread.acknowledged_at,
        promise_at=thread.promise_at,
    )


def _of_notice(notice: notices.Notice) -> OpenThread:
    return OpenThread(
        id=notice.id,
        marketplace=notice.marketplace,
        order_id=notice.order_id,
        subject=f"Amazon notice ({notice.notice_type}): {notice.subject}",
        received_at=notice.received_at,
        due_at=notice.due_at or notice.received_at,
    )


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
