"""What a mail holds besides its words, what is sent again, what came back, and mail of a kind nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the table; every column has a default, so that no table is copied."""
    _mail()
    _new_kind()


def _mail() -> None:
    op.add_column("mail", sa.Column("text_key", sa.Text(), nullable=True))
    op.add_column("mail", sa.Column("attachments", sa.Text(), server_default="[]", nullable=False))
    op.add_column("mail", sa.Column("details", sa.Text(), server_default="{}", nullable=False))
    op.add_column("mail", sa.Column("repeat_of", WHOLE, nullable=True))
    op.add_column("mail", sa.Column("returned_at", WHOLE, nullable=True))
    op.add_column("mail", sa.Column("returned_why", sa.Text(), nullable=True))
    _partial("ix_mail_text_key", "mail", ["account", "text_key"], "text_key IS NOT NULL")
    _partial("ix_mail_returned", "mail", ["thread_id"], "returned_at IS NOT NULL")


def _new_kind() -> None:
    op.create_table(
        "new_kind",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("first_mail_id", WHOLE, nullable=False),
        sa.Column("first_at", WHOLE, nullable=False),
        sa.Column("last_at", WHOLE, nullable=False),
        sa.Column("mails", WHOLE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("sample", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["first_mail_id"], ["mail.id"], name=op.f("fk_new_kind_first_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_new_kind")),
        sa.UniqueConstraint("account", "key", name="uq_new_kind_key"),
        sqlite_strict=True,
    )
    _partial("ix_new_kind_untold", "new_kind", ["id"], "told_at IS NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
