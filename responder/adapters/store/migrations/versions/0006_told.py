"""What the operator asked for by mail, troubles with their beginning and end, and mails to ourselves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add three tables."""
    _mail_action()
    _trouble()
    _canary()


def _mail_action() -> None:
    op.create_table(
        "mail_action",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("mail_id", WHOLE, nullable=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("target", WHOLE, nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('done', 'refused')", name=op.f("ck_mail_action_state")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_action_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_action")),
        sqlite_strict=True,
    )
    done = sa.text("state = 'done'")
    op.create_index(
        "ix_mail_action_used", "mail_action", ["token"], unique=True, sqlite_where=done, postgresql_where=done
    )
    op.create_index("ix_mail_action_at", "mail_action", ["at"])


def _trouble() -> None:
    op.create_table(
        "trouble",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("began_at", WHOLE, nullable=False),
        sa.Column("last_at", WHOLE, nullable=False),
        sa.Column("bad_at", WHOLE, nullable=False),
        sa.Column("away_ms", WHOLE, nullable=False),
        sa.Column("well_at", WHOLE, nullable=True),
        sa.Column("again_at", WHOLE, nullable=True),
        sa.Column("told_at", WHOLE, nullable=True),
        sa.Column("told_in", WHOLE, nullable=True),
        sa.Column("over_at", WHOLE, nullable=True),
        sa.Column("over_told_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["told_in"], ["outbox.id"], name=op.f("fk_trouble_told_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trouble")),
        sqlite_strict=True,
    )
    lasting = sa.text("over_at IS NULL")
    op.create_index(
        "ix_trouble_lasting",
        "trouble",
        ["account", "kind", "key"],
        unique=True,
        sqlite_where=lasting,
        postgresql_where=lasting,
    )
    op.create_index("ix_trouble_began_at", "trouble", ["began_at"])


def _canary() -> None:
    op.create_table(
        "canary",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("outbox_id", WHOLE, nullable=True),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("arrived_at", WHOLE, nullable=True),
        sa.Column("folder", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_canary_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary")),
        sa.UniqueConstraint("message_id", name="uq_canary_message_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_canary_made_at", "canary", ["account", "made_at"])
