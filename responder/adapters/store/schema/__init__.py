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
from responder.adapters.store.schema.told import canary, mail_action, trouble

__all__ = [
    "HEAD",
    "account",
    "amazon_order",
    "attempt",
    "calendar_day",
    "canary",
    "cursor",
    "decision",
    "digest",
    "invoice_use",
    "mail",
    "mail_action",
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
    "trouble",
]

HEAD = "0006"
"""The revision this program writes; migrations/versions ends with it."""
