"""
Decisions with their reasons: what the program did or left undone, and why. Append-only, in the database itself.

Each is one line of the log as well, once its transaction is committed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, Text, insert, or_, select, type_coerce

from responder.adapters.store import schema

log = structlog.get_logger()

RETURNED_UNSURE = "returned_unsure"
"""The action of a decision that a mail of ours came back, and nobody knows which: a person has to look."""
BOUNCED = "bounced"
"""A mail of ours did not arrive: a mail server returned it, or Amazon did not deliver it."""
REFUSED = "refused"
"""A mail that nobody asked for was refused for good when it was handed in."""
RETURNED_WAITS = "returned_waits"
"""A mail came back that is not known yet: its copy in the Sent folder may be on its way."""
RETURNED_LATE = "returned_late"
"""That copy did not come: what came back is guessed."""
BCC_NOT_BELIEVED = "bcc_not_believed"
"""A mail in our own name stops no clock: nobody vouches for it."""
CALENDAR_CHANGED = "calendar_changed"
"""An update of a library changed days of the calendar; `words` of the detail say which."""
_UNSAID = "decisions that are not committed"
_DECISION = schema.decision.c
_MADE = insert(schema.decision).returning(_DECISION.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision: `action` is a word like "acknowledge", `detail` and `reasons` hold plain JSON values."""

    at: datetime
    action: str
    account: str | None = None
    mail_id: int | None = None
    thread_id: int | None = None
    outbox_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    reasons: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Decision):
    """A decision as kept."""

    id: int


def decide(conn: Connection, decision: Decision) -> int:
    """Keep a decision and return its id."""
    values = {each.name: getattr(decision, each.name) for each in fields(Decision)}
    values["detail"] = dict(decision.detail)
    values["reasons"] = list(decision.reasons)
    conn.info.setdefault(_UNSAID, []).append(decision)
    return int(conn.execute(_MADE, values).scalar_one())


def unsaid(conn: Connection) -> tuple[Decision, ...]:
    """Return the decisions of this connection's transaction that no line was written about, each of them once."""
    return tuple(conn.info.pop(_UNSAID, ()))


def say(made: Sequence[Decision]) -> None:
    """Write a line about each decision; a command, which has no log, writes none."""
    if not structlog.is_configured():
        return
    for each in made:
        codes = [str(because["code"]) for because in each.reasons if isinstance(because, Mapping) and "code" in because]
        words = each.detail.get("words")
        log.info(
            "decided",
            action=each.action,
            codes=codes,
            reason=words if isinstance(words, str) and not codes else None,
            account=each.account,
            mail=each.mail_id,
            thread=each.thread_id,
            outbox=each.outbox_id,
            order=each.detail.get("order_id"),
        )


def decisions(
    conn: Connection,
    *,
    thread_id: int | None = None,
    mail_id: int | None = None,
    since: datetime | None = None,
    action: str | None = None,
    limit: int | None = None,
) -> tuple[Decided, ...]:
    """Return decisions in the order they were made; with `thread_id` also those on the thread's mails."""
    wanted = select(schema.decision).order_by(_DECISION.id)
    if thread_id is not None:
        of_thread = select(schema.mail.c.id).where(schema.mail.c.thread_id == thread_id)
        wanted = wanted.where(or_(_DECISION.thread_id == thread_id, _DECISION.mail_id.in_(of_thread)))
    if mail_id is not None:
        wanted = wanted.where(_DECISION.mail_id == mail_id)
    if action is not None:
        wanted = wanted.where(_DECISION.action == action)
    if since is not None:
        wanted = wanted.where(_DECISION.at >= since)
    return tuple(map(_decided, conn.execute(wanted if limit is None else wanted.limit(limit))))


def about_order(conn: Connection, account: str, order_id: str, outbox_ids: Collection[int]) -> tuple[Decided, ...]:
    """Return the decisions on an order and on these mails about it, in the order they were made."""
    named = type_coerce(_DECISION.detail, Text).contains(f'"order_id":"{order_id}"', autoescape=True)
    mine = or_(named, _DECISION.outbox_id.in_(list(outbox_ids)))
    rows = select(schema.decision).where(_DECISION.account == account, mine).order_by(_DECISION.id)
    return tuple(map(_decided, conn.execute(rows)))


def _decided(row: Row[tuple[Any, ...]]) -> Decided:
    values = {each.name: getattr(row, each.name) for each in fields(Decided)}
    values["reasons"] = tuple(row.reasons)
    return Decided(**values)
