"""
Rows of orders, items and events, read for a batch, merged with what sources say, and written back.

Only what differs is written; an order whose facts, items or events changed is looked at again, unless it was asked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, case, insert, or_, select, update
from sqlalchemy.sql.dml import Update

from responder.adapters.store import schema
from responder.core import order_merge
from responder.core.order_merge import Said
from responder.core.orders import EventKind, FeedbackState, OrderEvent, OrderFacts, OrderItem

BATCH = 500
FACTS = tuple(each.name for each in fields(OrderFacts) if each.name != "order_id")
ITEM = tuple(each.name for each in fields(OrderItem) if each.name != "item")
_ORDER = schema.amazon_order.c
_ITEM = schema.order_item.c
_EVENT = schema.order_event.c


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch came to: orders made and changed, and events that were news; `unchanged` orders said nothing new."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    events: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sum of two batches of different orders."""
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(slots=True)
class _Record:
    """A row as it was (None: not there) and as it is to be."""

    before: Said | None
    after: Said = field(default_factory=Said)

    def take(self, values: Mapping[str, Any], at: datetime) -> None:
        self.after = order_merge.merged(self.after, values, at)

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_news(self) -> bool:
        """Whether a value differs from what was known."""
        return self.before is None or self.before.values != self.after.values


@dataclass(slots=True)
class _Happened:
    """An event as it was kept, and as it is to be."""

    before: OrderEvent | None
    after: OrderEvent


class Batch:
    """The orders of one batch: what is known of them, and what sources say."""

    def __init__(self, account: str) -> None:
        self.account = account
        self._orders: dict[str, _Record] = {}
        self._items: dict[tuple[str, str], _Record] = {}
        self._events: dict[tuple[str, str, str], _Happened] = {}

    def read(self, conn: Connection, order_ids: Collection[str]) -> None:
        """Read what is known of these orders."""
        for ids in _parts(order_ids):
            for row in _rows(conn, schema.amazon_order, self.account, ids):
                said = order_merge.kept({name: row[name] for name in FACTS}, row["reported_at"], row["older"])
                self._orders[row["order_id"]] = _Record(said, said)
            for row in _rows(conn, schema.order_item, self.account, ids):
                said = order_merge.kept({name: row[name] for name in ITEM}, row["reported_at"], row["older"])
                self._items[row["order_id"], row["item"]] = _Record(said, said)
            for row in _rows(conn, schema.order_event, self.account, ids):
                kept = event(row)
                self._events[kept.order_id, kept.kind, kept.source] = _Happened(kept, kept)

    def take(
        self,
        order_id: str,
        at: datetime,
        facts: OrderFacts | None = None,
        items: Iterable[OrderItem] = (),
        events: Iterable[OrderEvent] = (),
    ) -> None:
        """Add what a source of `at` says of an order."""
        values = {} if facts is None else {name: getattr(facts, name) for name in FACTS}
        self._orders.setdefault(order_id, _Record(None)).take(values, at)
        for item in items:
            record = self._items.setdefault((order_id, item.item), _Record(None))
            record.take({name: getattr(item, name) for name in ITEM}, at)
        for each in events:
            self._happened(order_id, each)

    def _happened(self, order_id: str, new: OrderEvent) -> None:
        known = self._events.get((order_id, new.kind, new.source))
        if known is None:
            first = order_merge.event_merged(new, new)
            self._events[order_id, new.kind, new.source] = _Happened(None, first)
        else:
            known.after = order_merge.event_merged(known.after, new)

    def write(self, conn: Connection, now: datetime) -> Counts:
        """Write what differs, and return what it came to."""
        touched = {order_id for (order_id, _), each in self._items.items() if each.is_news}
        touched |= {order_id for (order_id, *_), each in self._events.items() if each.before != each.after}
        news = {order_id for order_id, each in self._orders.items() if each.is_news or order_id in touched}
        new = {order_id for order_id, each in self._orders.items() if each.is_new}
        for statement, rows in self.statements(new, news, now):
            conn.execute(statement, rows)
        happened = sum(each.before is None for each in self._events.values())
        return Counts(len(new), len(news - new), len(self._orders) - len(news), happened)

    def statements(
        self, new: Collection[str], news: Collection[str], now: datetime
    ) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
        """Yield each statement with the rows it is for."""
        first = {"account": self.account, "first_at": now, "look_at": now, "feedback": FeedbackState.WAITING}
        made = [
            {**first, "order_id": key, **_columns(each.after, FACTS), "feedback_detail": {}}
            for key, each in self._orders.items()
            if each.is_new
        ]
        rewritten = [
            {**self._looked(key, now if key in news else None), **_named(_columns(each.after, FACTS))}
            for key, each in self._orders.items()
            if not each.is_new and each.before != each.after
        ]
        looked = [
            self._looked(key, now)
            for key in news
            if key not in new and self._orders[key].before == self._orders[key].after
        ]
        items = [
            {"account": self.account, "order_id": order_id, "item": item, **_columns(each.after, ITEM)}
            for (order_id, item), each in self._items.items()
            if each.before != each.after
        ]
        known_items = {key for key, each in self._items.items() if not each.is_new}
        events = [each for each in self._events.values() if each.before != each.after]
        all_of_it = (
            (insert(schema.amazon_order), made),
            (_REWRITE, rewritten),
            (_LOOK, looked),
            (insert(schema.order_item), [row for row in items if (row["order_id"], row["item"]) not in known_items]),
            (_ITEM_REWRITE, [_named(row) for row in items if (row["order_id"], row["item"]) in known_items]),
            (insert(schema.order_event), [_event_row(self.account, each.after) for each in events if not each.before]),
            (_EVENT_REWRITE, [_named(_event_row(self.account, each.after)) for each in events if each.before]),
        )
        yield from ((statement, rows) for statement, rows in all_of_it if rows)

    def _looked(self, order_id: str, now: datetime | None) -> dict[str, Any]:
        return {"its_account": self.account, "its_order_id": order_id, "now": now}


