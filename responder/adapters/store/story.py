"""
The whole story of one thread: what came, what was decided and why, what was sent, in the order of time.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store.decisions import Decided, decisions
from responder.adapters.store.mails import StoredMail, thread_mails
from responder.adapters.store.outbox import OutboxRow, outbox_rows


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened."""

    at: datetime
    what: StoredMail | Decided | OutboxRow


def story(conn: Connection, thread_id: int) -> tuple[Chapter, ...]:
    """Return a thread's mails, decisions and outgoing mails, the oldest first."""
    mails = [Chapter(mail.received_at, mail) for mail in thread_mails(conn, thread_id)]
    decided = [Chapter(decision.at, decision) for decision in decisions(conn, thread_id=thread_id)]
    sent = [
        Chapter(row.sent_at or row.created_at, row)
        for row in reversed(outbox_rows(conn, thread_id=thread_id, raw=False))
    ]
    return tuple(sorted((*mails, *decided, *sent), key=lambda chapter: chapter.at))
