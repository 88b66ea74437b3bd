"""
The rows of a digest about what goes out: what waits for a person, and what was sent.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions, findings, outbox, threads
from responder.core import compose, digest
from responder.core.threads import Thread, ThreadState
from responder.tasks.report.values import SHOWN


def to_decide(conn: Connection, since_at: datetime | None) -> list[outbox.OutboxRow]:
    """Return what waits for a person; a refused mail is told as long as its buyer waits, any other once."""
    rows = list(outbox.outbox_rows(conn, ("held", "ambiguous"), SHOWN, raw=False))
    lately = _refused_since(conn, since_at)
    for row in outbox.outbox_rows(conn, ("refused",), SHOWN, raw=False):
        if row.kind == outbox.CANARY:  # its trouble tells it
            continue
        thread = _thread_of(conn, row)
        news = since_at is None or row.created_at >= since_at or row.id in lately
        if (thread.state is ThreadState.OPEN) if thread else news:
            rows.append(row)
    return rows


def _refused_since(conn: Connection, since_at: datetime | None) -> frozenset[int | None]:
    """Return what came back since then: a mail that nobody asked for may have been made days before."""
    known = (
        each
        for action in (decisions.BOUNCED, decisions.REFUSED)
        for each in decisions.decisions(conn, action=action, since=since_at)
    )
    return frozenset(each.outbox_id for each in known)


def _thread_of(conn: Connection, row: outbox.OutboxRow) -> Thread | None:
    return threads.thread(conn, row.thread_id) if row.thread_id is not None else None


def _about(conn: Connection, row: outbox.OutboxRow) -> tuple[str | None, str | None]:
    """Return the marketplace and the order of a mail to a buyer, whether it is in a thread or nobody asked for it."""
    thread = _thread_of(conn, row)
    if thread is not None or row.kind not in outbox.PROACTIVE_KINDS:
        return (thread.marketplace, thread.order_id) if thread else (None, None)
    return row.recipient.rpartition("@")[2].removeprefix("marketplace."), row.payload.get("order_id")


def decision(conn: Connection, row: outbox.OutboxRow) -> digest.Decision:
    """Return a row that waits for a person, as the digest shows it."""
    marketplace, order_id = _about(conn, row)
    return digest.Decision(
        id=row.id,
        kind=row.kind,
        state=row.state,
        reason=row.reason or "",
        subject=row.subject,
        marketplace=marketplace,
        order_id=order_id,
        expires_at=row.expires_at,
        thread_id=row.thread_id,
        broken=row.state == "held" and bool(findings.found(row)),
        tries=row.attempts,
    )


def sent_rows(conn: Connection, since_at: datetime | None) -> list[outbox.OutboxRow]:
    """Return the mails to buyers that left since then, in order."""
    kinds = (compose.ACKNOWLEDGEMENT, *outbox.PROACTIVE_KINDS)
    rows = outbox.outbox_rows(conn, ("sent",), SHOWN, kinds=kinds, since=since_at, raw=False)
    return sorted((row for row in rows if row.sent_at), key=lambda row: (row.sent_at or row.created_at, row.id))


def sent(conn: Connection, row: outbox.OutboxRow) -> digest.SentMail:
    """Return a mail that left, as the digest shows it."""
    marketplace, order_id = _about(conn, row)
    return digest.SentMail(
        at=row.sent_at or row.created_at,
        kind=row.kind,
        marketplace=marketplace,
        order_id=order_id,
        subject=row.subject,
    )
