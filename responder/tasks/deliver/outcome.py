"""
What became of a mail, kept in one transaction, and when it is tried again.
"""

from datetime import datetime
from typing import assert_never

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from responder.adapters.smtp import Ambiguous, Deferred, Delivered, Outcome, Refused, Stage
from responder.adapters.store import decisions, orders, outbox, proactive
from responder.adapters.store.outbox import CANARY, PROACTIVE_KINDS, REPEATED_KINDS, Claimed
from responder.core.operator import REFUSED_BY, Outlet, able, in_the_name_of
from responder.core.retry import LONGEST_DELAY, GiveUp, next_try
from responder.tasks.deliver.values import Account, Result, Turn

# Trouble at these stages is the server's or the network's; no mail has been looked at yet.
UNUSABLE = frozenset({Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.LOGIN})

log = structlog.get_logger()


def kept(conn: Connection, account: Account, row: Claimed, outcome: Outcome, now: datetime) -> Turn:
    """Keep what became of a mail."""
    match outcome:
        case Delivered(reply):
            outbox.mark_sent(conn, row.id, now, reply)
            _effects(conn, account, row, now)
            return Turn(Result.SENT, (row.id,), reply)
        case Deferred(reason, stage):
            return _again(conn, account, row, reason, now, trouble=stage in UNUSABLE)
        case Refused(reason) if row.kind in REPEATED_KINDS and (other := _another(account, row)) is not None:
            return _elsewhere(conn, account, row, other, reason, now)
        case Refused(reason):
            _refused(conn, row, reason, now)
            return Turn(Result.REFUSED, (row.id,), reason)
        case Ambiguous(reason) if row.kind in REPEATED_KINDS:
            return _again(conn, account, row, reason, now, trouble=False)
        case Ambiguous(reason) if row.kind == CANARY:  # no person has to look: it arrives or it does not
            outbox.make_ambiguous(conn, row.id, reason, now)
            outbox.cancel(conn, row.id, reason)
            return Turn(Result.CANCELLED, (row.id,), reason)
        case Ambiguous(reason):
            outbox.make_ambiguous(conn, row.id, reason, now)
            return Turn(Result.AMBIGUOUS, (row.id,), reason)
        case _:
            assert_never(outcome)


def _again(conn: Connection, account: Account, row: Claimed, reason: str, now: datetime, *, trouble: bool) -> Turn:
    # A mail can be made days before it is due, so its making does not count; this many tries took this long at most.
    first_at = max(row.created_at, now - row.attempts * LONGEST_DELAY)
    then = next_try(row.attempts, first_at, now, account.jitter())
    if isinstance(then, GiveUp) and row.kind in REPEATED_KINDS:
        then = now + LONGEST_DELAY  # an alert is never given up: who would tell of it?
    if isinstance(then, GiveUp):
        _refused(conn, row, f"{then.reason}; the last time: {reason}", now)
        return Turn(Result.REFUSED, (row.id,), f"{then.reason}; the last time: {reason}", trouble=trouble)
    outbox.defer(conn, row.id, then, reason)
    return Turn(Result.DEFERRED, (row.id,), reason, then, trouble)


def _another(account: Account, row: Claimed) -> Outlet | None:
    """Return the next account that has not been tried with this mail to the operator."""
    return able(account.outlets, {account.name}, row.payload)


def _elsewhere(conn: Connection, account: Account, row: Claimed, other: Outlet, reason: str, now: datetime) -> Turn:
    """Let another account send what this one's server refuses: once through each, and in that one's name."""
    tried = [*row.payload.get(REFUSED_BY, ()), account.name]
    raw = in_the_name_of(other, row.rfc822)
    outbox.elsewhere(conn, row.id, other.account, raw, now, reason, {**row.payload, REFUSED_BY: tried})
    return Turn(Result.ELSEWHERE, (row.id,), reason)


def _refused(conn: Connection, row: Claimed, reason: str, now: datetime) -> None:
    """Keep that a mail never leaves; with the order that it is about, where no thread says so."""
    outbox.refuse(conn, row.id, reason)
    if row.kind not in PROACTIVE_KINDS:
        return
    order_id = str(row.payload.get("order_id"))
    words = f"{proactive.about(row.kind, order_id)} was refused: {reason}"
    orders.came_back(conn, row.account, order_id, words, now)
    detail = {"words": words}
    decisions.decide(
        conn,
        decisions.Decision(at=now, action=decisions.REFUSED, account=row.account, outbox_id=row.id, detail=detail),
    )


def _effects(conn: Connection, account: Account, row: Claimed, now: datetime) -> None:
    """Run what follows from sending; a bug in there must not make a sent mail look unsent, and so send it again."""
    try:
        with conn.begin_nested():
            account.on_sent(conn, row, now)
    except (OperationalError, InterfaceError):
        raise  # the state cannot be written now: not even that the mail was sent
    except Exception:
        log.exception("what follows from a sent mail failed", account=account.name, outbox=row.id, kind=row.kind)
