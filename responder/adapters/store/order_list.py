"""
Orders for a person to look through: filtered, the newest first, each with the threads about it.

A page is one transaction: the daemon can write between two of them, however many orders there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, literal, or_, select, tuple_

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant, is_set
from responder.core.late_orders import SHIPPED, is_shipped
from responder.core.orders import Channel, EventKind, FeedbackState, Order

_ORDER = schema.amazon_order.c
_THREAD = schema.thread.c
_EVENT = schema.order_event.c
_COLUMNS = tuple(_ORDER[each.name] for each in fields(Order))
_STATUS = func.lower(func.coalesce(_ORDER.status, ""))
CANCELLED = exists().where(
    _EVENT.account == _ORDER.account, _EVENT.order_id == _ORDER.order_id, _EVENT.kind == EventKind.CANCELLED
)
OURS_TO_SHIP = or_(_ORDER.channel.is_(None), _ORDER.channel != Channel.AMAZON)
NOT_SHIPPED = and_(
    _ORDER.shipped_at.is_(None),
    _ORDER.delivered_at.is_(None),
    *(~_STATUS.startswith(begins) for begins in SHIPPED),
)
"""What `is_shipped` does not hold of."""
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    Which orders: `since` those bought at or after, `late_at` those shipped late or late at that instant.

    `ship_by`: those still to be shipped by one of these instants.
    """

    account: str | None = None
    order_id: str | None = None
    marketplace: str | None = None
    feedback: FeedbackState | str | None = None
    since: datetime | None = None
    late_at: datetime | None = None
    ship_by: Collection[datetime] | None = None
    unshipped: bool = False
    business: bool = False


