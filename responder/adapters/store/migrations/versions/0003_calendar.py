"""The calendar as it was resolved, to notice what an update of its data changes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; the daemon fills it at its next start."""
    op.create_table(
        "calendar_day",
        sa.Column("on", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("open", sa.Text(), nullable=False),
        sa.Column("utc_offset", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_calendar_day")),
        sqlite_strict=True,
    )
