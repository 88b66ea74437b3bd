"""
What a source says of one order, as the database keeps it: instants in milliseconds, flags 0 or 1, details as JSON.

A file can have 200,000 rows; so they are turned into what is kept once, and handed through as that.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.engine.default import DefaultDialect

from responder.adapters.store.columns import Instant, Json, Words
from responder.core.order_merge import Value, detail_merged
from responder.core.orders import OrderEvent, OrderFacts, OrderItem

FACTS = tuple(each.name for each in fields(OrderFacts) if each.name != "order_id")
ITEM = tuple(each.name for each in fields(OrderItem) if each.name != "item")
Values: TypeAlias = tuple[Value | None, ...]
_INSTANT, _JSON, _WORDS = Instant(), Json(), Words()
_NO_DAYS: Mapping[str, str] = {}
_NO_DIALECT = DefaultDialect()  # the columns keep the same on every database


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an order; `detail` is JSON."""

    kind: str
    source: str
    at: int
    detail: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of its order."""
        return self.kind, self.source

    def merged(self, other: "Event") -> "Event":
        """Return this event as two sources tell of it: the earlier instant, and all the details."""
        if other == self:
            return self
        detail = detail_merged(json.loads(self.detail), json.loads(other.detail))
        return Event(self.kind, self.source, min(self.at, other.at), _details(detail))


@dataclass(frozen=True, slots=True)
class Line:
    """What a source of `at` says of one order: its facts (of `FACTS`), its items (each its key, then of `ITEM`)."""

    order_id: str
    at: int
    facts: Values = ()
    items: tuple[Values, ...] = ()
    events: tuple[Event, ...] = ()


def line(
    order_id: str,
    at: datetime,
    facts: OrderFacts | None = None,
    items: Iterable[OrderItem] = (),
    events: Iterable[OrderEvent] = (),
    days: Mapping[str, str] = _NO_DAYS,
) -> Line:
    """Return what a source says of one order, as it is kept; `days` are facts that are days of a store not named."""
    return Line(
        order_id,
        milliseconds(at),
        () if facts is None else tuple(days.get(name) or _raw(getattr(facts, name)) for name in FACTS),
        tuple((_raw(each.item), *(_raw(getattr(each, name)) for name in ITEM)) for each in items),
        tuple(_event(each) for each in events),
    )


def milliseconds(at: datetime) -> int:
    """Return an instant as it is kept."""
    return _INSTANT.process_bind_param(at, _NO_DIALECT) or 0


def _event(event: OrderEvent) -> Event:
    return Event(str(event.kind), event.source, milliseconds(event.at), _details(detail_merged({}, event.detail)))


def _details(detail: Mapping[str, Any]) -> str:
    return _JSON.process_bind_param(dict(detail), _NO_DIALECT) or "{}"


def _raw(value: Any) -> Value | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return milliseconds(value)
    return _WORDS.process_bind_param(str(value), _NO_DIALECT) if isinstance(value, str) else int(value)
