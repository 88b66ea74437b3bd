"""
Closing time: what still waits is decided again when everybody leaves, where it would be overdue before anyone is back.

The question is "which closing is due since last time?", so a restart catches up; but only within the closed time that
the closing began: after the opening a good night is no use to anybody.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, decisions, mails, meta, outbox, threads
from responder.core.acknowledge import BEFORE_UNATTENDED
from responder.core.closings import Closing, closing_ahead, closing_behind
from responder.core.kinds import Authentic, Kind, Verdict
from responder.core.message import parse
from responder.core.threads import Thread
from responder.tasks.receive import buyer, needless
from responder.tasks.receive.judge import Judge

log = structlog.get_logger()


def turn(conn: Connection, judge: Judge, now: datetime) -> tuple[int, ...]:
    """Decide about every open thread at a closing that was not looked at yet; return the outbox rows."""
    closing = closing_behind(judge.calendar, now) if _is_wanted(judge) else None
    if closing is None or meta.value(conn, _key(judge)) == closing.at.isoformat():
        return ()
    meta.set_value(conn, _key(judge), closing.at.isoformat())
    decided = [_decided(conn, judge, thread, closing, now) for thread in _waiting(conn, judge, closing)]
    return tuple(outbox_id for outbox_id in decided if outbox_id is not None)


def next_at(judge: Judge, now: datetime) -> datetime | None:
    """Return when the next closing is; None when nobody asked for it, or nothing ever closes."""
    ahead = closing_ahead(judge.calendar, now) if _is_wanted(judge) else None
    return ahead.at if ahead else None


def remembered(judge: Judge, stored: mails.StoredMail) -> buyer.Received | None:
    """
    Return a kept message as it was understood when it came; None when its text is not kept any more.

    Whether it is genuine is what was found then: signatures cannot be checked years later, and rules may have changed.
    """
    if stored.raw is None:
        return None
    message = parse(stored.raw, size=stored.size)
    verdict = Verdict(Authentic(stored.authentic), stored.authentic_reason)
    classified = replace(judge.understand(message), verdict=verdict)
    return buyer.Received(
        mail_id=stored.id,
        message=message,
        classified=replace(classified, kind=Kind(stored.kind), automatic=stored.automatic),
        received_at=stored.received_at,
        answered_flag=stored.flags_answered,
        revalidated=stored.revalidated,
    )


def _is_wanted(judge: Judge) -> bool:
    return judge.acknowledge.enabled and BEFORE_UNATTENDED in judge.acknowledge.when


def _key(judge: Judge) -> str:
    return f"closing:{judge.account}"


def _waiting(conn: Connection, judge: Judge, closing: Closing) -> list[Thread]:
    """Return the open threads that would be overdue at the opening and were not told of this closed time yet."""
    period = closing.opens_at.isoformat()
    return [
        thread
        for thread in threads.threads(conn, open=True, account=judge.account)
        if thread.answer_by_at is not None
        and thread.answer_by_at < closing.opens_at
        and period not in outbox.acknowledged_periods(conn, thread.id)
    ]


def _decided(conn: Connection, judge: Judge, thread: Thread, closing: Closing, now: datetime) -> int | None:
    """Decide about the buyer's last message that needs an answer: it is the one that is replied to."""
    kept = mails.thread_mails(conn, thread.id)
    marked = needless.settled(decisions.decisions(conn, thread_id=thread.id), kept)
    messages = [
        mail
        for mail in kept
        if mail.role == "inbox" and mail.kind == Kind.BUYER_MESSAGE and mail.repeat_of is None and mail.id not in marked
    ]
    last = remembered(judge, messages[-1]) if messages else None
    return buyer.acknowledge(conn, judge, last, thread, now, closing) if last else None


async def run(
    store: Store,
    judges: Sequence[Judge],
    clock: Clock,
    *,
    wake: asyncio.Event,
    enqueued: Callable[[str], None],
    ticked: Callable[[], None],
) -> None:
    """Watch the closing times for ever: look, then sleep until the next one."""
    while True:
        now = clock.now()
        for judge in judges:
            outbox_ids = await store.tx(turn, judge, now)
            if outbox_ids:
                log.info("told buyers at closing time", account=judge.account, mails=len(outbox_ids))
                enqueued(judge.account)
        ticked()
        ahead = [at for judge in judges if (at := next_at(judge, now)) is not None]
        await clock.wait(wake, min(ahead, default=None))
