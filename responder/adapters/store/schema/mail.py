"""
The tables of mail: what arrived, its threads and notices, what we send, and what was decided about it.
"""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text

from responder.adapters.store.columns import Flag, Instant, Json, Whole, Words
from responder.adapters.store.schema.base import identity, index, one_of, ref, table, words

meta = table("meta", words("key", primary_key=True), words("value"))

account = table(
    "account",
    words("name", primary_key=True),
    Column("first_start_at", Instant, nullable=False),
    words("imap_state"),
    Column("imap_last_contact_at", Instant),
    Column("imap_idle", Flag, nullable=False),
    words("smtp_state"),
    Column("smtp_last_contact_at", Instant),
    Column("backlog", Whole, nullable=False),
    words("problem", nullable=True),
)

cursor = table(
    "cursor",
    words("account", primary_key=True),
    words("folder", primary_key=True),
    Column("uidvalidity", Whole, nullable=False),
    Column("last_uid", Whole, nullable=False),
    Column("modseq", Whole),
    Column("last_internaldate", Instant),
)

attempt = table(
    "attempt",
    words("account", primary_key=True),
    words("folder", primary_key=True),
    Column("uidvalidity", Whole, primary_key=True, autoincrement=False),
    Column("uid", Whole, primary_key=True, autoincrement=False),
    Column("attempts", Whole, nullable=False),
    Column("quarantined", Flag, nullable=False),
    words("error", nullable=True),
    Column("at", Instant, nullable=False),
)

thread = table(
    "thread",
    identity(),
    words("account"),
    words("marketplace", nullable=True),
    words("order_id", nullable=True),
    words("case_id", nullable=True),
    words("buyer_alias"),
    words("buyer_name", nullable=True),
    words("subject"),
    words("language", nullable=True),
    words("state"),
    Column("received_at", Instant),
    Column("due_at", Instant),
    Column("promise_at", Instant),
    Column("acknowledged_at", Instant),
    Column("answered_at", Instant),
    words("answered_via", nullable=True),
    Column("last_message_at", Instant),
    Column("messages", Whole, nullable=False),
    Column("rev", Whole, nullable=False),
    one_of("state", "open", "answered", "no_response_needed"),
    index("ix_thread_open", "due_at", where="state = 'open'"),
    index("ix_thread_buyer_alias", "account", "buyer_alias"),
    index("ix_thread_case_id", "account", "case_id"),
)

