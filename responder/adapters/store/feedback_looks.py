"""
How far the requests for feedback are, as it is kept with each order, and when orders are looked at again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, update

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant
from responder.core.feedback_reasons import FeedbackReason
from responder.core.feedback_values import LATEST
from responder.core.orders import FeedbackState

_ORDER = schema.amazon_order.c
_DECIDED = update(schema.amazon_order).where(_ORDER.id == bindparam("its_id"))
_DECIDED = _DECIDED.values(
    {
        name: bindparam(f"its_{name}", type_=_ORDER[name].type)
        for name in ("feedback", "feedback_reason", "feedback_detail", "feedback_at", "look_at", "decided_at")
    }
)


@dataclass(frozen=True, slots=True)
class DecidedOrder:
    """What was decided of an order, to be kept."""

    id: int
    state: FeedbackState
    reason: str
    detail: Mapping[str, Any]
    at: datetime | None
    look_at: datetime | None


def decided(conn: Connection, made: Sequence[DecidedOrder], now: datetime) -> None:
    """Keep what was decided of many orders, as `orders.decided` does of one."""
    rows = [
        {
            "its_id": each.id, "its_feedback": str(each.state), "its_feedback_reason": each.reason,
            "its_feedback_detail": dict(each.detail), "its_feedback_at": each.at, "its_look_at": each.look_at,
            "its_decided_at": now,
        }
        for each in made
    ]  # fmt: skip
    if rows:
        conn.execute(_DECIDED, rows)


def settle_old(conn: Connection, account: str, now: datetime, *, transit: timedelta, unknown_for: timedelta) -> int:
    """
    Give orders that became known after their time their final state at once, and return how many they were.

    `transit` is the longest a parcel can be thought to be under way. What happened to them is not asked any more.
    """
    new = and_(
        _ORDER.account == account,
        _ORDER.look_at <= now,
        _ORDER.decided_at.is_(None),
        _ORDER.feedback == FeedbackState.WAITING,
    )
    over = now - LATEST
    shipped_long_ago = or_(_ORDER.shipped_at.is_(None), _ORDER.shipped_at <= over)
    delivered = and_(_ORDER.delivered_at <= over, shipped_long_ago)
    shipped = and_(_ORDER.delivered_at.is_(None), _ORDER.shipped_at <= over - transit)
    bought = func.coalesce(_ORDER.purchased_at, _ORDER.first_at, type_=Instant())
    neither = and_(_ORDER.delivered_at.is_(None), _ORDER.shipped_at.is_(None), bought <= now - unknown_for)
    settled = 0
    for reason, condition in (
        (FeedbackReason.TOO_LATE, or_(delivered, shipped)),
        (FeedbackReason.NO_SHIPMENT_KNOWN, neither),
    ):
        change = update(schema.amazon_order).where(new, condition)
        values = {"feedback": FeedbackState.SKIPPED, "feedback_reason": reason, "decided_at": now, "look_at": None}
        settled += conn.execute(change.values(**values)).rowcount
    return settled


def look_at_all(conn: Connection, account: str, since: datetime, now: datetime) -> int:
    """Look again at every order bought from `since` on, unless its buyer was asked; return how many they are."""
    bought = func.coalesce(_ORDER.purchased_at, _ORDER.first_at, type_=Instant())
    change = update(schema.amazon_order).where(
        _ORDER.account == account, _ORDER.feedback != FeedbackState.ASKED, bought >= since
    )
    return conn.execute(change.values(look_at=now)).rowcount


def look_at_stray(conn: Connection, account: str, now: datetime) -> int:
    """Look again at what a clock that was ahead decided, as if its time were over; return how many orders it is."""
    change = update(schema.amazon_order).where(
        _ORDER.account == account, _ORDER.feedback != FeedbackState.ASKED, _ORDER.decided_at > now
    )
    return conn.execute(change.values(look_at=now)).rowcount


def look_at_held(conn: Connection, account: str, order_ids: Collection[str], now: datetime) -> int:
    """Look again at those of these orders that are held; return how many they are."""
    held = (_ORDER.account == account, _ORDER.order_id.in_(list(order_ids)), _ORDER.feedback == FeedbackState.HELD)
    return conn.execute(update(schema.amazon_order).where(*held).values(look_at=now)).rowcount
