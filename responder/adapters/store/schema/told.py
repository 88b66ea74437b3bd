"""
The tables of what the operator is told and tells: troubles, what they asked for by mail, mails to ourselves.
"""

from sqlalchemy import Column, Index, UniqueConstraint, text

from responder.adapters.store.columns import Instant, Whole
from responder.adapters.store.schema.base import identity, index, one_of, ref, table, words

# What was asked by a link of the digest, done or refused; `token` is kept where it is ours, and used once.
mail_action = table(
    "mail_action",
    identity(),
    words("account"),
    ref("mail_id", "mail"),
    Column("at", Instant, nullable=False),
    words("action", nullable=True),
    Column("target", Whole),
    words("token", nullable=True),
    words("state"),
    words("reason"),
    words("detail"),
    one_of("state", "done", "refused"),
    Index(
        "ix_mail_action_used",
        "token",
        unique=True,
        sqlite_where=text("state = 'done'"),
        postgresql_where=text("state = 'done'"),
    ),
    index("ix_mail_action_at", "at"),
)

# What kept the daemon from its work, from when to when; one row a cause lasts at a time. `bad_at`: since when without
# a pause, `away_ms`: the stretches before that, `well_at`: since when it seems over, `again_at`: the next try.
trouble = table(
    "trouble",
    identity(),
    words("account"),
    words("kind"),
    words("key"),
    words("words"),
    Column("began_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("bad_at", Instant, nullable=False),
    Column("away_ms", Whole, nullable=False),
    Column("well_at", Instant),
    Column("again_at", Instant),
    Column("told_at", Instant),
    ref("told_in", "outbox"),
    Column("over_at", Instant),
    Column("over_told_at", Instant),
    Index(
        "ix_trouble_lasting",
        "account",
        "kind",
        "key",
        unique=True,
        sqlite_where=text("over_at IS NULL"),
        postgresql_where=text("over_at IS NULL"),
    ),
    index("ix_trouble_began_at", "began_at"),
)

# A mail of ours to the watched mailbox, and when it came back; its row of the outbox says when it left.
canary = table(
    "canary",
    identity(),
    words("account"),
    words("message_id"),
    ref("outbox_id", "outbox"),
    Column("made_at", Instant, nullable=False),
    Column("arrived_at", Instant),
    words("folder", nullable=True),
    UniqueConstraint("message_id", name="uq_canary_message_id"),
    index("ix_canary_made_at", "account", "made_at"),
)
