"""
Which mail goes next, in one transaction: claimed, or kept from leaving with the reason.

What is stored about sending is read at every claim, so that a pause, a resume or going live holds from the next mail
on. The breaker trips here, where mail leaves: whatever was decided before, no more than the limits get past. Nothing
goes to a buyer before the mailbox was looked at: a person's answer may lie there.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import outbox, sending, suppressions, threads
from responder.adapters.store.outbox import OPERATOR_KINDS, Claimed
from responder.core import breaker, compose, operator
from responder.core.breaker import REHEARSAL, Obstacle, Paused, Sending, Stopped
from responder.core.threads import ThreadState
from responder.tasks.deliver.values import Account, Result, Turn

ACKNOWLEDGEMENT = compose.ACKNOWLEDGEMENT


def take(conn: Connection, account: Account, now: datetime) -> Claimed | Turn:
    """Claim the next mail that may go; what must not go any more is settled on the way."""
    expired = outbox.cancel_expired(conn, account.name, now)
    if expired:
        return Turn(Result.CANCELLED, expired, "expired")
    stored = sending.state(conn)
    obstacle = stored.obstacle(now)
    kinds = () if obstacle is None and account.looked() else OPERATOR_KINDS
    row = outbox.claim_due(conn, account.name, now, kinds)
    if row is None:
        until = (outbox.next_due_of(conn, account.name, kinds), _ends_at(obstacle))
        return Turn(Result.IDLE, until=min((at for at in until if at is not None), default=None))
    return row if row.kind in OPERATOR_KINDS else _to_buyer(conn, account, row, stored, now)


def _ends_at(obstacle: Obstacle | None) -> datetime | None:
    return obstacle.until if isinstance(obstacle, Paused) else None


def _to_buyer(conn: Connection, account: Account, row: Claimed, stored: Sending, now: datetime) -> Claimed | Turn:
    """Return the claimed mail if it may go to the buyer now."""
    if stored.rehearses(dry_run=account.dry_run):
        outbox.hold(conn, row.id, REHEARSAL)
        return Turn(Result.HELD, (row.id,), REHEARSAL)
    objection = _objection(conn, account, row, now)
    if objection is not None:
        outbox.put_back(conn, row.id, objection)
        outbox.cancel(conn, row.id, objection)
        return Turn(Result.CANCELLED, (row.id,), objection)
    if row.kind != ACKNOWLEDGEMENT:
        return row
    left = sending.left(conn, ACKNOWLEDGEMENT, breaker.since(stored, now), besides=row.id)
    stopped = breaker.trip(left, account.limits, now)
    return row if stopped is None else _stop(conn, account, row, stopped)


def _objection(conn: Connection, account: Account, row: Claimed, now: datetime) -> str | None:
    """Return why a mail that was decided earlier must never go."""
    thread = None if row.thread_id is None else threads.thread(conn, row.thread_id)
    subjects = [row.recipient] if thread is None else [row.recipient, thread.buyer_alias, thread.order_id]
    barred = suppressions.suppressed(conn, account.name, subjects)
    if barred is not None:
        return f"never write there again: {barred.reason}"
    if row.kind != ACKNOWLEDGEMENT:
        return None
    if thread is None:
        return "its thread is no longer kept"
    if thread.state is not ThreadState.OPEN:
        return f"its thread is no longer open: {thread.state}"
    promise_at = row.payload.get("promise_at")
    if promise_at is not None and datetime.fromisoformat(promise_at) <= now:  # it was held, and released days later
        return "it promises an answer by a time that has passed"
    return None


def _stop(conn: Connection, account: Account, row: Claimed, stopped: Stopped) -> Turn:
    """Trip the breaker: the mail waits, and the operator is told once."""
    said = breaker.why(stopped)
    outbox.put_back(conn, row.id, said)
    sending.stop(conn, stopped)
    detail = {"words": f"sending to buyers stopped: {said}", "cap": stopped.cap}
    sending.note(conn, stopped.at, "sending_stopped", detail)
    to = account.operator
    told = breaker.alert(stopped, sending.waiting(conn, stopped.at).valid, to.zone)
    key = f"alert:sending_stopped:{stopped.at.isoformat()}"
    mail = operator.write(to, compose.ALERT, key, stopped.at, subject=told.subject, text=told.text)
    outbox.enqueue_for_operator(conn, to.account, mail, to.email, stopped.at)
    return Turn(Result.STOPPED, (row.id,), said)
