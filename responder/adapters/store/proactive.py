"""
What we sent to buyers without being asked: requests for feedback, mails with an invoice, notices of a delay.

Such a mail belongs to an order and to no thread. It is found by the order in its key, or by whom it went to, with or
without a case in the address (alias+case@...).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Connection, false, func, or_, select, update

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant
from responder.adapters.store.orders import RETURNED
from responder.adapters.store.outbox import PROACTIVE_KINDS, OutboxRow, outbox_row
from responder.core.breaker import buyer
from responder.core.late_orders import BuyerTold

_OUTBOX, _ORDER = schema.outbox.c, schema.amazon_order.c
_KEYS = {"feedback_request": "feedback", "invoice": "invoice", "delay_notice": "delay"}
_NAMES = {"feedback_request": "feedback request", "invoice": "invoice mail", "delay_notice": "delay notice"}
_OUT = ("sending", "sent", "ambiguous")
_WAITS = ("queued", "held")
_FILE = b"\r\nContent-Type: application/pdf\r\n"
"""Where the part with the invoice begins: the text stands before it."""
_TEXT_ALONE = 32 * 1024
AT_ONCE = 100
MOST = 20
"""The most mails of one kind about one order."""


def key(kind: str, account: str, order_id: str) -> str:
    """Return the idempotency key of an order's first mail of this kind; a later one has `:2` and so on behind it."""
    return f"{_KEYS[kind]}:{account}:{order_id}"


def name(kind: str) -> str:
    """Return what a mail of this kind is called."""
    return _NAMES.get(kind, kind)


def about(kind: str, order_id: str | None) -> str:
    """Return which mail of ours is meant."""
    return f"our {name(kind)} about order {order_id}"


def alias_of(row: OutboxRow) -> str:
    """Return the buyer a mail is for."""
    return str(row.payload.get("alias") or buyer(row.recipient))


def of(account: str, *, aliases: Collection[str] = (), order_ids: Collection[str] = ()) -> ColumnElement[bool]:
    """Return the condition that a row is such a mail to one of these buyers, or about one of these orders."""
    to = func.lower(_OUTBOX.recipient)
    meant: list[ColumnElement[bool]] = []
    for alias in filter(None, aliases):
        local, _, domain = alias.lower().rpartition("@")
        with_case = to.startswith(f"{local}+", autoescape=True) & to.endswith(f"@{domain}", autoescape=True)
        meant.append((to == alias.lower()) | with_case)
    for order_id in filter(None, order_ids):
        meant += [_OUTBOX.idem_key.startswith(key(kind, account, order_id), autoescape=True) for kind in _KEYS]
    # What is asked of each row comes first where it is stored first: an invoice lies between it and the rest.
    return (_OUTBOX.account == account) & _OUTBOX.kind.in_(PROACTIVE_KINDS) & (or_(*meant) if meant else false())


def sent_to(conn: Connection, account: str, alias: str, since: datetime, *, besides: int = 0) -> tuple[datetime, ...]:
    """Return when automatic mail left for a buyer from `since` on, or may have left; acknowledgements count too."""
    at, left = _left_at(), or_(_OUTBOX.state.in_(_OUT), _OUTBOX.sent_at.is_not(None))
    thread = schema.thread.c
    asked = select(at).where(of(account, aliases=[alias]), left, at >= since, _OUTBOX.id != besides)
    answered = select(at).join(schema.thread, thread.id == _OUTBOX.thread_id)
    answered = answered.where(_OUTBOX.account == account, thread.account == account, thread.buyer_alias == alias)
    answered = answered.where(_OUTBOX.kind == "acknowledgement", left, at >= since)
    return tuple(sorted((*conn.scalars(asked), *conn.scalars(answered))))


def lately_to(conn: Connection, account: str, alias: str, since: datetime) -> int:
    """Return how many such mails to a buyer left from `since` on, or were made since then and may still leave."""
    out = or_(_OUTBOX.state.in_((*_OUT, "queued")), _OUTBOX.sent_at.is_not(None))
    at = func.coalesce(_left_at(), _OUTBOX.created_at, type_=Instant())
    return conn.scalar(select(func.count()).where(of(account, aliases=[alias]), out, at >= since)) or 0


