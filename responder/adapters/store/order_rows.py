"""
A batch of orders: what is known of them, what sources say, and the changes that come of it.

Only what differs is changed. An order of which a fact, an item or an event is news is looked at again, unless it was
asked.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, TableClause, select

from responder.adapters.store.order_changes import SAID, Change, apply, plain
from responder.adapters.store.order_lines import FACTS, ITEM, Event, Line, Values, milliseconds
from responder.core import order_days, order_merge
from responder.core.order_days import ZoneOf
from responder.core.order_merge import Said
from responder.core.orders import FeedbackState

BATCH = 500
MOMENTS = tuple(name for name in FACTS if name.endswith("_at"))
_NO_DAYS: Mapping[str, str] = {}
_ORDERS, _ITEMS, _EVENTS = plain("amazon_order"), plain("order_item"), plain("order_event")


@dataclass(frozen=True, slots=True)
class Counts:
    """What sources came to: orders made and changed, those of which nothing was news, and events that were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    events: int = 0

    @property
    def orders(self) -> int:
        """How many orders there were."""
        return self.new + self.changed + self.unchanged

    def __add__(self, other: "Counts") -> "Counts":
        """Return the sum of two batches of different orders."""
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(slots=True)
class _Record:
    """A row as it was (None: not there) and as it is to be; `placed` are the instants its days were placed at."""

    before: Said | None = None
    after: Said = field(default_factory=Said)
    placed: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether a value differs from what was known."""
        return self.before is None or self.before.values != self.after.values

    def columns(self, names: Collection[str]) -> Values:
        """Return the row's values, and who said them."""
        older = self.after.older
        return (*map(self.after.values.get, names), self.after.seen_at, json.dumps(older) if older else "{}")

    def days(self) -> dict[str, str]:
        """Return the instants that are known as a day of the order's store only, as it is written."""
        said = self.after.values
        return {name: text for name in MOMENTS if isinstance(text := said.get(name), str)}


@dataclass(slots=True)
class _Happened:
    before: Event | None
    after: Event


class Batch:
    """Orders of one account; `zone_of` tells the zone in which a day of a store begins and ends."""

    def __init__(self, account: str, zone_of: ZoneOf = order_days.utc) -> None:
        self.account = account
        self._zone_of = zone_of
        self._orders: dict[str, _Record] = {}
        self._items: dict[tuple[str, str], _Record] = {}
        self._events: dict[tuple[str, str, str], _Happened] = {}

    def read(self, conn: Connection, order_ids: Collection[str]) -> None:
        """Read what is known of these orders."""
        if not order_ids:
            return
        for row in self._rows(conn, _ORDERS, ("order_id", "days", *SAID, *FACTS), order_ids):
            self._orders[row[0]] = _known(row[2:], FACTS, json.loads(row[1]) if row[1] != "{}" else {})
        for row in self._rows(conn, _ITEMS, ("order_id", "item", *SAID, *ITEM), order_ids):
            self._items[row[0], row[1]] = _known(row[2:], ITEM)
        for row in self._rows(conn, _EVENTS, ("order_id", "kind", "source", "at", "detail"), order_ids):
            known = Event(*row[1:])
            self._events[row[0], *known.key] = _Happened(known, known)

    def _rows(
        self, conn: Connection, table: TableClause, names: Collection[str], order_ids: Collection[str]
    ) -> list[tuple[Any, ...]]:
        wanted = select(*(table.c[name] for name in names))
        mine = (table.c.account == self.account, table.c.order_id.in_(list(order_ids)))
        # Right after its first report PostgreSQL knows no better than to read the whole table for a long list.
        near = table.c.order_id.between(min(order_ids), max(order_ids))
        return [tuple(row) for row in conn.execute(wanted.where(*mine, near))]

    def take(self, line: Line) -> None:
        """Add what a source says of an order."""
        _take(self._orders.setdefault(line.order_id, _Record()), FACTS, line.facts, line.at)
        for key, *values in line.items:
            _take(self._items.setdefault((line.order_id, str(key)), _Record()), ITEM, tuple(values), line.at)
        for event in line.events:
            known = self._events.setdefault((line.order_id, *event.key), _Happened(None, event))
            known.after = known.after.merged(event)

    def counts(self) -> Counts:
        """Return what the sources came to."""
        new = sum(each.before is None for each in self._orders.values())
        news = len(self._news())
        events = sum(each.before is None for each in self._events.values())
        return Counts(new, news - new, len(self._orders) - news, events)

    def changes(self, now: int) -> Iterator[tuple[Change, Values]]:
        """Yield each change with its row."""
        news = self._news()
        for order_id, order in self._orders.items():
            if order.before is None:
                first = (now, now, FeedbackState.WAITING.value, "{}")
                yield Change.NEW_ORDER, (self.account, order_id, *self._placed(order), *first)
            elif order.before != order.after:
                look_at = now if order_id in news else None
                yield Change.ORDER, (self.account, order_id, look_at, *self._placed(order))
            elif order_id in news:
                yield Change.LOOK, (self.account, order_id, now)
        for (order_id, key), item in self._items.items():
            if item.before != item.after:
                change = Change.NEW_ITEM if item.before is None else Change.ITEM
                yield change, (self.account, order_id, key, *item.columns(ITEM))
        for (order_id, *_), each in self._events.items():
            if each.before != each.after:
                change = Change.NEW_EVENT if each.before is None else Change.EVENT
                yield change, (self.account, order_id, *each.after.key, each.after.at, each.after.detail)

    def _placed(self, order: _Record) -> Values:
        """Return an order's row: what is known as a day is kept as an instant in its store, and as it is written."""
        days = order.days()
        row = order.columns(FACTS)
        if not days:
            return (*row, "{}")
        at = {name: self._at(order, name, text) for name, text in days.items()}
        return (*(at.get(name, value) for name, value in zip((*FACTS, *SAID), row, strict=True)), json.dumps(days))

    def _at(self, order: _Record, name: str, text: str) -> int:
        """Return the instant of a day: the one that was kept, as long as neither the day nor the store is news."""
        before, store = order.before, order.after.values.get("marketplace")
        if before is not None and before.values.get(name) == text and before.values.get("marketplace") == store:
            return order.placed[name]
        zone = self._zone_of(None if store is None else str(store))
        return milliseconds(order_days.placed(name, order_days.read(text), zone))

    def write(self, conn: Connection, now: int) -> None:
        """Write the changes."""
        rows: dict[Change, list[Values]] = {each: [] for each in Change}
        for change, row in self.changes(now):
            rows[change].append(row)
        for change in Change:
            apply(conn, change, rows[change])

    def _news(self) -> set[str]:
        """Return the orders of which something is news."""
        return {
            *(order_id for order_id, each in self._orders.items() if each.is_news),
            *(order_id for (order_id, _), each in self._items.items() if each.is_news),
            *(order_id for (order_id, *_), each in self._events.items() if each.before != each.after),
        }


def _take(record: _Record, names: tuple[str, ...], values: Values, at: int) -> None:
    record.after = order_merge.merged(record.after, dict(zip(names, values, strict=False)), at)


def _known(said: Sequence[Any], names: tuple[str, ...], days: Mapping[str, str] = _NO_DAYS) -> _Record:
    seen_at, older, *values = said
    row = dict(zip(names, values, strict=True))
    known = order_merge.kept({**row, **days}, seen_at, json.loads(older))
    return _Record(known, known, {name: row[name] for name in days})
