"""
The tables: the truth the daemon lives by, the same on SQLite and PostgreSQL.

The migrations create them; this is what the queries are written against, and a test keeps the two equal.
"""

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, MetaData, Table, UniqueConstraint, text
from sqlalchemy.sql.schema import SchemaItem

from responder.adapters.store.columns import Flag, Instant, Json, Whole, Words

# The revision this program writes; migrations/versions ends with it.
HEAD = "0004"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _id() -> Column[int]:
    return Column("id", Whole, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = True) -> Column[int]:
    return Column(name, Whole, ForeignKey(f"{target}.id"), nullable=nullable)


def _words(name: str, *, nullable: bool = False, **more: Any) -> Column[str]:
    return Column(name, Words, nullable=nullable, **more)


def _one_of(column: str, *values: str) -> CheckConstraint:
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


def _index(name: str, *columns: str, where: str | None = None) -> Index:
    if where is None:
        return Index(name, *columns)
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


meta = _table("meta", _words("key", primary_key=True), _words("value"))

account = _table(
    "account",
    _words("name", primary_key=True),
    Column("first_start_at", Instant, nullable=False),
    _words("imap_state"),
    Column("imap_last_contact_at", Instant),
    Column("imap_idle", Flag, nullable=False),
    _words("smtp_state"),
    Column("smtp_last_contact_at", Instant),
    Column("backlog", Whole, nullable=False),
    _words("problem", nullable=True),
)

cursor = _table(
    "cursor",
    _words("account", primary_key=True),
    _words("folder", primary_key=True),
    Column("uidvalidity", Whole, nullable=False),
    Column("last_uid", Whole, nullable=False),
    Column("modseq", Whole),
    Column("last_internaldate", Instant),
)

attempt = _table(
    "attempt",
    _words("account", primary_key=True),
    _words("folder", primary_key=True),
    Column("uidvalidity", Whole, primary_key=True, autoincrement=False),
    Column("uid", Whole, primary_key=True, autoincrement=False),
    Column("attempts", Whole, nullable=False),
    Column("quarantined", Flag, nullable=False),
    _words("error", nullable=True),
    Column("at", Instant, nullable=False),
)

thread = _table(
    "thread",
    _id(),
    _words("account"),
    _words("marketplace", nullable=True),
    _words("order_id", nullable=True),
    _words("case_id", nullable=True),
    _words("buyer_alias"),
    _words("buyer_name", nullable=True),
    _words("subject"),
    _words("language", nullable=True),
    _words("state"),
    Column("received_at", Instant),
    Column("due_at", Instant),
    Column("promise_at", Instant),
    Column("acknowledged_at", Instant),
    Column("answered_at", Instant),
    _words("answered_via", nullable=True),
    Column("last_message_at", Instant),
    Column("messages", Whole, nullable=False),
    Column("rev", Whole, nullable=False),
    _one_of("state", "open", "answered", "no_response_needed"),
    _index("ix_thread_open", "due_at", where="state = 'open'"),
    _index("ix_thread_buyer_alias", "account", "buyer_alias"),
    _index("ix_thread_case_id", "account", "case_id"),
)

