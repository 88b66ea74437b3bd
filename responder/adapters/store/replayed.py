"""
What a replay asks of its own throw-away state: when something is due next, and what it all came to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant

_MAIL = schema.mail.c
_OUTBOX = schema.outbox.c
_TIMER = schema.timer.c
_DECISION = schema.decision.c


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerMessage:
    """A buyer's message as kept; `uid` is its place in the order of arrival."""

    id: int
    uid: int
    received_at: datetime
    subject: str
    marketplace: str | None
    order_id: str | None
    buyer_name: str | None
    authentic: str
    authentic_reason: str
    repeat_of: int | None
    thread_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision about acknowledging one message."""

    mail_id: int
    at: datetime
    action: str
    outbox_id: int | None
    detail: Mapping[str, Any]
    reasons: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A timer that went off."""

    kind: str
    fired_at: datetime
    thread_id: int | None
    notice_id: int | None


_QUEUED = _OUTBOX.state == "queued"
_AT = bindparam("at", type_=Instant())
# Asked after every mail, so it is built once.
_NEXT = select(
    select(func.min(_TIMER.due_at)).where(_TIMER.state == "pending", _TIMER.due_at > _AT).scalar_subquery(),
    select(func.min(_OUTBOX.due_at)).where(_QUEUED, _OUTBOX.due_at > _AT).scalar_subquery(),
    select(func.min(_OUTBOX.expires_at)).where(_QUEUED, _OUTBOX.expires_at > _AT).scalar_subquery(),
)

_DUE = select(select(_OUTBOX.id).where(_QUEUED, or_(_OUTBOX.due_at <= _AT, _OUTBOX.expires_at <= _AT)).exists())


def is_mail_due(conn: Connection, at: datetime) -> bool:
    """Return whether a queued mail is due, or has expired."""
    return bool(conn.execute(_DUE, {"at": at}).scalar_one())


def next_after(conn: Connection, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the first instant after `at` at which a timer is due, and that at which a mail is, or expires."""
    timer_at, due_at, expires_at = conn.execute(_NEXT, {"at": at}).one()
    return timer_at, min((each for each in (due_at, expires_at) if each is not None), default=None)


def buyer_messages(conn: Connection) -> tuple[BuyerMessage, ...]:
    """Return the buyers' messages in the order of arrival."""
    wanted = select(*(_MAIL[field.name] for field in fields(BuyerMessage)))
    wanted = wanted.where(_MAIL.role == "inbox", _MAIL.kind == "buyer_message").order_by(_MAIL.uid)
    return tuple(BuyerMessage(**row._asdict()) for row in conn.execute(wanted))


def acknowledging(conn: Connection) -> tuple[Decided, ...]:
    """Return the decisions whether to acknowledge a message, in the order they were made."""
    wanted = select(*(_DECISION[field.name] for field in fields(Decided)))
    wanted = wanted.where(_DECISION.action.in_(("acknowledge", "withhold")), _DECISION.mail_id.is_not(None))
    rows = conn.execute(wanted.order_by(_DECISION.id))
    return tuple(Decided(**{**row._asdict(), "reasons": tuple(row.reasons)}) for row in rows)


def fired(conn: Connection) -> tuple[Fired, ...]:
    """Return the timers that went off, in order."""
    wanted = select(*(_TIMER[field.name] for field in fields(Fired))).where(_TIMER.state == "fired")
    return tuple(Fired(**row._asdict()) for row in conn.execute(wanted.order_by(_TIMER.fired_at, _TIMER.id)))


def outbox_results(conn: Connection) -> Mapping[int, tuple[str, datetime | None, str | None, Mapping[str, Any]]]:
    """Return what became of each acknowledgement, as (state, sent at, reason, payload)."""
    wanted = select(_OUTBOX.id, _OUTBOX.state, _OUTBOX.sent_at, _OUTBOX.reason, _OUTBOX.payload)
    rows = conn.execute(wanted.where(_OUTBOX.kind == "acknowledgement"))
    return {row.id: (row.state, row.sent_at, row.reason, row.payload) for row in rows}


def alerts(conn: Connection) -> int:
    """Return how many mails to the operator were sent."""
    wanted = select(func.count()).select_from(schema.outbox).where(_OUTBOX.kind == "alert", _OUTBOX.state == "sent")
    return conn.scalar(wanted) or 0
