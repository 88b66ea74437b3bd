"""
The tables of orders: what reports and notices say of them, which files were read, and which invoice went to which.
"""

from sqlalchemy import Column, UniqueConstraint

from responder.adapters.store.columns import Flag, Instant, Json, Whole
from responder.adapters.store.schema.base import identity, index, one_of, ref, table, words

# What the reports say of an order. Its buyer's address and name are personal data, erased like a mail's text.
# `reported_at` is its newest source's instant; `older` names the columns that an older one said last, with its instant.
amazon_order = table(
    "amazon_order",
    identity(),
    words("account"),
    words("order_id"),
    words("marketplace", nullable=True),
    words("buyer_address", nullable=True),
    words("buyer_alias", nullable=True),
    words("buyer_name", nullable=True),
    words("status", nullable=True),
    words("channel", nullable=True),
    words("sales_channel", nullable=True),
    Column("business", Flag),
    words("ship_country", nullable=True),
    words("carrier", nullable=True),
    words("tracking", nullable=True),
    Column("purchased_at", Instant),
    Column("ship_by_at", Instant),
    Column("shipped_at", Instant),
    Column("deliver_by_at", Instant),
    Column("delivered_at", Instant),
    Column("reported_at", Instant, nullable=False),
    Column("older", Json, nullable=False),
    Column("days", Json, nullable=False),
    Column("first_at", Instant, nullable=False),
    words("feedback"),
    words("feedback_reason", nullable=True),
    Column("feedback_detail", Json, nullable=False),
    Column("feedback_at", Instant),
    Column("decided_at", Instant),
    Column("look_at", Instant),
    words("invoice", nullable=True),
    words("invoice_name", nullable=True),
    UniqueConstraint("account", "order_id", name="uq_amazon_order_order_id"),
    one_of("feedback", "waiting", "held", "asked", "skipped"),
    index("ix_amazon_order_look_at", "look_at", "id", where="look_at IS NOT NULL"),
    index("ix_amazon_order_buyer_alias", "account", "buyer_alias", where="buyer_alias IS NOT NULL"),
    index("ix_amazon_order_ship_by_at", "ship_by_at", where="shipped_at IS NULL"),
    index("ix_amazon_order_purchased_at", "purchased_at"),
)

order_item = table(
    "order_item",
    words("account", primary_key=True),
    words("order_id", primary_key=True),
    words("item", primary_key=True),
    words("sku", nullable=True),
    words("asin", nullable=True),
    words("title", nullable=True),
    Column("quantity", Whole),
    Column("shipped", Whole),
    words("status", nullable=True),
    Column("reported_at", Instant, nullable=False),
    Column("older", Json, nullable=False),
)

order_event = table(
    "order_event",
    identity(),
    words("account"),
    words("order_id"),
    words("kind"),
    Column("at", Instant, nullable=False),
    words("source"),
    Column("detail", Json, nullable=False),
    UniqueConstraint("account", "order_id", "kind", "source", name="uq_order_event_source"),
    index("ix_order_event_at", "kind", "at"),
)

report_file = table(
    "report_file",
    identity(),
    words("account", nullable=True),
    words("name"),
    words("sha256"),
    words("kind", nullable=True),
    words("state"),
    words("reason", nullable=True),
    Column("rows", Whole, nullable=False),
    Column("orders", Whole, nullable=False),
    Column("skipped", Whole, nullable=False),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant),
    one_of("state", "done", "failed"),
    index("ix_report_file_sha256", "sha256"),
)

# Amazon's own figures of an account in one store, as its report says them.
performance_report = table(
    "performance_report",
    identity(),
    words("account"),
    words("marketplace"),
    Column("at", Instant, nullable=False),
    Column("figures", Json, nullable=False),
    UniqueConstraint("account", "marketplace", "at", name="uq_performance_report_at"),
)

# Which file went to which order: a file that went to one never goes to another.
invoice_use = table(
    "invoice_use",
    words("sha256", primary_key=True),
    words("account"),
    words("order_id"),
    words("name"),
    Column("at", Instant, nullable=False),
    index("ix_invoice_use_order_id", "account", "order_id"),
)

# The level of which a person was told last, of each of Amazon's rates: an alert comes when it changes.
rate_level = table(
    "rate_level",
    words("account", primary_key=True),
    words("marketplace", primary_key=True),
    words("metric", primary_key=True),
    words("fulfilment", primary_key=True),
    words("level"),
    Column("at", Instant, nullable=False),
    Column("detail", Json, nullable=False),
)

# Of what about an order an alert has told: each thing, by its key, once.
order_alert = table(
    "order_alert",
    words("account", primary_key=True),
    words("order_id", primary_key=True),
    words("kind", primary_key=True),
    words("key", primary_key=True),
    Column("at", Instant, nullable=False),
    ref("outbox_id", "outbox"),
)