mail = table(
    "mail",
    identity(),
    words("account"),
    words("folder"),
    words("role"),
    Column("uidvalidity", Whole, nullable=False),
    Column("uid", Whole, nullable=False),
    words("dedup_key"),
    words("message_id", nullable=True),
    Column("received_at", Instant, nullable=False),
    Column("size", Whole, nullable=False),
    words("kind"),
    words("notice_type", nullable=True),
    words("notification_type", nullable=True),
    words("marketplace", nullable=True),
    words("language", nullable=True),
    words("order_id", nullable=True),
    words("buyer_alias", nullable=True),
    words("buyer_address", nullable=True),
    words("buyer_name", nullable=True),
    words("case_id", nullable=True),
    words("subject"),
    words("text", nullable=True),
    words("no_response_link", nullable=True),
    words("authentic"),
    words("authentic_reason"),
    Column("automatic", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    words("error", nullable=True),
    ref("thread_id", "thread"),
    Column("raw", LargeBinary),
    Column("own", Flag, nullable=False),
    Column("flags_answered", Flag, nullable=False),
    Column("revalidated", Flag, nullable=False),
    words("text_key", nullable=True),
    Column("attachments", Json, nullable=False, server_default="[]"),
    Column("details", Json, nullable=False, server_default="{}"),
    # A mail's id, without a foreign key: SQLite adds one only by copying the table. No row of mail is ever deleted.
    Column("repeat_of", Whole),
    Column("returned_at", Instant),
    words("returned_why", nullable=True),
    UniqueConstraint("account", "folder", "uidvalidity", "uid", name="uq_mail_uid"),
    UniqueConstraint("account", "role", "dedup_key", name="uq_mail_dedup_key"),
    one_of("role", "inbox", "sent"),
    index("ix_mail_message_id", "message_id"),
    index("ix_mail_thread_id", "thread_id", "received_at"),
    index("ix_mail_sent", "account", "buyer_alias", "received_at", where="role = 'sent'"),
    index("ix_mail_received_at", "received_at"),
    index("ix_mail_text_key", "account", "text_key", where="text_key IS NOT NULL"),
    index("ix_mail_returned", "thread_id", where="returned_at IS NOT NULL"),
)

mail_reference = table(
    "mail_reference",
    Column("mail_id", Whole, ForeignKey("mail.id"), primary_key=True, autoincrement=False),
    words("reference", primary_key=True),
    index("ix_mail_reference_reference", "reference"),
)

notice = table(
    "notice",
    identity(),
    words("account"),
    Column("mail_id", Whole, ForeignKey("mail.id"), nullable=False, unique=True),
    words("notice_type"),
    words("marketplace", nullable=True),
    words("order_id", nullable=True),
    words("subject"),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("seen_at", Instant),
    words("seen_by", nullable=True),
    Column("digest_at", Instant),
    Column("marked_at", Instant),
    Column("amounts", Json, nullable=False, server_default="[]"),
    words("outcome", nullable=True),
    Column("urgent", Flag, nullable=False, server_default="0"),
    Column("settled_at", Instant),
    words("settled_how", nullable=True),
    Column("tagged_at", Instant),
    Column("marking_at", Instant),
    index("ix_notice_order_id", "account", "order_id"),
    index("ix_notice_unseen", "due_at", where="seen_at IS NULL"),
    index("ix_notice_unmarked", "account", where="marked_at IS NULL"),
)

new_kind = table(
    "new_kind",
    identity(),
    words("account"),
    words("key"),
    Column("first_mail_id", Whole, ForeignKey("mail.id"), nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("mails", Whole, nullable=False),
    words("subject"),
    words("sender"),
    Column("verified", Flag, nullable=False),
    Column("sample", LargeBinary, nullable=False),
    Column("told_at", Instant),
    UniqueConstraint("account", "key", name="uq_new_kind_key"),
    index("ix_new_kind_untold", "id", where="told_at IS NULL"),
)

outbox = table(
    "outbox",
    identity(),
    words("account"),
    ref("thread_id", "thread"),
    Column("idem_key", Words, nullable=False, unique=True),
    Column("message_id", Words, nullable=False, unique=True),
    words("kind"),
    words("recipient"),
    words("subject"),
    Column("rfc822", LargeBinary),
    words("state"),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("attempts", Whole, nullable=False),
    Column("claimed_at", Instant),
    Column("data_started_at", Instant),
    Column("sent_at", Instant),
    words("smtp_reply", nullable=True),
    words("reason", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("payload", Json, nullable=False),
    one_of("state", "queued", "sending", "sent", "held", "ambiguous", "refused", "cancelled"),
    index("ix_outbox_queued", "due_at", "id", where="state = 'queued'"),
    index("ix_outbox_open", "state", where="state IN ('sending', 'held', 'ambiguous')"),
    index("ix_outbox_thread_id", "thread_id"),
    index("ix_outbox_recipient", "account", "kind", "created_at"),
    Index("ix_outbox_left_at", "kind", text("coalesce(sent_at, data_started_at, claimed_at)")),
)

# In which digest or alert a person was told of a notice, once SMTP accepted it.
notice_report = table(
    "notice_report",
    Column("notice_id", Whole, ForeignKey("notice.id"), primary_key=True, autoincrement=False),
    Column("outbox_id", Whole, ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    words("kind"),
    Column("at", Instant, nullable=False),
)

decision = table(
    "decision",
    identity(),
    Column("at", Instant, nullable=False),
    words("account", nullable=True),
    ref("mail_id", "mail"),
    ref("thread_id", "thread"),
    ref("outbox_id", "outbox"),
    words("action"),
    Column("detail", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    index("ix_decision_thread_id", "thread_id"),
    index("ix_decision_mail_id", "mail_id"),
    index("ix_decision_at", "at"),
)

timer = table(
    "timer",
    identity(),
    words("account", nullable=True),
    ref("thread_id", "thread"),
    ref("notice_id", "notice"),
    words("kind"),
    Column("key", Words, nullable=False, unique=True),
    Column("due_at", Instant, nullable=False),
    words("state"),
    Column("fired_at", Instant),
    one_of("state", "pending", "fired", "cancelled"),
    index("ix_timer_pending", "due_at", "id", where="state = 'pending'"),
    index("ix_timer_thread_id", "thread_id", where="state = 'pending'"),
    index("ix_timer_notice_id", "notice_id", where="state = 'pending'"),
)

suppression = table(
    "suppression",
    words("account", primary_key=True),
    words("subject", primary_key=True),
    words("reason"),
    Column("at", Instant, nullable=False),
)

digest = table(
    "digest",
    words("day", primary_key=True),
    ref("outbox_id", "outbox"),
    Column("at", Instant, nullable=False),
    Column("number", Whole, nullable=False, unique=True),
)

calendar_day = table(
    "calendar_day",
    words("on", primary_key=True),
    words("kind"),
    words("name", nullable=True),
    words("source"),
    Column("open", Json, nullable=False),
    Column("utc_offset", Whole, nullable=False),
)
