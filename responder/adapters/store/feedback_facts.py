"""
What is known of orders beyond their reports, for the decision whether to ask: read for many orders at once.

Mails that were written about an order decide for ever, so they are found by their key, whatever became of the order's
own state.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from responder.adapters.store import orders, proactive, schema
from responder.adapters.store.columns import Instant
from responder.adapters.store.mails import ORDER_BY_AMAZON
from responder.adapters.store.outbox import DECIDED_KINDS, PROACTIVE_KINDS
from responder.adapters.store.sending import EXPIRED
from responder.core.feedback_values import Fate
from responder.core.orders import Order, OrderEvent, OrderItem
from responder.core.threads import SEEN_LATER, AnsweredVia, ThreadState

_OUTBOX, _THREAD, _MAIL = schema.outbox.c, schema.thread.c, schema.mail.c
_SUPPRESSION = schema.suppression.c
WITHDRAWN = "taken back: "
"""How the reason begins of a mail that the program itself took back, because of what happened since it was written."""
_MAY_HAVE_LEFT = frozenset({"sending", "sent", "ambiguous", "refused"})


@dataclass(frozen=True, slots=True)
class AboutOrder:
    """A mail about an order that nobody asked for, and what became of it."""

    id: int
    kind: str
    order_id: str
    key: str
    state: str
    reason: str | None
    due_at: datetime
    sent_at: datetime | None
    fate: Fate


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A thread of an order's buyer: when its messages came, which are answered at an unknown time, and its clock."""

    id: int
    order_id: str | None
    buyer_alias: str
    state: ThreadState
    due_at: datetime | None
    last_message_at: datetime | None
    messages: tuple[tuple[datetime, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that is known of one order."""

    order: Order
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()
    mails: tuple[AboutOrder, ...] = ()
    suppressed: str | None = None
    threads: tuple[Correspondence, ...] = ()
    address: str | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    account: str
    orders: Sequence[Order]

    @property
    def order_ids(self) -> list[str]:
        return [each.order_id for each in self.orders]

    @property
    def aliases(self) -> list[str]:
        return list({each.buyer_alias for each in self.orders if each.buyer_alias})


def known(conn: Connection, account: str, wanted: Sequence[Order]) -> tuple[Known, ...]:
    """Return what is known of these orders, in their order."""
    batch = _Batch(account, wanted)
    items = orders.items_of(conn, account, batch.order_ids)
    events = orders.events_of(conn, account, batch.order_ids)
    mails = _mails(conn, batch)
    threads = _threads(conn, batch)
    suppressed = _suppressed(conn, batch, threads)
    return tuple(
        Known(
            order=order,
            items=items.get(order.order_id, ()),
            events=events.get(order.order_id, ()),
            mails=tuple(mails.get(order.order_id, ())),
            suppressed=next(filter(None, map(suppressed.get, _subjects(order, threads))), None),
            threads=_of(order, threads),
            address=order.buyer_address or _address(conn, order, threads),
        )
        for order in wanted
    )


def _of(order: Order, threads: Sequence[Correspondence]) -> tuple[Correspondence, ...]:
    """Return the threads about the order, and those of its buyer since it was bought."""
    since = order.purchased_at or order.first_at
    named = {each.buyer_alias for each in _about_it(order, threads) if each.messages}  # by more than a forgery
    buyers = {order.buyer_alias} if order.buyer_alias else named
    return tuple(
        each
        for each in threads
        if each.order_id == order.order_id
        or (
            each.buyer_alias in buyers
            and (each.state is ThreadState.OPEN or (each.last_message_at is not None and each.last_message_at >= since))
        )
    )


def _about_it(order: Order, threads: Sequence[Correspondence]) -> Sequence[Correspondence]:
    return [each for each in threads if each.order_id == order.order_id]


def _subjects(order: Order, threads: Sequence[Correspondence]) -> tuple[str, ...]:
    """Return the order, and everything its buyer is known by."""
    aliases = [order.buyer_alias or "", *(each.buyer_alias for each in _about_it(order, threads))]
    return (order.order_id, *dict.fromkeys(filter(None, aliases)))


def _suppressed(conn: Connection, batch: _Batch, threads: Sequence[Correspondence]) -> Mapping[str, str]:
    subjects = {subject for order in batch.orders for subject in _subjects(order, threads)}
    wanted = select(_SUPPRESSION.subject, _SUPPRESSION.reason)
    wanted = wanted.where(_SUPPRESSION.account == batch.account, _SUPPRESSION.subject.in_(sorted(subjects)))
    return {row.subject: row.reason for row in conn.execute(wanted)}


def _threads(conn: Connection, batch: _Batch) -> tuple[Correspondence, ...]:
    columns = (_THREAD.id, _THREAD.order_id, _THREAD.buyer_alias, _THREAD.state, _THREAD.due_at)
    wanted = select(*columns, _THREAD.last_message_at, _THREAD.answered_at, _THREAD.answered_via)
    mine = wanted.where(_THREAD.account == batch.account)
    # Two queries, and no "or": each has an index of its own.
    rows = list(conn.execute(mine.where(_THREAD.order_id.in_(batch.order_ids))))
    # Where no report names the buyer, the messages about the order do: what else they wrote counts as well.
    nameless = {each.order_id for each in batch.orders if not each.buyer_alias}
    aliases = {*batch.aliases, *(row.buyer_alias for row in rows if row.order_id in nameless)}
    if aliases:
        rows += conn.execute(mine.where(_THREAD.buyer_alias.in_(sorted(aliases))))
    by_id = {row.id: row for row in rows}
    messages = _messages(conn, by_id)
    return tuple(
        Correspondence(
            row.id, row.order_id, row.buyer_alias, ThreadState(row.state), row.due_at, row.last_message_at,
            tuple(messages.get(row.id, ())),
        )
        for row in sorted(by_id.values(), key=lambda row: int(row.id))
    )  # fmt: skip


def _messages(conn: Connection, threads: Mapping[int, Any]) -> Mapping[int, Sequence[tuple[datetime, bool]]]:
    """Return each thread's messages; a mark or a person's word says that they were answered, and not when."""
    found: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    if not threads:
        return found
    wanted = select(_MAIL.thread_id, _MAIL.received_at, _MAIL.flags_answered).where(
        _MAIL.thread_id.in_(list(threads)), _MAIL.role == "inbox", _MAIL.kind == "buyer_message",
        _MAIL.repeat_of.is_(None), _MAIL.authentic != "fail",
    )  # fmt: skip
    for row in conn.execute(wanted.order_by(_MAIL.thread_id, _MAIL.received_at, _MAIL.id)):
        thread = threads[row.thread_id]
        later = thread.answered_via is not None and AnsweredVia(thread.answered_via) in SEEN_LATER
        settled = later and row.received_at <= thread.answered_at
        found[row.thread_id].append((row.received_at, row.flags_answered or settled))
    return found


def _address(conn: Connection, order: Order, threads: Sequence[Correspondence]) -> str | None:
    """
    Return the address in the buyer's newest message about the order, for an order whose report names none.

    Only of a message that is proven to come from Amazon, and in which Amazon itself names the order: an invoice must
    not go to whoever names an order.
    """
    ids = [each.id for each in _about_it(order, threads)]
    if not ids:
        return None
    wanted = select(_MAIL.buyer_address, _MAIL.details).where(
        _MAIL.thread_id.in_(ids), _MAIL.role == "inbox", _MAIL.kind == "buyer_message", _MAIL.authentic == "pass",
        _MAIL.order_id == order.order_id, _MAIL.buyer_address.is_not(None),
    )  # fmt: skip
    rows = conn.execute(wanted.order_by(_MAIL.received_at.desc(), _MAIL.id.desc()))
    return next((row.buyer_address for row in rows if row.details.get(ORDER_BY_AMAZON) == order.order_id), None)


def _mails(conn: Connection, batch: _Batch) -> Mapping[str, Sequence[AboutOrder]]:
    found: dict[str, list[AboutOrder]] = defaultdict(list)
    first = {proactive.key(kind, batch.account, each): each for kind in PROACTIVE_KINDS for each in batch.order_ids}
    rows = _rows(conn, first)
    again = {f"{row.idem_key}:{n}": first[row.idem_key] for row in rows for n in range(2, proactive.MOST + 1)}
    named = first | again
    for row in (*rows, *(_rows(conn, again) if again else ())):
        found[named[row.idem_key]].append(_about(row, named[row.idem_key]))
    return found


_COLUMNS = (
    _OUTBOX.id, _OUTBOX.kind, _OUTBOX.idem_key, _OUTBOX.state, _OUTBOX.reason, _OUTBOX.due_at, _OUTBOX.sent_at,
    _OUTBOX.data_started_at, _OUTBOX.payload,
)  # fmt: skip


def _rows(conn: Connection, keys: Collection[str]) -> Sequence[Any]:
    return conn.execute(select(*_COLUMNS).where(_OUTBOX.idem_key.in_(list(keys))).order_by(_OUTBOX.id)).all()


def _about(row: Any, order_id: str) -> AboutOrder:
    return AboutOrder(
        row.id, row.kind, order_id, row.idem_key, row.state, row.reason, row.due_at, row.sent_at, _fate(row)
    )


def _fate(row: Any) -> Fate:
    if row.state in _MAY_HAVE_LEFT or row.data_started_at is not None or row.sent_at is not None:
        return Fate.LEFT
    if row.state != "cancelled":
        return Fate.PENDING
    ours = (row.reason or "").startswith((WITHDRAWN, EXPIRED)) or row.payload.get("findings")
    return Fate.WITHDRAWN if ours else Fate.DROPPED


def written_since(conn: Connection, account: str, since: datetime) -> tuple[datetime, ...]:
    """Return when mail that is decided on by itself was written or left after `since`, or waits, the oldest first."""
    at = func.coalesce(_OUTBOX.sent_at, _OUTBOX.created_at, type_=Instant())
    counted = or_(_OUTBOX.state != "cancelled", _OUTBOX.data_started_at.is_not(None))
    wanted = select(at).where(_OUTBOX.account == account, _OUTBOX.kind.in_(DECIDED_KINDS), counted)
    waits = _OUTBOX.state.in_(("queued", "sending"))
    return tuple(conn.scalars(wanted.where(or_(at > since, waits)).order_by(at)))
