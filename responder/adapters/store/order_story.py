"""
The whole story of one order: what it holds, what happened to it, what was decided, and what we wrote.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions, orders, proactive, suppressions
from responder.adapters.store.decisions import Decided
from responder.adapters.store.outbox import OutboxRow
from responder.adapters.store.suppressions import Suppression
from responder.core.orders import Order, OrderEvent, OrderItem

_MOST = 200


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened."""

    at: datetime
    what: OrderEvent | Decided | OutboxRow


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order with all that belongs to it; `barred`: what keeps mail from it, `chapters` in the order of time."""

    items: tuple[OrderItem, ...]
    barred: tuple[Suppression, ...]
    chapters: tuple[Chapter, ...]


def story(conn: Connection, order: Order) -> OrderStory:
    """Return what is known of an order besides itself."""
    account, order_id = order.account, order.order_id
    mails = proactive.rows(conn, account, order_ids=[order_id], limit=_MOST)
    chapters = [
        *(Chapter(event.at, event) for event in orders.events(conn, account, order_id)),
        *(
            Chapter(each.at, each)
            for each in decisions.about_order(conn, account, order_id, [mail.id for mail in mails])
        ),
        *(Chapter(mail.sent_at or mail.created_at, mail) for mail in mails),
    ]
    return OrderStory(
        items=orders.items(conn, account, order_id),
        barred=suppressions.suppressions_of(conn, account, [order.buyer_alias, order_id]),
        chapters=tuple(sorted(chapters, key=lambda each: each.at)),
    )
