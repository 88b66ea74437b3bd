"""Orders from Amazon's reports, what happened to them, and which invoice went to which."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables; the first report fills them."""
    _orders()
    _items_and_events()
    _files()
    left_at = sa.text("coalesce(sent_at, data_started_at, claimed_at)")  # counted before each mail to a buyer
    op.create_index("ix_outbox_left_at", "outbox", ["kind", left_at])


def _orders() -> None:
    op.create_table(
        "amazon_order",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=True),
        sa.Column("buyer_address", sa.Text(), nullable=True),
        sa.Column("buyer_alias", sa.Text(), nullable=True),
        sa.Column("buyer_name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("sales_channel", sa.Text(), nullable=True),
        sa.Column("business", sa.Integer(), nullable=True),
        sa.Column("ship_country", sa.Text(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking", sa.Text(), nullable=True),
        sa.Column("purchased_at", WHOLE, nullable=True),
        sa.Column("ship_by_at", WHOLE, nullable=True),
        sa.Column("shipped_at", WHOLE, nullable=True),
        sa.Column("deliver_by_at", WHOLE, nullable=True),
        sa.Column("delivered_at", WHOLE, nullable=True),
        sa.Column("reported_at", WHOLE, nullable=False),
        sa.Column("older", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("first_at", WHOLE, nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("feedback_reason", sa.Text(), nullable=True),
        sa.Column("feedback_detail", sa.Text(), nullable=False),
        sa.Column("feedback_at", WHOLE, nullable=True),
        sa.Column("decided_at", WHOLE, nullable=True),
        sa.Column("look_at", WHOLE, nullable=True),
        sa.Column("invoice", sa.Text(), nullable=True),
        sa.Column("invoice_name", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "feedback IN ('waiting', 'held', 'asked', 'skipped')", name=op.f("ck_amazon_order_feedback")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amazon_order")),
        sa.UniqueConstraint("account", "order_id", name="uq_amazon_order_order_id"),
        sqlite_strict=True,
    )
    _index("ix_amazon_order_look_at", ["look_at", "id"], "look_at IS NOT NULL")
    _index("ix_amazon_order_buyer_alias", ["account", "buyer_alias"], "buyer_alias IS NOT NULL")
    _index("ix_amazon_order_ship_by_at", ["ship_by_at"], "shipped_at IS NULL")
    op.create_index("ix_amazon_order_purchased_at", "amazon_order", ["purchased_at"])


def _index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "amazon_order", columns, sqlite_where=condition, postgresql_where=condition)


def _items_and_events() -> None:
    op.create_table(
        "order_item",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("asin", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("quantity", WHOLE, nullable=True),
        sa.Column("shipped", WHOLE, nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("reported_at", WHOLE, nullable=False),
        sa.Column("older", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "order_id", "item", name=op.f("pk_order_item")),
        sqlite_strict=True,
    )
    op.create_table(
        "order_event",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
        sa.UniqueConstraint("account", "order_id", "kind", "source", name="uq_order_event_source"),
        sqlite_strict=True,
    )
    op.create_index("ix_order_event_at", "order_event", ["kind", "at"])


def _files() -> None:
    op.create_table(
        "report_file",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rows", WHOLE, nullable=False),
        sa.Column("orders", WHOLE, nullable=False),
        sa.Column("skipped", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("told_at", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('done', 'failed')", name=op.f("ck_report_file_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
        sqlite_strict=True,
    )
    op.create_index("ix_report_file_sha256", "report_file", ["sha256"])
    op.create_table(
        "performance_report",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_report")),
        sa.UniqueConstraint("account", "marketplace", "at", name="uq_performance_report_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "invoice_use",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_invoice_use")),
        sqlite_strict=True,
    )
    op.create_index("ix_invoice_use_order_id", "invoice_use", ["account", "order_id"])
