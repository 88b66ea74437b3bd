"""
Orders that are not shipped, by their ship-by instant; and those whose ship-by lay in closed time.

What nobody can read of an order is decided for the worse: an order of unknown channel is the seller's to ship. Only
a newer report of unshipped orders of its store that does not name an order says that it left.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from responder.adapters.store import order_list, proactive, schema, unshipped_reports
from responder.adapters.store.order_list import CANCELLED, NOT_SHIPPED, OURS_TO_SHIP
from responder.adapters.store.order_news import Place
from responder.core import handling_time, late_orders
from responder.core.calendars import Calendar
from responder.core.digest import LateNews
from responder.core.handling_time import Advice, Bought
from responder.core.late_orders import AHEAD, BEHIND, BuyerTold, Outlook, Unshipped
from responder.core.orders import EventKind

READ = 5_000
"""The most that are read of those that are late, and of those ahead: the newest late ones, and the most urgent."""
_ORDER, _EVENT = schema.amazon_order.c, schema.order_event.c
_COLUMNS = (
    _ORDER.account,
    _ORDER.order_id,
    _ORDER.marketplace,
    _ORDER.ship_by_at,
    _ORDER.first_at,
    _ORDER.reported_at,
)
_WAITING = (OURS_TO_SHIP, NOT_SHIPPED, ~CANCELLED)


def unshipped(conn: Connection, accounts: Collection[str], now: datetime) -> tuple[Unshipped, ...]:
    """Return the orders of these accounts that are late, or may become so, the first to ship first."""
    of = (_ORDER.account.in_(sorted(accounts)), *_WAITING)
    late = (_ORDER.ship_by_at >= now - BEHIND, _ORDER.ship_by_at < now, *of)
    ahead = (_ORDER.ship_by_at >= now, _ORDER.ship_by_at <= now + AHEAD, *of)
    newest_late = select(*_COLUMNS).where(*late).order_by(_ORDER.ship_by_at.desc(), _ORDER.id.desc()).limit(READ)
    first_ahead = select(*_COLUMNS).where(*ahead).order_by(_ORDER.ship_by_at, _ORDER.id).limit(READ)
    rows = [*reversed(conn.execute(newest_late).all()), *conn.execute(first_ahead)]
    cancelling, reports = _cancelling(conn, [row.order_id for row in rows]), unshipped_reports.newest(conn)
    known, told = _known(rows, reports), _told(conn, rows)
    return tuple(
        Unshipped(
            **row._asdict(),
            known_at=known[row.account, row.marketplace or ""],
            listed=(row.account, row.marketplace or "") in reports,
            left_report=row.reported_at < reports.get((row.account, row.marketplace or ""), row.reported_at),
            cancelling=(row.account, row.order_id) in cancelling,
            told=told.get((row.account, row.order_id)),
        )
        for row in rows
    )


def _known(rows: Sequence[Row[Any]], reports: Mapping[tuple[str, str], datetime]) -> Mapping[tuple[str, str], datetime]:
    """Return as of when each store is known: its newest report of unshipped orders, else its newest order's source."""
    found: dict[tuple[str, str], datetime] = {}
    for row in rows:
        key = (row.account, row.marketplace or "")
        found[key] = max(found.get(key, row.reported_at), row.reported_at)
    return {key: reports.get(key, at) for key, at in found.items()}


def news(
    conn: Connection,
    accounts: Collection[str],
    calendar: Calendar,
    place: Place,
    now: datetime,
    *,
    weekly: bool,
) -> LateNews:
    """Return what a digest tells of orders that are not shipped; `weekly`: also what need not be told each day."""
    rows = unshipped(conn, accounts, now)
    found = late_orders.terms(calendar, (row.ship_by_at for row in rows), timedelta(0))
    standings = [late_orders.standing(row, found[row.ship_by_at], now, place.zone) for row in rows]
    waiting = [each for each in standings if each.outlook is not Outlook.LATER]
    told = tuple(each for each in waiting if not each.order.left_report)
    return LateNews(
        standings=told,
        left=sum(each.order.left_report and each.outlook is Outlook.LATE for each in waiting) if weekly else 0,
        advice=_advice(conn, accounts, calendar, place, now) if weekly else None,
        zones=place.zones,
    )


def _advice(
    conn: Connection, accounts: Collection[str], calendar: Calendar, place: Place, now: datetime
) -> Advice | None:
    since_at = now - handling_time.LOOKED_BACK
    found = late_orders.terms(calendar, ship_by_passed(conn, accounts, since_at, now), timedelta(0))
    orders = ((each, found[each.ship_by_at]) for each in bought_since(conn, accounts, since_at, now))
    return handling_time.advice(orders, place.zones, place.zone, now)


def ship_by_ahead(conn: Connection, now: datetime) -> tuple[datetime, ...]:
    """Return the ship-by instants of unshipped orders that lie ahead."""
    ahead = (_ORDER.ship_by_at >= now, _ORDER.ship_by_at <= now + AHEAD, *_WAITING)
    found = select(_ORDER.ship_by_at).where(*ahead).distinct().order_by(_ORDER.ship_by_at).limit(READ)
    return tuple(row.ship_by_at for row in conn.execute(found))


def ship_by_passed(conn: Connection, accounts: Collection[str], since_at: datetime, now: datetime) -> set[datetime]:
    """Return the ship-by instants, by now passed, of the orders that `bought_since` yields."""
    found = select(_ORDER.ship_by_at).where(*_bought(accounts, since_at, now)).distinct()
    return {row.ship_by_at for row in conn.execute(found)}


def bought_since(conn: Connection, accounts: Collection[str], since_at: datetime, now: datetime) -> Iterator[Bought]:
    """Yield the orders bought since then that shipped, and whose ship-by has passed, without holding them all."""
    columns = (_ORDER.marketplace, _ORDER.purchased_at, _ORDER.ship_by_at, _ORDER.shipped_at)
    for row in conn.execute(select(*columns).where(*_bought(accounts, since_at, now))):
        yield Bought(*row)


def _bought(accounts: Collection[str], since_at: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        _ORDER.account.in_(sorted(accounts)),
        _ORDER.purchased_at >= since_at,
        _ORDER.ship_by_at < now,
        _ORDER.shipped_at.is_not(None),
        OURS_TO_SHIP,
        ~CANCELLED,
    )


def _told(conn: Connection, rows: Sequence[Row[Any]]) -> Mapping[tuple[str, str], BuyerTold]:
    """Return what notices of a delay tell the buyers, by account and number."""
    by_account: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_account[row.account].append(row.order_id)
    return {
        (account, order_id): told
        for account, order_ids in by_account.items()
        for part in order_list.parts(order_ids)
        for order_id, told in proactive.delays_told(conn, account, part).items()
    }


def _cancelling(conn: Connection, order_ids: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return those whose buyer asked for a cancellation, by account and number."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in order_list.parts(order_ids):
        events = select(_EVENT.account, _EVENT.order_id).where(
            _EVENT.order_id.in_(part), _EVENT.kind == EventKind.CANCELLATION_REQUESTED
        )
        for row in conn.execute(events):
            found[row.account].add(row.order_id)
    return frozenset((account, order_id) for account, ids in found.items() for order_id in ids)
