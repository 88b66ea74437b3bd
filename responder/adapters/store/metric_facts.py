"""
Everything an account's rates in one store are computed from, read in a few queries whatever the number of orders.

Nothing that happened after `until` counts, so the rates of last week are those that could have been computed then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from sys import intern
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select, type_coerce

from responder.adapters.store import metric_messages, performance, report_files, schema
from responder.adapters.store.columns import Whole, instant
from responder.adapters.store.order_lines import milliseconds
from responder.core.metrics.facts import AmazonReport, MetricFacts, MetricOrder
from responder.core.metrics.sources import Sources
from responder.core.metrics.values import Basis, RateRule
from responder.core.orders import Channel, EventKind, OrderEvent

_ORDER, _EVENT = schema.amazon_order.c, schema.order_event.c
_BASES = (_ORDER.purchased_at, _ORDER.ship_by_at, _ORDER.shipped_at, _ORDER.deliver_by_at)
# As they are kept: with 50,000 orders in reach the conversion of every cell by its type takes half of the time.
_INSTANTS = tuple(type_coerce(column, Whole) for column in (*_BASES, _ORDER.delivered_at, _ORDER.reported_at))
_COLUMNS = (
    _ORDER.order_id, _ORDER.channel, type_coerce(_ORDER.business, Whole), _ORDER.status,
    type_coerce(_ORDER.tracking.is_not(None), Whole), *_INSTANTS,
)  # fmt: skip
_DEFECTS = (EventKind.FEEDBACK, EventKind.CLAIM_OPENED, EventKind.CLAIM_DECIDED, EventKind.CHARGEBACK)
_CHANNELS: Mapping[str | None, Channel | None] = {None: None, **{str(each): each for each in Channel}}
_TREND = timedelta(days=14)
_MARGIN = timedelta(days=2)  # a window ends with the store's day, which is not over
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Of which account and store, and from when on what happened can be in a window that ends at `until` or before."""

    account: str
    marketplace: str
    orders_since: datetime
    mail_since: datetime
    until: datetime

    @classmethod
    def of(cls, account: str, marketplace: str, rules: Sequence[RateRule], until: datetime) -> "Reach":
        """Return how far back these rules look, and the trend with them."""
        orders = [each.days + each.lag_days for each in rules if each.basis is not Basis.RECEIVED]
        mail = [each.days + each.lag_days for each in rules if each.basis is Basis.RECEIVED]
        return cls(account, marketplace, _since(orders, until), _since(mail, until), until)


def _since(days: Sequence[int], until: datetime) -> datetime:
    return until - timedelta(days=max(days, default=0)) - _TREND - _MARGIN


def facts(conn: Connection, reach: Reach, zone: ZoneInfo) -> MetricFacts:
    """Return what the rates are computed from; `zone` is the store's."""
    newest = performance.latest(conn, reach.account, reach.marketplace, reach.until)
    return MetricFacts(
        account=reach.account,
        marketplace=reach.marketplace,
        zone=zone,
        orders=tuple(_orders(conn, reach)),
        responses=metric_messages.answered(conn, reach.account, reach.marketplace, reach.mail_since, reach.until),
        performance=AmazonReport(newest.figures, newest.at) if newest else None,
        first_at=_orders_from(conn, reach),
    )


def sources(conn: Connection, reach: Reach, known: MetricFacts) -> Sources:
    """Return what these facts rest on, and how much counts nowhere."""
    account, since, until = reach.account, reach.mail_since, reach.until
    no_store, said_later = _counts(conn, reach)
    return Sources(
        zone=known.zone,
        reports=report_files.newest_by_kind(conn, account, until),
        orders_from=known.first_at,
        mail_from=metric_messages.first_at(conn, account),
        copies=metric_messages.has_copies(conn, account),
        figures_at=known.performance.at if known.performance else None,
        no_store=no_store,
        no_store_messages=metric_messages.homeless(conn, account, since, until),
        no_store_defects=_defects_nowhere(conn, reach),
        said_later=said_later,
    )


def _mine(reach: Reach) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _ORDER.account == reach.account, _ORDER.marketplace == reach.marketplace