@dataclass(frozen=True, slots=True)
class AboutThread:
    """A thread about an order, or of its buyer about none."""

    id: int
    state: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An order as it is listed."""

    order: Order
    threads: tuple[AboutThread, ...] = ()
    cancelled: bool = False

    def is_late(self, now: datetime) -> bool:
        """Return whether it was shipped after its ship-by instant, or had to be by now; `Wanted.late_at` finds it."""
        order = self.order
        if order.ship_by_at is None:
            return False
        if order.shipped_at is not None:
            return order.shipped_at > order.ship_by_at
        settled = self.cancelled or is_shipped(order) or order.channel is Channel.AMAZON
        return not settled and now > order.ship_by_at


def page(conn: Connection, wanted: Wanted, after: Listed | None, size: int) -> tuple[Listed, ...]:
    """Return the next orders after one (None: the first), the newest first; those of unknown date come last."""
    found: list[Order] = []
    if after is None or after.order.purchased_at is not None:
        found += _dated(conn, wanted, after, size)
    if len(found) < size and wanted.since is None:
        known = after if after is not None and after.order.purchased_at is None else None
        found += _undated(conn, wanted, known, size - len(found))
    threads, cancelled = _threads(conn, found), _cancelled_of(conn, found)
    keys = ((order.account, order.order_id) for order in found)
    return tuple(Listed(order, threads.get(key, ()), key in cancelled) for order, key in zip(found, keys, strict=True))


def count(conn: Connection, wanted: Wanted) -> int:
    """Return how many orders there are."""
    return conn.scalar(select(func.count()).select_from(schema.amazon_order).where(*_conditions(wanted))) or 0


def matching(
    conn: Connection, *conditions: ColumnElement[bool], order_by: Sequence[ColumnElement[Any]], limit: int
) -> tuple[Order, ...]:
    """Return the first orders of which all of this is true."""
    rows = select(*_COLUMNS).where(*conditions).order_by(*order_by).limit(limit)
    return tuple(map(_order, conn.execute(rows)))


def _dated(conn: Connection, wanted: Wanted, after: Listed | None, size: int) -> Sequence[Order]:
    conditions = [*_conditions(wanted), _ORDER.purchased_at.is_not(None)]
    if after is not None:
        last = tuple_(literal(after.order.purchased_at, Instant()), literal(after.order.id))
        conditions.append(tuple_(_ORDER.purchased_at, _ORDER.id) < last)
    rows = select(*_COLUMNS).where(*conditions).order_by(_ORDER.purchased_at.desc(), _ORDER.id.desc())
    return [_order(row) for row in conn.execute(rows.limit(size))]


def _undated(conn: Connection, wanted: Wanted, after: Listed | None, size: int) -> Sequence[Order]:
    conditions = [*_conditions(wanted), _ORDER.purchased_at.is_(None)]
    if after is not None:
        conditions.append(_ORDER.id < after.order.id)
    rows = select(*_COLUMNS).where(*conditions).order_by(_ORDER.id.desc())
    return [_order(row) for row in conn.execute(rows.limit(size))]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        _ORDER.account: wanted.account,
        _ORDER.order_id: wanted.order_id,
        _ORDER.marketplace: wanted.marketplace,
        _ORDER.feedback: wanted.feedback,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value is not None]
    if wanted.since is not None:
        found.append(_ORDER.purchased_at >= wanted.since)
    if wanted.late_at is not None:
        unshipped = and_(NOT_SHIPPED, OURS_TO_SHIP, _ORDER.ship_by_at < wanted.late_at, ~CANCELLED)
        found.append(or_(unshipped, _ORDER.shipped_at > _ORDER.ship_by_at))
    if wanted.ship_by is not None:
        found += [NOT_SHIPPED, OURS_TO_SHIP, ~CANCELLED, _ORDER.ship_by_at.in_(sorted(wanted.ship_by))]
    if wanted.unshipped:
        found += [_ORDER.shipped_at.is_(None), ~CANCELLED]
    if wanted.business:
        found.append(is_set(_ORDER.business))
    return found


def _threads(conn: Connection, orders: Sequence[Order]) -> Mapping[tuple[str, str], tuple[AboutThread, ...]]:
    """Return each order's threads: those that name it, and its buyer's that name no order."""
    found: dict[tuple[str, str], dict[int, AboutThread]] = defaultdict(dict)
    by_alias: dict[tuple[str, str], list[str]] = defaultdict(list)
    for order in orders:
        if order.buyer_alias:
            by_alias[order.account, order.buyer_alias].append(order.order_id)
    named = [order.order_id for order in orders]
    for row in _rows(conn, _THREAD.order_id, named):
        found[row.account, row.order_id][row.id] = AboutThread(row.id, row.state)
    for row in _rows(conn, _THREAD.buyer_alias, [alias for _, alias in by_alias], _THREAD.order_id.is_(None)):
        for order_id in by_alias.get((row.account, row.buyer_alias), ()):
            found[row.account, order_id][row.id] = AboutThread(row.id, row.state)
    return {key: tuple(threads[each] for each in sorted(threads)) for key, threads in found.items()}


def _cancelled_of(conn: Connection, orders: Sequence[Order]) -> frozenset[tuple[str, str]]:
    """Return which of these orders were cancelled, by account and number."""
    found: set[tuple[str, str]] = set()
    for part in parts([order.order_id for order in orders]):
        events = select(_EVENT.account, _EVENT.order_id).where(_EVENT.account.in_({each.account for each in orders}))
        found |= {
            (row.account, row.order_id)
            for row in conn.execute(events.where(_EVENT.order_id.in_(part), _EVENT.kind == EventKind.CANCELLED))
        }
    return frozenset(found)


def parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the values in as many parts as one statement should hold."""
    return (values[start : start + _ASKED_AT_ONCE] for start in range(0, len(values), _ASKED_AT_ONCE))


def _rows(
    conn: Connection, column: ColumnElement[str], values: Sequence[str], *more: ColumnElement[bool]
) -> list[Row[Any]]:
    columns = (_THREAD.id, _THREAD.account, _THREAD.order_id, _THREAD.buyer_alias, _THREAD.state)
    found: list[Row[Any]] = []
    for part in parts(values):
        found += conn.execute(select(*columns).where(column.in_(part), *more))
    return found


def _order(row: Row[Any]) -> Order:
    values = {each.name: getattr(row, each.name) for each in fields(Order)}
    channel = values["channel"] and Channel(values["channel"])
    return Order(**{**values, "channel": channel, "feedback": FeedbackState(values["feedback"])})
