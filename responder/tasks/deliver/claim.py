"""
Which mail goes next, in one transaction: claimed, or kept from leaving with the reason.

What is stored about sending is read at every claim, so that a pause, a resume or going live holds from the next mail
on. The breaker trips here, where mail leaves: whatever was decided before, no more than the limits get past. Nothing
goes to a buyer before the mailbox was looked at: a person's answer may lie there. What breaks a rule of Amazon's is
held, whoever let it go.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import findings, outbox, sending
from responder.adapters.store.outbox import OPERATOR_KINDS, PROACTIVE_KINDS, Claimed
from responder.core import breaker, compose, operator
from responder.core.breaker import REHEARSAL, Obstacle, Paused, Sending, Stopped
from responder.core.objections import Objection
from responder.core.speech import spoken
from responder.tasks.deliver import objections
from responder.tasks.deliver.values import Account, Result, Turn

ACKNOWLEDGEMENT = compose.ACKNOWLEDGEMENT
SOONEST = timedelta(minutes=1)
"""The least time after which a mail that had to wait is looked at again."""


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
    held = findings.words(row) or (REHEARSAL if stored.rehearses(dry_run=account.dry_run) else None)
    if held is not None:
        outbox.hold(conn, row.id, held)
        return Turn(Result.HELD, (row.id,), held)
    objection = objections.objection(conn, account, row, now)
    if objection is not None:
        return _refrain(conn, row, objection, now)
    stopped = _tripped(conn, account, row, stored, now)
    return row if stopped is None else _stop(conn, account, row, stopped)


def _refrain(conn: Connection, row: Claimed, objection: Objection, now: datetime) -> Turn:
    """Let the mail wait, or cancel it."""
    if objection.until is not None:
        # A time that has passed would be asked about again at once, for ever.
        until = max(objection.until, now + SOONEST)
        outbox.put_back(conn, row.id, objection.words, until)
        return Turn(Result.PUT_OFF, (row.id,), objection.words, until)
    outbox.put_back(conn, row.id, objection.words)
    outbox.cancel(conn, row.id, objection.words)
    return Turn(Result.CANCELLED, (row.id,), objection.words)


def _tripped(conn: Connection, account: Account, row: Claimed, stored: Sending, now: datetime) -> Stopped | None:
    """Return the stop where this mail would be one too many of its kind."""
    since = breaker.since(stored, now)
    if row.kind in PROACTIVE_KINDS:
        left = sending.left(conn, PROACTIVE_KINDS, since, besides=row.id, account=account.name)
        return breaker.trip_requests(left, account.limits, now)
    if row.kind == ACKNOWLEDGEMENT:
        return breaker.trip(sending.left(conn, (ACKNOWLEDGEMENT,), since, besides=row.id), account.limits, now)
    return None


def _stop(conn: Connection, account: Account, row: Claimed, stopped: Stopped) -> Turn:
    """Trip the breaker: the mail waits, and the operator is told once."""
    said = breaker.why(stopped)
    outbox.put_back(conn, row.id, said)
    sending.stop(conn, stopped)
    detail = {"words": f"sending to buyers stopped: {said}", "cap": stopped.cap}
    sending.note(conn, stopped.at, "sending_stopped", detail)
    to = account.operator
    with spoken(to.speech):
        told = breaker.alert(stopped, sending.waiting(conn, stopped.at).valid, to.zone)
    key = f"alert:sending_stopped:{stopped.at.isoformat()}"
    mail = operator.write(to, compose.ALERT, key, stopped.at, subject=told.subject, text=told.text)
    outbox.enqueue_for_operator(conn, to.account, mail, to.email, stopped.at)
    return Turn(Result.STOPPED, (row.id,), said)