def _in_reach(reach: Reach) -> ColumnElement[bool]:
    """An order that no source dates is in reach of nothing, and told of by the rate that leaves it out."""
    dated = or_(*(column >= reach.orders_since for column in _BASES))
    undated = and_(*(column.is_(None) for column in _BASES), _ORDER.first_at >= reach.orders_since)
    bought = or_(_ORDER.purchased_at.is_(None), _ORDER.purchased_at <= reach.until)
    return and_(bought, or_(dated, undated))


def _orders(conn: Connection, reach: Reach) -> Iterator[MetricOrder]:
    """Yield the orders as they could be known at the end of the reach; a status has no instant of its own."""
    events, until = _events(conn, reach), milliseconds(reach.until)
    rows = conn.execute(select(*_COLUMNS).where(*_mine(reach), _in_reach(reach)).execution_options(yield_per=_AT_ONCE))
    for order_id, channel, business, status, tracked, bought, ship_by, shipped, deliver_by, delivered, said in rows:
        was_said = said <= until
        is_shipped = shipped is not None and shipped <= until
        yield MetricOrder(
            order_id=order_id,
            marketplace=reach.marketplace,
            channel=_CHANNELS[channel],
            business=None if business is None else business == 1,
            status=intern(status) if status is not None and was_said else None,
            purchased_at=instant(bought),
            ship_by_at=instant(ship_by),
            shipped_at=instant(shipped) if is_shipped else None,
            deliver_by_at=instant(deliver_by),
            delivered_at=instant(delivered) if delivered is not None and delivered <= until else None,
            tracked=bool(tracked) and (is_shipped or was_said),
            events=events.get(order_id, ()),
        )


def _events(conn: Connection, reach: Reach) -> Mapping[str, tuple[OrderEvent, ...]]:
    """Return what happened to the orders in reach, by order."""
    wanted = _of_known().where(*_mine(reach), _in_reach(reach), _EVENT.at <= reach.until)
    rows = conn.execute(wanted.order_by(_EVENT.order_id, _EVENT.at, _EVENT.id))
    return {order_id: tuple(map(_event, group)) for order_id, group in groupby(rows, lambda row: str(row.order_id))}


def _of_known() -> Select[Any]:
    columns = (_EVENT.order_id, _EVENT.kind, _EVENT.at, _EVENT.source, _EVENT.detail)
    same = and_(_EVENT.account == _ORDER.account, _EVENT.order_id == _ORDER.order_id)
    return select(*columns).join_from(schema.amazon_order, schema.order_event, same)


def _event(row: Row[Any]) -> OrderEvent:
    return OrderEvent(order_id=row.order_id, kind=EventKind(row.kind), at=row.at, source=row.source, detail=row.detail)


def _orders_from(conn: Connection, reach: Reach) -> datetime | None:
    """Return when the first order of the store was bought that any source tells of."""
    wanted = select(_ORDER.purchased_at).where(*_mine(reach), _ORDER.purchased_at <= reach.until)
    first: datetime | None = conn.scalar(wanted.order_by(_ORDER.purchased_at).limit(1))
    return first


def _counts(conn: Connection, reach: Reach) -> tuple[int, int]:
    """Return how many of the account's orders in reach name no store, and of this store were reported again later."""
    account, store = _mine(reach)
    nowhere = func.count(case((_ORDER.marketplace.is_(None), 1)))
    later = func.count(case((store & (_ORDER.reported_at > reach.until), 1)))
    row = conn.execute(select(nowhere, later).where(account, _in_reach(reach))).one()
    return int(row[0]), int(row[1])


def _defects_nowhere(conn: Connection, reach: Reach) -> int:
    """Return how many orders with a defect name no store: mostly those that no report names at all."""
    account, _ = _mine(reach)
    wanted = _of_known().with_only_columns(func.count(_ORDER.id.distinct())).where(
        account, _ORDER.marketplace.is_(None), _in_reach(reach),
        _EVENT.kind.in_(_DEFECTS), _EVENT.at <= reach.until,
    )  # fmt: skip
    return conn.scalar(wanted) or 0