mail = _table(
    "mail",
    _id(),
    _words("account"),
    _words("folder"),
    _words("role"),
    Column("uidvalidity", Whole, nullable=False),
    Column("uid", Whole, nullable=False),
    _words("dedup_key"),
    _words("message_id", nullable=True),
    Column("received_at", Instant, nullable=False),
    Column("size", Whole, nullable=False),
    _words("kind"),
    _words("notice_type", nullable=True),
    _words("notification_type", nullable=True),
    _words("marketplace", nullable=True),
    _words("language", nullable=True),
    _words("order_id", nullable=True),
    _words("buyer_alias", nullable=True),
    _words("buyer_address", nullable=True),
    _words("buyer_name", nullable=True),
    _words("case_id", nullable=True),
    _words("subject"),
    _words("text", nullable=True),
    _words("no_response_link", nullable=True),
    _words("authentic"),
    _words("authentic_reason"),
    Column("automatic", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    _words("error", nullable=True),
    _ref("thread_id", "thread"),
    Column("raw", LargeBinary),
    Column("own", Flag, nullable=False),
    Column("flags_answered", Flag, nullable=False),
    Column("revalidated", Flag, nullable=False),
    _words("text_key", nullable=True),
    Column("attachments", Json, nullable=False, server_default="[]"),
    Column("details", Json, nullable=False, server_default="{}"),
    # A mail's id, without a foreign key: SQLite adds one only by copying the table. No row of mail is ever deleted.
    Column("repeat_of", Whole),
    Column("returned_at", Instant),
    _words("returned_why", nullable=True),
    UniqueConstraint("account", "folder", "uidvalidity", "uid", name="uq_mail_uid"),
    UniqueConstraint("account", "role", "dedup_key", name="uq_mail_dedup_key"),
    _one_of("role", "inbox", "sent"),
    _index("ix_mail_message_id", "message_id"),
    _index("ix_mail_thread_id", "thread_id", "received_at"),
    _index("ix_mail_sent", "account", "buyer_alias", "received_at", where="role = 'sent'"),
    _index("ix_mail_received_at", "received_at"),
    _index("ix_mail_text_key", "account", "text_key", where="text_key IS NOT NULL"),
    _index("ix_mail_returned", "thread_id", where="returned_at IS NOT NULL"),
)

mail_reference = _table(
    "mail_reference",
    Column("mail_id", Whole, ForeignKey("mail.id"), primary_key=True, autoincrement=False),
    _words("reference", primary_key=True),
    _index("ix_mail_reference_reference", "reference"),
)

notice = _table(
    "notice",
    _id(),
    _words("account"),
    Column("mail_id", Whole, ForeignKey("mail.id"), nullable=False, unique=True),
    _words("notice_type"),
    _words("marketplace", nullable=True),
    _words("order_id", nullable=True),
    _words("subject"),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("seen_at", Instant),
    _words("seen_by", nullable=True),
    Column("digest_at", Instant),
    Column("marked_at", Instant),
    _index("ix_notice_unseen", "due_at", where="seen_at IS NULL"),
    _index("ix_notice_unmarked", "account", where="marked_at IS NULL"),
)

new_kind = _table(
    "new_kind",
    _id(),
    _words("account"),
    _words("key"),
    Column("first_mail_id", Whole, ForeignKey("mail.id"), nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("mails", Whole, nullable=False),
    _words("subject"),
    _words("sender"),
    Column("verified", Flag, nullable=False),
    Column("sample", LargeBinary, nullable=False),
    Column("told_at", Instant),
    UniqueConstraint("account", "key", name="uq_new_kind_key"),
    _index("ix_new_kind_untold", "id", where="told_at IS NULL"),
)

outbox = _table(
    "outbox",
    _id(),
    _words("account"),
    _ref("thread_id", "thread"),
    Column("idem_key", Words, nullable=False, unique=True),
    Column("message_id", Words, nullable=False, unique=True),
    _words("kind"),
    _words("recipient"),
    _words("subject"),
    Column("rfc822", LargeBinary),
    _words("state"),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("attempts", Whole, nullable=False),
    Column("claimed_at", Instant),
    Column("data_started_at", Instant),
    Column("sent_at", Instant),
    _words("smtp_reply", nullable=True),
    _words("reason", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("payload", Json, nullable=False),
    _one_of("state", "queued", "sending", "sent", "held", "ambiguous", "refused", "cancelled"),
    _index("ix_outbox_queued", "due_at", "id", where="state = 'queued'"),
    _index("ix_outbox_open", "state", where="state IN ('sending', 'held', 'ambiguous')"),
    _index("ix_outbox_thread_id", "thread_id"),
    _index("ix_outbox_recipient", "account", "kind", "created_at"),
    Index("ix_outbox_left_at", "kind", text("coalesce(sent_at, data_started_at, claimed_at)")),
)

decision = _table(
    "decision",
    _id(),
    Column("at", Instant, nullable=False),
    _words("account", nullable=True),
    _ref("mail_id", "mail"),
    _ref("thread_id", "thread"),
    _ref("outbox_id", "outbox"),
    _words("action"),
    Column("detail", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    _index("ix_decision_thread_id", "thread_id"),
    _index("ix_decision_mail_id", "mail_id"),
    _index("ix_decision_at", "at"),
)

timer = _table(
    "timer",
    _id(),
    _words("account", nullable=True),
    _ref("thread_id", "thread"),
    _ref("notice_id", "notice"),
    _words("kind"),
    Column("key", Words, nullable=False, unique=True),
    Column("due_at", Instant, nullable=False),
    _words("state"),
    Column("fired_at", Instant),
    _one_of("state", "pending", "fired", "cancelled"),
    _index("ix_timer_pending", "due_at", "id", where="state = 'pending'"),
    _index("ix_timer_thread_id", "thread_id", where="state = 'pending'"),
    _index("ix_timer_notice_id", "notice_id", where="state = 'pending'"),
)

suppression = _table(
    "suppression",
    _words("account", primary_key=True),
    _words("subject", primary_key=True),
    _words("reason"),
    Column("at", Instant, nullable=False),
)

digest = _table(
    "digest",
    _words("day", primary_key=True),
    _ref("outbox_id", "outbox"),
    Column("at", Instant, nullable=False),
    Column("number", Whole, nullable=False, unique=True),
)

calendar_day = _table(
    "calendar_day",
    _words("on", primary_key=True),
    _words("kind"),
    _words("name", nullable=True),
    _words("source"),
    Column("open", Json, nullable=False),
    Column("utc_offset", Whole, nullable=False),
)

# What the reports say of an order. Its buyer's address and name are personal data, erased like a mail's text.
# `reported_at` is its newest source's instant; `older` names the columns that an older one said last, with its instant.
amazon_order = _table(
    "amazon_order",
    _id(),
    _words("account"),
    _words("order_id"),
    _words("marketplace", nullable=True),
    _words("buyer_address", nullable=True),
    _words("buyer_alias", nullable=True),
    _words("buyer_name", nullable=True),
    _words("status", nullable=True),
    _words("channel", nullable=True),
    _words("sales_channel", nullable=True),
    Column("business", Flag),
    _words("ship_country", nullable=True),
    _words("carrier", nullable=True),
    _words("tracking", nullable=True),
    Column("purchased_at", Instant),
    Column("ship_by_at", Instant),
    Column("shipped_at", Instant),
    Column("deliver_by_at", Instant),
    Column("delivered_at", Instant),
    Column("reported_at", Instant, nullable=False),
    Column("older", Json, nullable=False),
    Column("days", Json, nullable=False),
    Column("first_at", Instant, nullable=False),
    _words("feedback"),
    _words("feedback_reason", nullable=True),
    Column("feedback_detail", Json, nullable=False),
    Column("feedback_at", Instant),
    Column("decided_at", Instant),
    Column("look_at", Instant),
    _words("invoice", nullable=True),
    _words("invoice_name", nullable=True),
    UniqueConstraint("account", "order_id", name="uq_amazon_order_order_id"),
    _one_of("feedback", "waiting", "held", "asked", "skipped"),
    _index("ix_amazon_order_look_at", "look_at", "id", where="look_at IS NOT NULL"),
    _index("ix_amazon_order_buyer_alias", "account", "buyer_alias", where="buyer_alias IS NOT NULL"),
    _index("ix_amazon_order_ship_by_at", "ship_by_at", where="shipped_at IS NULL"),
    _index("ix_amazon_order_purchased_at", "purchased_at"),
)

order_item = _table(
    "order_item",
    _words("account", primary_key=True),
    _words("order_id", primary_key=True),
    _words("item", primary_key=True),
    _words("sku", nullable=True),
    _words("asin", nullable=True),
    _words("title", nullable=True),
    Column("quantity", Whole),
    Column("shipped", Whole),
    _words("status", nullable=True),
    Column("reported_at", Instant, nullable=False),
    Column("older", Json, nullable=False),
)

order_event = _table(
    "order_event",
    _id(),
    _words("account"),
    _words("order_id"),
    _words("kind"),
    Column("at", Instant, nullable=False),
    _words("source"),
    Column("detail", Json, nullable=False),
    UniqueConstraint("account", "order_id", "kind", "source", name="uq_order_event_source"),
    _index("ix_order_event_at", "kind", "at"),
)

report_file = _table(
    "report_file",
    _id(),
    _words("account", nullable=True),
    _words("name"),
    _words("sha256"),
    _words("kind", nullable=True),
    _words("state"),
    _words("reason", nullable=True),
    Column("rows", Whole, nullable=False),
    Column("orders", Whole, nullable=False),
    Column("skipped", Whole, nullable=False),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant),
    _one_of("state", "done", "failed"),
    _index("ix_report_file_sha256", "sha256"),
)

# Amazon's own figures of an account in one store, as its report says them.
performance_report = _table(
    "performance_report",
    _id(),
    _words("account"),
    _words("marketplace"),
    Column("at", Instant, nullable=False),
    Column("figures", Json, nullable=False),
    UniqueConstraint("account", "marketplace", "at", name="uq_performance_report_at"),
)

# Which file went to which order: a file that went to one never goes to another.
invoice_use = _table(
    "invoice_use",
    _words("sha256", primary_key=True),
    _words("account"),
    _words("order_id"),
    _words("name"),
    Column("at", Instant, nullable=False),
    _index("ix_invoice_use_order_id", "account", "order_id"),
)
