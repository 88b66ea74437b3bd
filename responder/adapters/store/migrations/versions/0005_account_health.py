"""The life of Amazon's notices, and what was told of rates, late orders and bad feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the tables; every column has a default, so that no table is copied."""
    _notice()
    _told()


def _notice() -> None:
    op.add_column("notice", sa.Column("amounts", sa.Text(), server_default="[]", nullable=False))
    op.add_column("notice", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("urgent", sa.Integer(), server_default="0", nullable=False))
    op.add_column("notice", sa.Column("settled_at", WHOLE, nullable=True))
    op.add_column("notice", sa.Column("settled_how", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("tagged_at", WHOLE, nullable=True))
    op.add_column("notice", sa.Column("marking_at", WHOLE, nullable=True))
    op.create_index("ix_notice_order_id", "notice", ["account", "order_id"])
    # Claims, chargebacks and warnings that no person has seen are listed from now on until somebody confirms them.
    op.execute(
        "UPDATE notice SET urgent = 1 WHERE seen_at IS NULL AND notice_type IN"
        " ('a_to_z_opened', 'a_to_z_information', 'chargeback', 'performance', 'policy', 'negative_feedback')"
        " AND mail_id NOT IN (SELECT id FROM mail WHERE authentic = 'fail')"
    )
    # A digest ended it until now: what was over by the last one does not come back, years of return requests.
    op.execute(
        "UPDATE notice SET settled_at = due_at, settled_how = 'a digest told of it, and its time is over'"
        " WHERE seen_by = 'digest' AND due_at < (SELECT max(at) FROM digest)"
    )
    # That a digest told of it was kept as if a person had seen it: that is `digest_at` alone.
    op.execute("UPDATE notice SET seen_at = NULL, seen_by = NULL WHERE seen_by = 'digest'")
    op.execute("UPDATE notice SET seen_by = 'command' WHERE seen_by = 'operator'")
    op.create_table(
        "notice_report",
        sa.Column("notice_id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("outbox_id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_report_notice_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_notice_report_outbox_id")),
        sa.PrimaryKeyConstraint("notice_id", "outbox_id", name=op.f("pk_notice_report")),
        sqlite_strict=True,
    )


def _told() -> None:
    op.create_table(
        "rate_level",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("fulfilment", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "marketplace", "metric", "fulfilment", name=op.f("pk_rate_level")),
        sqlite_strict=True,
    )
    op.create_table(
        "order_alert",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("outbox_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_order_alert_outbox_id")),
        sa.PrimaryKeyConstraint("account", "order_id", "kind", "key", name=op.f("pk_order_alert")),
        sqlite_strict=True,
    )
