"""
Mails of ours to the watched mailboxes: when each left, and when and where it arrived.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from responder.adapters.store import outbox, schema
from responder.adapters.store.columns import is_unset
from responder.core import canary
from responder.core.canary import Canary
from responder.core.operator import OperatorMail

_CANARY, _OUTBOX, _MAIL = schema.canary.c, schema.outbox.c, schema.mail.c
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _CANARY.id,
    _CANARY.account,
    _CANARY.message_id,
    _CANARY.made_at,
    _OUTBOX.state,
    _OUTBOX.sent_at,
    _OUTBOX.smtp_reply,
    _OUTBOX.reason,
    _CANARY.arrived_at,
    _CANARY.folder,
)
_ALL = select(*_COLUMNS).join_from(schema.canary, schema.outbox, _OUTBOX.id == _CANARY.outbox_id, isouter=True)


def send(conn: Connection, account: str, mail: OperatorMail, to: str, now: datetime) -> int | None:
    """Keep the mail to be sent now, and that it is to arrive; None when its key is known."""
    expires_at = now + canary.PATIENCE
    outbox_id = outbox.enqueue_for_operator(conn, account, mail, to, now, expires_at=expires_at)
    if outbox_id is not None:
        row = {"account": account, "message_id": mail.message_id, "outbox_id": outbox_id, "made_at": now}
        conn.execute(insert(schema.canary).values(**row))
    return outbox_id


def last(conn: Connection, account: str) -> Canary | None:
    """Return the account's newest one."""
    wanted = _ALL.where(_CANARY.account == account).order_by(_CANARY.id.desc()).limit(1)
    row = conn.execute(wanted).first()
    return None if row is None else _canary(row)


def arrived(
    conn: Connection, account: str, message_id: str | None, code: str | None, folder: str, at: datetime
) -> Canary | None:
    """Note that one came, known by its Message-ID or its code, and return it; None when the mail is none of them."""
    named = [_CANARY.message_id == (message_id or "")]
    if code is not None:
        named.append(_CANARY.message_id.startswith(f"<{code}", autoescape=True))
    row = conn.execute(_ALL.where(_CANARY.account == account, or_(*named)).limit(1)).first()
    if row is None:
        return None
    # A person may have moved it: where it lies counts, and when it came first.
    came = row.arrived_at or at
    conn.execute(update(schema.canary).where(_CANARY.id == row.id).values(arrived_at=came, folder=folder))
    return replace(_canary(row), arrived_at=came, folder=folder)


def arrivals(conn: Connection, account: str, since: datetime) -> tuple[datetime, ...]:
    """Return when mail of others came into the account's mailbox, ascending."""
    theirs = (_MAIL.account == account, _MAIL.role == "inbox", is_unset(_MAIL.own), _MAIL.received_at >= since)
    return tuple(conn.scalars(select(_MAIL.received_at).where(*theirs).order_by(_MAIL.received_at)))


def last_arrival(conn: Connection, account: str) -> datetime | None:
    """Return when mail of others came into the account's mailbox last."""
    theirs = (_MAIL.account == account, _MAIL.role == "inbox", is_unset(_MAIL.own))
    wanted = select(_MAIL.received_at).where(*theirs).order_by(_MAIL.received_at.desc()).limit(1)
    at: datetime | None = conn.scalar(wanted)
    return at


def _canary(row: Row[tuple[Any, ...]]) -> Canary:
    return Canary(
        id=row.id,
        account=row.account,
        message_id=row.message_id,
        made_at=row.made_at,
        state=row.state,
        sent_at=row.sent_at,
        reply=row.smtp_reply,
        reason=row.reason,
        arrived_at=row.arrived_at,
        folder=row.folder,
    )
