"""
What is recorded behind the cases of a rate: how their orders were shipped, and what was done about them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, select

from responder.adapters.store import orders, schema
from responder.core.metrics import Rate
from responder.core.orders import EventKind
from responder.core.plan import DoneKind, PlanOrder

_ORDER, _THREAD, _OUTBOX = schema.amazon_order.c, schema.thread.c, schema.outbox.c
_AT_ONCE = 500
_MOST = 5_000
"""So many cases are looked behind, the newest: a plan counts what they share."""
_DONE_BY = {EventKind.REFUNDED: DoneKind.REFUNDED, EventKind.FEEDBACK_REMOVED: DoneKind.FEEDBACK_REMOVED}
_DELAY_NOTICE = "delay_notice"

T = TypeVar("T")
Acts = Mapping[str, list[tuple[DoneKind, datetime]]]


@dataclass(frozen=True, slots=True)
class Behind:
    """What is recorded, by order and by thread."""

    orders: Mapping[str, PlanOrder]
    threads: Mapping[int, PlanOrder]


def behind(conn: Connection, rate: Rate, until: datetime) -> Behind:
    """Return what is recorded behind the cases of a rate; what happened after `until` is left out, as it is there."""
    cases = sorted(rate.cases, key=lambda case: case.counted_at, reverse=True)[:_MOST]
    order_ids = list(dict.fromkeys(case.order_id for case in cases if case.order_id))
    thread_ids = list(dict.fromkeys(case.thread_id for case in cases if case.thread_id))
    of_orders, of_threads = _orders(conn, rate.account, order_ids, until), _threads(conn, thread_ids, until)
    return Behind(dict(of_orders), dict(of_threads))


def _orders(
    conn: Connection, account: str, order_ids: Sequence[str], until: datetime
) -> Iterator[tuple[str, PlanOrder]]:
    columns = (_ORDER.order_id, _ORDER.carrier, _ORDER.ship_by_at, _ORDER.shipped_at, _ORDER.deliver_by_at)
    for part in _parts(order_ids):
        items, acts = orders.items_of(conn, account, part), _acts(conn, account, part)
        of_part = (_ORDER.account == account, _ORDER.order_id.in_(part))
        found = {row.order_id: row for row in conn.execute(select(*columns, _ORDER.delivered_at).where(*of_part))}
        for order_id in part:
            row = found.get(order_id)
            skus = tuple(dict.fromkeys(item.sku for item in items.get(order_id, ()) if item.sku))
            done = sorted((act for act in acts.get(order_id, ()) if act[1] <= until), key=lambda act: act[1])
            yield (
                order_id,
                PlanOrder(skus=skus, done=tuple(done))
                if row is None
                else PlanOrder(
                    carrier=row.carrier,
                    skus=skus,
                    ship_by_at=row.ship_by_at,
                    shipped_at=_by(row.shipped_at, until),
                    deliver_by_at=row.deliver_by_at,
                    delivered_at=_by(row.delivered_at, until),
                    done=tuple(done),
                ),
            )


def _by(at: datetime | None, until: datetime) -> datetime | None:
    return None if at is None or at > until else at


def _threads(conn: Connection, thread_ids: Sequence[int], until: datetime) -> Iterator[tuple[int, PlanOrder]]:
    """Yield when the late answers came after all."""
    for part in _parts(thread_ids):
        answered = select(_THREAD.id, _THREAD.answered_at).where(_THREAD.id.in_(part), _THREAD.answered_at <= until)
        for row in conn.execute(answered):
            yield row.id, PlanOrder(done=((DoneKind.ANSWERED, row.answered_at),))


def _acts(conn: Connection, account: str, order_ids: Collection[str]) -> Acts:
    """Return what was done about each order: by events, by answers to its threads, by notices of a delay."""
    found: dict[str, list[tuple[DoneKind, datetime]]] = defaultdict(list)
    for order_id, events in orders.events_of(conn, account, order_ids).items():
        found[order_id] += ((_DONE_BY[event.kind], event.at) for event in events if event.kind in _DONE_BY)
    answered = select(_THREAD.order_id, _THREAD.answered_at).where(_THREAD.account == account)
    for row in conn.execute(answered.where(_THREAD.order_id.in_(order_ids), _THREAD.answered_at.is_not(None))):
        found[row.order_id].append((DoneKind.ANSWERED, row.answered_at))
    for told, at in _delays(conn, account):
        if told in order_ids:
            found[str(told)].append((DoneKind.DELAY_NOTICE, at))
    return found


def _delays(conn: Connection, account: str) -> Iterable[tuple[str | None, datetime]]:
    """Yield the notices of a delay that left, with the order each is about: few, since each is sent by hand."""
    wanted = (
        select(_OUTBOX.payload, _OUTBOX.sent_at, _THREAD.order_id)
        .outerjoin(schema.thread, _THREAD.id == _OUTBOX.thread_id)
        .where(_OUTBOX.account == account, _OUTBOX.kind == _DELAY_NOTICE, _OUTBOX.state == "sent")
    )
    for row in conn.execute(wanted.order_by(_OUTBOX.id)):
        if row.sent_at is not None:
            yield row.payload.get("order_id") or row.order_id, row.sent_at


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
