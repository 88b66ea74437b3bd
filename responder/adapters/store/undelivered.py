"""
Mail of ours that did not go as it should: to the operator, waiting or taken by no server; to buyers, refused for good.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from responder.adapters.store import schema
from responder.adapters.store.outbox import PROACTIVE_KINDS, REPEATED_KINDS, OutboxRow, of_row

_OUTBOX = schema.outbox.c
_TO_BUYERS = ("acknowledgement", *PROACTIVE_KINDS)


def waiting_for_operator(conn: Connection, account: str) -> tuple[OutboxRow, ...]:
    """Return the mail to the operator that waits in an account, the oldest first."""
    mine = (_OUTBOX.account == account, _OUTBOX.state == "queued", _OUTBOX.kind.in_(REPEATED_KINDS))
    return tuple(map(of_row, conn.execute(select(schema.outbox).where(*mine).order_by(_OUTBOX.due_at, _OUTBOX.id))))


def strays(conn: Connection, accounts: Collection[str]) -> tuple[str, ...]:
    """Return the accounts besides these in which mail to the operator waits: they were renamed, or are no more."""
    stray = (_OUTBOX.account.not_in(list(accounts)), _OUTBOX.state == "queued", _OUTBOX.kind.in_(REPEATED_KINDS))
    return tuple(conn.scalars(select(_OUTBOX.account).where(*stray).distinct()))


def refused_since(conn: Connection, at: datetime) -> Mapping[str, str]:
    """Return the accounts whose mail server refused mail to buyers for good since then, with its newest words."""
    left_at = func.coalesce(_OUTBOX.sent_at, _OUTBOX.data_started_at, _OUTBOX.claimed_at)
    refused = (_OUTBOX.kind.in_(_TO_BUYERS), left_at >= at, _OUTBOX.state == "refused")
    # What came back by mail has its server's first answer still, which was that it takes the mail.
    by_server = _OUTBOX.smtp_reply == _OUTBOX.reason
    wanted = select(_OUTBOX.account, _OUTBOX.reason).where(*refused, by_server).order_by(left_at, _OUTBOX.id)
    return {row.account: row.reason for row in conn.execute(wanted)}


def unsaid(conn: Connection) -> tuple[OutboxRow, ...]:
    """Return the mail to the operator that no server took, since the last digest that was sent; the oldest first."""
    last = conn.scalar(select(func.max(_OUTBOX.created_at)).where(_OUTBOX.kind == "digest", _OUTBOX.state == "sent"))
    refused = (_OUTBOX.kind.in_(REPEATED_KINDS), _OUTBOX.state == "refused")
    wanted = select(schema.outbox).where(*refused).order_by(_OUTBOX.created_at, _OUTBOX.id)
    return tuple(map(of_row, conn.execute(wanted if last is None else wanted.where(_OUTBOX.created_at >= last))))
