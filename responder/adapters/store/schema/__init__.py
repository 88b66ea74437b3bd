"""
The tables: the truth the daemon lives by, the same on SQLite and PostgreSQL.

The migrations create them; this is what the queries are written against, and a test keeps the two equal.
"""

from responder.adapters.store.schema.base import metadata
from responder.adapters.store.schema.mail import (
    account,
    attempt,
    calendar_day,
    cursor,
    decision,
    digest,
    mail,
    mail_reference,
    meta,
    new_kind,
    notice,
    notice_report,
    outbox,
    suppression,
    thread,
    timer,
)
from responder.adapters.store.schema.orders import (
    amazon_order,
    invoice_use,
    order_alert,
    order_event,
    order_item,
    performance_report,
    rate_level,
    report_file,
)

__all__ = [
    "HEAD",
    "account",
    "amazon_order",
    "attempt",
    "calendar_day",
    "cursor",
    "decision",
    "digest",
    "invoice_use",
    "mail",
    "mail_reference",
    "meta",
    "metadata",
    "new_kind",
    "notice",
    "notice_report",
    "order_alert",
    "order_event",
    "order_item",
    "outbox",
    "performance_report",
    "rate_level",
    "report_file",
    "suppression",
    "thread",
    "timer",
]

HEAD = "0005"
"""The revision this program writes; migrations/versions ends with it."""
