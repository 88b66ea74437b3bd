"""
Orders: what is known of each, and how far its request for feedback is.

Sources say facts and events in any order (`keep`, `add_events`); deciding reads what is due a look (`due_looks`) and
writes what it came to (`decided`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, or_, select, update

from responder.adapters.store import order_staging, schema
from responder.adapters.store.order_lines import Line, line, milliseconds
from responder.adapters.store.order_rows import BATCH, Batch, Counts
from responder.core.orders import Channel, EventKind, FeedbackState, Order, OrderEvent, OrderItem

_ORDER = schema.amazon_order.c
_ITEM = schema.order_item.c
_EVENT = schema.order_event.c
_COLUMNS = tuple(_ORDER[each.name] for each in fields(Order))
RETURNED = ("returned", "returned_at")
"""The details of an order whose mail did not arrive: in words, and when that became known."""


def add_events(conn: Connection, account: str, events: Iterable[OrderEvent], now: datetime) -> int:
    """Keep what happened to orders, known or not, and return how many of the events are news."""
    return keep(conn, account, (line(each.order_id, each.at, events=(each,)) for each in events), now).events


def keep(conn: Connection, account: str, lines: Iterable[Line], now: datetime) -> Counts:
    """Keep what sources say of orders; a whole file goes through `order_staging`, which is faster."""
    counts, rest = Counts(), iter(lines)
    while part := list(islice(rest, BATCH)):
        batch = Batch(account)
        batch.read(conn, {each.order_id for each in part})
        for each in part:
            batch.take(each)
        batch.write(conn, milliseconds(now))
        counts += batch.counts()
    if counts != Counts(unchanged=counts.unchanged):
        order_staging.changed(conn)
    return counts


def homes(conn: Connection, order_ids: Collection[str]) -> Mapping[str, str]:
    """Return the account of each of these orders that exactly one account knows."""
    wanted = select(_ORDER.order_id, func.min(_ORDER.account)).where(_ORDER.order_id.in_(list(order_ids)))
    rows = conn.execute(wanted.group_by(_ORDER.order_id).having(func.count() == 1))
    return {str(row[0]): str(row[1]) for row in rows}


def order(conn: Connection, account: str, order_id: str) -> Order | None:
    """Return one order."""
    wanted = select(*_COLUMNS).where(_ORDER.account == account, _ORDER.order_id == order_id)
    row = conn.execute(wanted).first()
    return None if row is None else _order(row)


def items(conn: Connection, account: str, order_id: str) -> tuple[OrderItem, ...]:
    """Return an order's items; what is known of one by its SKU only is told with its numbered one."""
    return items_of(conn, account, [order_id]).get(order_id, ())


def items_of(conn: Connection, account: str, order_ids: Collection[str]) -> Mapping[str, tuple[OrderItem, ...]]:
    """Return the items of each of these orders."""
    wanted = select(schema.order_item).where(_ITEM.account == account, _ITEM.order_id.in_(list(order_ids)))
    rows = conn.execute(wanted.order_by(_ITEM.order_id, _ITEM.item)).all()
    names = [each.name for each in fields(OrderItem)]
    return {
        order_id: _one_each([OrderItem(**{name: getattr(row, name) for name in names}) for row in group])
        for order_id, group in groupby(rows, lambda row: str(row.order_id))
    }


def _one_each(found: list[OrderItem]) -> tuple[OrderItem, ...]:
    """A report without item numbers names the SKU: the item is there under its number as well, then."""
    numbered = {each.sku for each in found if each.item != each.sku}
    return tuple(each for each in found if each.item != each.sku or each.sku not in numbered)


def events(conn: Connection, account: str, order_id: str) -> tuple[OrderEvent, ...]:
    """Return what happened to an order, the oldest first."""
    return events_of(conn, account, [order_id]).get(order_id, ())


def events_of(conn: Connection, account: str, order_ids: Collection[str]) -> Mapping[str, tuple[OrderEvent, ...]]:
    """Return what happened to each of these orders, the oldest first."""
    wanted = select(schema.order_event).where(_EVENT.account == account, _EVENT.order_id.in_(list(order_ids)))
    rows = conn.execute(wanted.order_by(_EVENT.order_id, _EVENT.at, _EVENT.id)).mappings()
    return {key: tuple(map(_event, group)) for key, group in groupby(rows, lambda row: str(row["order_id"]))}


def due_looks(conn: Connection, account: str, now: datetime, limit: int) -> tuple[Order, ...]:
    """Return the orders that are to be looked at by now, the longest due first."""
    wanted = select(*_COLUMNS).where(_ORDER.account == account, _ORDER.look_at <= now)
    return tuple(map(_order, conn.execute(wanted.order_by(_ORDER.look_at, _ORDER.id).limit(limit))))


def next_look(conn: Connection, account: str) -> datetime | None:
    """Return when the next order is to be looked at."""
    wanted = select(func.min(_ORDER.look_at)).where(_ORDER.account == account, _ORDER.look_at.is_not(None))
    at: datetime | None = conn.scalar(wanted)
    return at


def decided(
    conn: Connection,
    order_pk: int,
    *,
    state: FeedbackState,
    reason: str | None,
    detail: Mapping[str, Any],
    at: datetime | None,
    look_at: datetime | None,
    now: datetime,
) -> None:
    """Keep what was decided of an order: `at` is until when it waits or when it was asked, `look_at` the next look."""
    values = {"feedback": state, "feedback_reason": reason, "feedback_detail": dict(detail), "feedback_at": at}
    change = update(schema.amazon_order).where(_ORDER.id == order_pk)
    conn.execute(change.values(**values, look_at=look_at, decided_at=now))


def came_back(conn: Connection, account: str, order_id: str, words: str, at: datetime) -> bool:
    """Note that the mail about an order did not arrive; False for an order that is not known."""
    known = order(conn, account, order_id)
    if known is None:
        return False
    said = dict(zip(RETURNED, (words, at.isoformat()), strict=True))
    change = update(schema.amazon_order).where(_ORDER.id == known.id)
    conn.execute(change.values(feedback_detail={**known.feedback_detail, **said}))
    look_again(conn, account, at, order_ids=[order_id])
    return True


def look_again(
    conn: Connection, account: str, now: datetime, *, order_ids: Collection[str] = (), alias: str | None = None
) -> int:
    """Something that decides about these orders, or this buyer's, changed; return how many are looked at again."""
    his = [_ORDER.buyer_alias == alias] if alias is not None else []
    theirs = [_ORDER.order_id.in_(list(order_ids))] if order_ids else []
    if not (his or theirs):
        return 0
    change = update(schema.amazon_order).where(_ORDER.account == account, or_(*his, *theirs))
    return conn.execute(change.where(_ORDER.feedback != FeedbackState.ASKED).values(look_at=now)).rowcount


def set_invoice(conn: Connection, order_pk: int, words: str | None, name: str | None) -> None:
    """Keep what was found of an order's invoice, in words, and the name of its file."""
    conn.execute(update(schema.amazon_order).where(_ORDER.id == order_pk).values(invoice=words, invoice_name=name))


def _event(row: RowMapping) -> OrderEvent:
    values = {each.name: row[each.name] for each in fields(OrderEvent)}
    return OrderEvent(**{**values, "kind": EventKind(values["kind"])})


def _order(row: Row[Any]) -> Order:
    values = {each.name: getattr(row, each.name) for each in fields(Order)}
    channel = values["channel"] and Channel(values["channel"])
    return Order(**{**values, "channel": channel, "feedback": FeedbackState(values["feedback"])})
