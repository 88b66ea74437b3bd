"""
What follows when a mail that nobody asked for did not arrive: its order was asked about for ever, and no thread is
touched.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import orders, proactive, suppressions
from responder.adapters.store.outbox import OutboxRow


def came_back(conn: Connection, row: OutboxRow, why: str, at: datetime) -> str:
    """Keep with the order that its mail did not arrive, and return it in words."""
    order_id = str(row.payload.get("order_id"))
    words = f"{proactive.about(row.kind, order_id)} did not arrive ({why})"
    orders.came_back(conn, row.account, order_id, words, at)
    return words


def bar(conn: Connection, row: OutboxRow, at: datetime) -> None:
    """The buyer opted out: Amazon's notice may name the order alone, or the buyer."""
    for subject in (proactive.alias_of(row), str(row.payload.get("order_id"))):
        suppressions.suppress(conn, row.account, subject, suppressions.OPTED_OUT, at)