def event(row: RowMapping) -> OrderEvent:
    """Return an event as kept."""
    return OrderEvent(
        order_id=row["order_id"],
        kind=EventKind(row["kind"]),
        at=row["at"],
        source=row["source"],
        detail=row["detail"],
    )


_SAID = ("reported_at", "older")


def _rewrite(table: Table, keys: Collection[str], columns: Collection[str]) -> Update:
    """An update of many rows: SQLAlchemy keeps a column's own name for itself, so ours begin with `its_`."""
    change = update(table).where(*(table.c[name] == bindparam(f"its_{name}") for name in keys))
    return change.values({name: bindparam(f"its_{name}") for name in columns})


_NOW = bindparam("now", type_=_ORDER.look_at.type)
_STAYS = or_(_ORDER.feedback == FeedbackState.ASKED, _NOW.is_(None))
_LOOK_AT = {"look_at": case((_STAYS, _ORDER.look_at), else_=_NOW)}
_LOOK = _rewrite(schema.amazon_order, ("account", "order_id"), ()).values(_LOOK_AT)
_REWRITE = _rewrite(schema.amazon_order, ("account", "order_id"), (*FACTS, *_SAID)).values(_LOOK_AT)
_ITEM_REWRITE = _rewrite(schema.order_item, ("account", "order_id", "item"), (*ITEM, *_SAID))
_EVENT_REWRITE = _rewrite(schema.order_event, ("account", "order_id", "kind", "source"), ("at", "detail"))


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row under the names of an update."""
    return {f"its_{name}": value for name, value in row.items()}


def _columns(said: Said, names: Collection[str]) -> dict[str, Any]:
    return {**{name: said.values.get(name) for name in names}, "reported_at": said.seen_at, "older": said.older}


def _event_row(account: str, happened: OrderEvent) -> dict[str, Any]:
    row = {name: getattr(happened, name) for name in ("order_id", "kind", "at", "source")}
    return {**row, "account": account, "detail": dict(happened.detail)}


def _rows(conn: Connection, table: Table, account: str, order_ids: Collection[str]) -> Iterator[RowMapping]:
    wanted = select(table).where(table.c.account == account, table.c.order_id.in_(order_ids))
    return iter(conn.execute(wanted).mappings())


def _parts(order_ids: Collection[str]) -> Iterator[list[str]]:
    ids = sorted(set(order_ids))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
