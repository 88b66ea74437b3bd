"""
Negative feedback as the state knows it, and the story of the order behind it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from responder.adapters.store import order_list, order_staging, orders, ours, schema, threads
from responder.core import bad_feedback as core
from responder.core.bad_feedback import BAD, BadFeedback
from responder.core.orders import EventKind, Order, OrderEvent

ALERT = "bad_feedback"
"""What an alert tells of an order."""
BY_COMMAND = "command:"
"""How the source begins of what a person said of feedback."""
_EVENT, _ORDER, _THREAD = schema.order_event.c, schema.amazon_order.c, schema.thread.c
_AT_ONCE = 500
_MOST_THREADS = 20

Key = tuple[str, str]
"""An account and an order's number."""


@dataclass(frozen=True, slots=True)
class Found:
    """The negative feedback of one order; `order` is None where no report named it."""

    account: str
    order_id: str
    feedback: BadFeedback
    order: Order | None
    events: tuple[OrderEvent, ...]

    @property
    def marketplace(self) -> str | None:
        """The order's store, where a report says it."""
        return self.order.marketplace if self.order else None


def found(conn: Connection, accounts: Collection[str], since: datetime | None = None) -> tuple[Found, ...]:
    """Return the orders with negative feedback given since then, the newest first."""
    read = [each for account in accounts for each in _of_account(conn, account, since)]
    return tuple(sorted(read, key=lambda each: (each.feedback.at, each.order_id), reverse=True))


def of_order(conn: Connection, accounts: Collection[str], order_id: str) -> tuple[Found, ...]:
    """Return the negative feedback on one order, in each account that knows of it."""
    return tuple(each for account in accounts for each in _read(conn, account, [order_id]))


def _of_account(conn: Connection, account: str, since: datetime | None) -> Iterator[Found]:
    wanted = select(_EVENT.order_id, _EVENT.detail).where(_EVENT.kind == EventKind.FEEDBACK, _EVENT.account == account)
    rows = conn.execute(wanted if since is None else wanted.where(_EVENT.at >= since))
    bad = sorted({row.order_id for row in rows if (row.detail.get("rating") or BAD) <= BAD})
    for start in range(0, len(bad), _AT_ONCE):
        for each in _read(conn, account, bad[start : start + _AT_ONCE]):
            if since is None or each.feedback.at >= since:
                yield each


def _read(conn: Connection, account: str, order_ids: Sequence[str]) -> Iterator[Found]:
    here = (_ORDER.account == account, _ORDER.order_id.in_(order_ids))
    known = {
        each.order_id: each for each in order_list.matching(conn, *here, order_by=[_ORDER.id], limit=len(order_ids))
    }
    for order_id, events in orders.events_of(conn, account, order_ids).items():
        feedback = core.of_order(events)
        if feedback is not None:
            yield Found(account, order_id, feedback, known.get(order_id), events)


@dataclass(frozen=True, slots=True)
class Wrote:
    """One mail between the buyer and the seller."""

    at: datetime
    by_buyer: bool


def correspondence(conn: Connection, each: Found) -> tuple[Wrote, ...]:
    """Return when the order's buyer wrote and was answered by a person, the oldest first."""
    about = [_THREAD.order_id == each.order_id]
    if each.order is not None and each.order.buyer_alias:
        about.append((_THREAD.buyer_alias == each.order.buyer_alias) & _THREAD.order_id.is_(None))
    wanted = select(_THREAD.id).where(_THREAD.account == each.account, or_(*about)).order_by(_THREAD.id)
    written: list[Wrote] = []
    for thread_id in conn.scalars(wanted.limit(_MOST_THREADS)).all():
        written += (Wrote(at, by_buyer=True) for at in threads.message_times(conn, thread_id))
        written += (Wrote(at, by_buyer=False) for _, at in ours.standing_answers(conn, thread_id))
    return tuple(sorted(written, key=lambda one: (one.at, not one.by_buyer)))


def remove(conn: Connection, each: Found, at: datetime) -> bool:
    """Keep that Amazon removed this feedback, as a person says; False when that is known."""
    source = f"{BY_COMMAND}{each.feedback.keys[0]}"
    kind = EventKind.FEEDBACK_REMOVED
    event = OrderEvent(order_id=each.order_id, kind=kind, at=max(at, each.feedback.at), source=source)
    return orders.add_events(conn, each.account, [event], at) > 0


def undo(conn: Connection, each: Found) -> bool:
    """Take back what a person said: it was not removed."""
    gone = delete(schema.order_event).where(
        _EVENT.account == each.account,
        _EVENT.order_id == each.order_id,
        _EVENT.kind == EventKind.FEEDBACK_REMOVED,
        _EVENT.source.startswith(BY_COMMAND, autoescape=True),
    )
    changed = conn.execute(gone).rowcount > 0
    if changed:
        order_staging.changed(conn)
    return changed


def told_at(conn: Connection, feedback: Sequence[Found]) -> Mapping[Key, datetime]:
    """Return when an alert told of each of these first; those of which none did are left out."""
    alert = schema.order_alert.c
    keys = {(each.account, each.order_id): each.feedback.keys for each in feedback}
    order_ids = sorted({each.order_id for each in feedback})
    at: dict[Key, datetime] = {}
    for start in range(0, len(order_ids), _AT_ONCE):
        wanted = select(alert.account, alert.order_id, alert.key, alert.at).where(
            alert.kind == ALERT, alert.order_id.in_(order_ids[start : start + _AT_ONCE])
        )
        for row in conn.execute(wanted.order_by(alert.at)):
            if row.key in keys.get((row.account, row.order_id), ()):
                at.setdefault((row.account, row.order_id), row.at)
    return at