def rows(
    conn: Connection,
    account: str,
    *,
    aliases: Collection[str] = (),
    order_ids: Collection[str] = (),
    states: Collection[str] = (),
    limit: int,
) -> tuple[OutboxRow, ...]:
    """Return such mails to these buyers or about these orders, the newest first."""
    wanted = select(_OUTBOX.id).where(of(account, aliases=aliases, order_ids=order_ids))
    if states:
        wanted = wanted.where(_OUTBOX.state.in_(list(states)))
    ids = conn.scalars(wanted.order_by(_OUTBOX.created_at.desc(), _OUTBOX.id.desc()).limit(limit)).all()
    return tuple(row for outbox_id in ids if (row := outbox_row(conn, outbox_id)) is not None)


def waiting(conn: Connection, account: str, subject: str) -> int:
    """Return how many automatic mails to a buyer, or about an order, still wait; acknowledgements count too."""
    wanted = select(func.count()).where(_OUTBOX.state.in_(_WAITS))
    unasked = of(account, aliases=[subject]) if "@" in subject else of(account, order_ids=[subject])
    thread = schema.thread.c
    theirs = (thread.buyer_alias == subject) if "@" in subject else (thread.order_id == subject)
    answered = wanted.join(schema.thread, thread.id == _OUTBOX.thread_id)
    answered = answered.where(thread.account == account, theirs, _OUTBOX.kind == "acknowledgement")
    return (conn.scalar(wanted.where(unasked)) or 0) + (conn.scalar(answered) or 0)


def drop_files(conn: Connection) -> int:
    """
    Leave only the text of such mails that nothing can send any more, and return of how many an invoice went, `AT_ONCE`
    at the most. The file lies in the seller's folder, and rows that carry one are slow to read past.
    """
    done = _OUTBOX.state.in_(("sent", "refused", "cancelled"))
    large = select(_OUTBOX.id).where(_OUTBOX.kind.in_(PROACTIVE_KINDS), func.length(_OUTBOX.rfc822) > _TEXT_ALONE, done)
    found = conn.scalars(large.order_by(_OUTBOX.id).limit(AT_ONCE)).all()
    for outbox_id in found:
        raw = conn.scalar(select(_OUTBOX.rfc822).where(_OUTBOX.id == outbox_id)) or b""
        text = raw.partition(_FILE)[0][:_TEXT_ALONE]
        conn.execute(update(schema.outbox).where(_OUTBOX.id == outbox_id).values(rfc822=text))
    return len(found)


def delays_told(conn: Connection, account: str, order_ids: Sequence[str]) -> Mapping[str, BuyerTold]:
    """Return of these orders what the newest notice of a delay tells the buyer; a cancelled one tells nothing."""
    first = {key("delay_notice", account, each): each for each in order_ids}
    known = set(conn.scalars(select(_OUTBOX.idem_key).where(_OUTBOX.idem_key.in_(list(first)))))
    again = {f"{each}:{n}": first[each] for each in known for n in range(2, MOST + 1)}
    named = {each: first[each] for each in known} | again
    if not named:
        return {}
    rows = select(_OUTBOX.idem_key, _OUTBOX.state, _OUTBOX.payload, _OUTBOX.created_at)
    told = rows.where(_OUTBOX.idem_key.in_(list(named)), _OUTBOX.state.in_((*_OUT, *_WAITS))).order_by(_OUTBOX.id)
    returned = _returned(conn, account, [first[each] for each in known])
    return {
        (order_id := named[row.idem_key]): BuyerTold(
            date.fromisoformat(row.payload["until"]),
            waits=row.state in _WAITS,
            returned=row.created_at <= returned.get(order_id, datetime.min.replace(tzinfo=UTC)),
        )
        for row in conn.execute(told)
    }


def _returned(conn: Connection, account: str, order_ids: Collection[str]) -> Mapping[str, datetime]:
    """Return of which of these orders a notice of a delay came back, and when."""
    words, at = RETURNED
    detail = select(_ORDER.order_id, _ORDER.feedback_detail)
    return {
        row.order_id: datetime.fromisoformat(row.feedback_detail[at])
        for row in conn.execute(detail.where(_ORDER.account == account, _ORDER.order_id.in_(list(order_ids))))
        if str(row.feedback_detail.get(words, "")).startswith(about("delay_notice", row.order_id))
    }


def _left_at() -> ColumnElement[datetime]:
    return func.coalesce(_OUTBOX.sent_at, _OUTBOX.data_started_at, _OUTBOX.claimed_at, type_=Instant())
