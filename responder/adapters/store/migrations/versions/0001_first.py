"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A revision is history: it spells its types out and imports nothing that may change.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table, and make the decisions append-only."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def _sqlite_triggers() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER decision_no_{verb.lower()} BEFORE {verb} ON decision"
            " BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END"
        )


def _postgresql_triggers() -> None:
    op.execute(
        "CREATE FUNCTION decision_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON decision"
        " FOR EACH ROW EXECUTE FUNCTION decision_append_only()"
    )


def _tables() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_start_at", WHOLE, nullable=False),
        sa.Column("imap_state", sa.Text(), nullable=False),
        sa.Column("imap_last_contact_at", WHOLE, nullable=True),
        sa.Column("imap_idle", sa.Integer(), nullable=False),
        sa.Column("smtp_state", sa.Text(), nullable=False),
        sa.Column("smtp_last_contact_at", WHOLE, nullable=True),
        sa.Column("backlog", WHOLE, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
        sqlite_strict=True,
    )
    op.create_table(
        "attempt",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", WHOLE, autoincrement=False, nullable=False),
        sa.Column("uid", WHOLE, autoincrement=False, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", "uidvalidity", "uid", name=op.f("pk_attempt")),
        sqlite_strict=True,
    )
    op.create_table(
        "cursor",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", WHOLE, nullable=False),
        sa.Column("last_uid", WHOLE, nullable=False),
        sa.Column("modseq", WHOLE, nullable=True),
        sa.Column("last_internaldate", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("account", "folder", name=op.f("pk_cursor")),
        sqlite_strict=True,
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        sqlite_strict=True,
    )
    op.create_table(
        "suppression",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("account", "subject", name=op.f("pk_suppression")),
        sqlite_strict=True,
    )
    op.create_table(
        "thread",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("buyer_alias", sa.Text(), nullable=False),
        sa.Column("buyer_name", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=True),
        sa.Column("due_at", WHOLE, nullable=True),
        sa.Column("promise_at", WHOLE, nullable=True),
        sa.Column("acknowledged_at", WHOLE, nullable=True),
        sa.Column("answered_at", WHOLE, nullable=True),
        sa.Column("answered_via", sa.Text(), nullable=True),
        sa.Column("last_message_at", WHOLE, nullable=True),
        sa.Column("messages", WHOLE, nullable=False),
        sa.Column("rev", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('open', 'answered', 'no_response_needed')", name=op.f("ck_thread_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sqlite_strict=True,
    )
    op.create_index("ix_thread_buyer_alias", "thread", ["account", "buyer_alias"])
    op.create_index("ix_thread_case_id", "thread", ["account", "case_id"])
    op.create_index(
        "ix_thread_open",
        "thread",
        ["due_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "mail",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("uidvalidity", WHOLE, nullable=False),
        sa.Column("uid", WHOLE, nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("notice_type", sa.Text(), nullable=True),
        sa.Column("notification_type", sa.Text(), nullable=True),
        sa.Column("marketplace", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("buyer_alias", sa.Text(), nullable=True),
        sa.Column("buyer_address", sa.Text(), nullable=True),
        sa.Column("buyer_name", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("no_response_link", sa.Text(), nullable=True),
        sa.Column("authentic", sa.Text(), nullable=False),
        sa.Column("authentic_reason", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("thread_id", WHOLE, nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("own", sa.Integer(), nullable=False),
        sa.Column("flags_answered", sa.Integer(), nullable=False),
        sa.Column("revalidated", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('inbox', 'sent')", name=op.f("ck_mail_role")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_mail_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("account", "folder", "uidvalidity", "uid", name="uq_mail_uid"),
        sa.UniqueConstraint("account", "role", "dedup_key", name="uq_mail_dedup_key"),
        sqlite_strict=True,
    )
    op.create_index("ix_mail_message_id", "mail", ["message_id"])
    op.create_index("ix_mail_received_at", "mail", ["received_at"])
    op.create_index(
        "ix_mail_sent",
        "mail",
        ["account", "buyer_alias", "received_at"],
        sqlite_where=sa.text("role = 'sent'"),
        postgresql_where=sa.text("role = 'sent'"),
    )
    op.create_index("ix_mail_thread_id", "mail", ["thread_id", "received_at"])
    op.create_table(
        "outbox",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("thread_id", WHOLE, nullable=True),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rfc822", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=True),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("claimed_at", WHOLE, nullable=True),
        sa.Column("data_started_at", WHOLE, nullable=True),
        sa.Column("sent_at", WHOLE, nullable=True),
        sa.Column("smtp_reply", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'held', 'ambiguous', 'refused', 'cancelled')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_outbox_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_outbox_idem_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["state"],
        sqlite_where=sa.text("state IN ('sending', 'held', 'ambiguous')"),
        postgresql_where=sa.text("state IN ('sending', 'held', 'ambiguous')"),
    )
    op.create_index(
        "ix_outbox_queued",
        "outbox",
        ["due_at", "id"],
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_outbox_recipient", "outbox", ["account", "kind", "created_at"])
    op.create_index("ix_outbox_thread_id", "outbox", ["thread_id"])
    op.create_table(
        "decision",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("mail_id", WHOLE, nullable=True),
        sa.Column("thread_id", WHOLE, nullable=True),
        sa.Column("outbox_id", WHOLE, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_decision_mail_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_decision_thread_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_decision_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_strict=True,
    )
    op.create_index("ix_decision_at", "decision", ["at"])
    op.create_index("ix_decision_mail_id", "decision", ["mail_id"])
    op.create_index("ix_decision_thread_id", "decision", ["thread_id"])
    op.create_table(
        "digest",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("outbox_id", WHOLE, nullable=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_digest_outbox_id")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_digest")),
        sa.UniqueConstraint("number", name=op.f("uq_digest_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "mail_reference",
        sa.Column("mail_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_reference_mail_id")),
        sa.PrimaryKeyConstraint("mail_id", "reference", name=op.f("pk_mail_reference")),
        sqlite_strict=True,
    )
    op.create_index("ix_mail_reference_reference", "mail_reference", ["reference"])
    op.create_table(
        "notice",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("mail_id", WHOLE, nullable=False),
        sa.Column("notice_type", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("due_at", WHOLE, nullable=True),
        sa.Column("seen_at", WHOLE, nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=True),
        sa.Column("digest_at", WHOLE, nullable=True),
        sa.Column("marked_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_notice_mail_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_notice_unmarked",
        "notice",
        ["account"],
        sqlite_where=sa.text("marked_at IS NULL"),
        postgresql_where=sa.text("marked_at IS NULL"),
    )
    op.create_index(
        "ix_notice_unseen",
        "notice",
        ["due_at"],
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_table(
        "timer",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("thread_id", WHOLE, nullable=True),
        sa.Column("notice_id", WHOLE, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fired_at", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('pending', 'fired', 'cancelled')", name=op.f("ck_timer_state")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_timer_thread_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_timer_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("key", name=op.f("uq_timer_key")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_timer_notice_id",
        "timer",
        ["notice_id"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_timer_pending",
        "timer",
        ["due_at", "id"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_timer_thread_id",
        "timer",
        ["thread_id"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
