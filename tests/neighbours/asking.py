"""Mail that nobody asked for, as the task that asks would decide it: finished bytes in the outbox, about an order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from responder.adapters.store import order_list, orders, outbox, proactive
from responder.adapters.store.order_lines import line
from responder.adapters.store.order_list import Wanted
from responder.adapters.store.order_rows import Counts
from responder.adapters.store.outbox import NewOutbox, OutboxRow
from responder.core import compose
from responder.core.orders import FeedbackState, Order, OrderEvent, OrderFacts, OrderItem

ORDER = "171-1234567-1234567"
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
TEXT = """\
Bonjour,

Votre commande {order} devrait maintenant vous être parvenue. Si vous le souhaitez, vous pouvez laisser une
évaluation de notre boutique sur Amazon : elle aide les autres clients à nous connaître.

Vous trouverez la facture de cette commande en pièce jointe.

Maison Exemple
"""
PDF = b"%PDF-1.7\n" + b"x" * 150_000
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    """What a report says of one order."""

    facts: OrderFacts | None
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()


def upsert(conn: Connection, account: str, lines: Iterable[Any], *, reported_at: datetime, now: datetime) -> Counts:
    """Keep what the lines of a report of `reported_at` say, this module's or the reader's."""
    said = (line(each.facts.order_id, reported_at, each.facts, each.items, each.events) for each in lines)
    return orders.keep(conn, account, said, now)


def known(
    conn: Connection, at: datetime, order_id: str = ORDER, alias: str = ALIAS, account: str = "main", **more: Any
) -> None:
    """A report names the order and its buyer, and `more`."""
    facts = OrderFacts(order_id=order_id, marketplace="amazon.fr", buyer_address=alias, buyer_alias=alias, **more)
    upsert(conn, account, [Line(facts)], reported_at=at, now=at)


def every_order(conn: Connection) -> tuple[Order, ...]:
    """Return all orders there are, the newest first."""
    return tuple(each.order for each in order_list.page(conn, Wanted(), None, 100_000))


def request(
    at: datetime, *, order_id: str = ORDER, to: str = ALIAS, alias: str = ALIAS, **changes: object
) -> NewOutbox:
    """A request for feedback with an invoice, finished and due at `at`."""
    kind = str(changes.get("kind", compose.FEEDBACK_REQUEST))
    key = proactive.key(kind, "main", order_id)
    message_id = compose.message_id(b"secret", key, "example.com")
    outgoing = compose.Outgoing(
        kind=kind,
        to=to,
        from_="service@example.com",
        from_name="Maison Exemple",
        subject=f"Votre commande {order_id}",
        body=TEXT.format(order=order_id),
        message_id=message_id,
        date_at=at,
        instance="0123456789abcdef",
        attachment=compose.invoice(order_id, PDF),
        language="fr",
    )
    new = NewOutbox(
        account="main",
        idem_key=key,
        message_id=message_id,
        kind=kind,
        recipient=to,
        subject=outgoing.subject,
        rfc822=compose.finished(outgoing),
        due_at=at,
        created_at=at,
        payload={"order_id": order_id, "alias": alias, "invoice": None},
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def asked(conn: Connection, at: datetime, *, sent_at: datetime | None = None, **changes: object) -> OutboxRow:
    """The order is known, its buyer was asked at `at`, and the mail left (then, unless told otherwise)."""
    new = request(at, **changes)  # type: ignore[arg-type]
    order_id = str(new.payload["order_id"])
    known(conn, at - MINUTE, order_id, str(new.payload["alias"]))
    outbox_id = outbox.enqueue(conn, new)
    order = orders.order(conn, "main", order_id)
    assert outbox_id is not None
    assert order is not None
    orders.decided(
        conn,
        order.id,
        state=FeedbackState.ASKED,
        reason=None,
        detail={"outbox": outbox_id},
        at=at,
        look_at=None,
        now=at,
    )
    left_at = sent_at or at
    claimed = outbox.claim_due(conn, "main", left_at, (new.kind,))
    assert claimed is not None
    assert claimed.id == outbox_id
    outbox.data_started(conn, outbox_id, left_at)
    outbox.mark_sent(conn, outbox_id, left_at, "250 ok")
    row = outbox.outbox_row(conn, outbox_id)
    assert row is not None
    return row
