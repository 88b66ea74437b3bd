"""
What speaks against a mail to a buyer that was decided earlier, asked in the transaction that would let it go.

A buyer who wants no mail is asked about by alias and by order; a mail that nobody asked for is decided on again.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import proactive, suppressions, threads
from responder.adapters.store.feedback_facts import WITHDRAWN
from responder.adapters.store.outbox import PROACTIVE_KINDS, OutboxRow
from responder.core import breaker, compose
from responder.core.objections import Objection
from responder.core.threads import Thread, ThreadState
from responder.tasks.deliver.values import Account


def objection(conn: Connection, account: Account, row: OutboxRow, now: datetime) -> Objection | None:
    """Return why a mail to a buyer does not go now; None when it may."""
    # Deciding again first: what it comes to is kept with the order as well.
    again = account.objection(conn, row, now) if row.kind in PROACTIVE_KINDS else None
    if again is not None:
        return again
    thread = None if row.thread_id is None else threads.thread(conn, row.thread_id)
    barred = suppressions.suppressed(conn, account.name, _subjects(row, thread))
    if barred is not None:
        taken_back = WITHDRAWN if row.kind in PROACTIVE_KINDS else ""  # no person did it: its order says so
        return Objection(f"{taken_back}never write there again: {barred.reason}")
    if row.kind in PROACTIVE_KINDS:
        return _too_many(conn, account, row, now)
    words = _overtaken(row, thread, now) if row.kind == compose.ACKNOWLEDGEMENT else None
    return None if words is None else Objection(words)


def _subjects(row: OutboxRow, thread: Thread | None) -> list[str | None]:
    """Return what may be barred: the buyer, by whatever name the mail knows them, and the order."""
    of_thread = [] if thread is None else [thread.buyer_alias, thread.order_id]
    return [
        row.recipient,
        breaker.buyer(row.recipient),
        row.payload.get("alias"),
        row.payload.get("order_id"),
        *of_thread,
    ]


def _too_many(conn: Connection, account: Account, row: OutboxRow, now: datetime) -> Objection | None:
    sent = proactive.sent_to(conn, account.name, proactive.alias_of(row), now - breaker.DAY, besides=row.id)
    return breaker.buyer_waits(sent, account.limits, now)


def _overtaken(row: OutboxRow, thread: Thread | None, now: datetime) -> str | None:
    """Return what made an acknowledgement pointless."""
    if thread is None:
        return "its thread is no longer kept"
    if thread.state is not ThreadState.OPEN:
        return f"its thread is no longer open: {thread.state}"
    promise_at = row.payload.get("promise_at")
    if promise_at is not None and datetime.fromisoformat(promise_at) <= now:  # it was held, and released days later
        return "it promises an answer by a time that has passed"
    return None
