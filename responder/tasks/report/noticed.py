"""
The rows of a digest about Amazon's notices, and about kinds of them that nobody knows.
"""

from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import new_kinds, notice_rows, notices
from responder.core import digest
from responder.tasks.report.values import SHOWN


def rows(conn: Connection, now: datetime) -> tuple[digest.Notice, ...]:
    """Return the notices the digest has to show."""
    return notice_rows.rows(conn, notices.notices_for_digest(conn, now, SHOWN))


def new_kind_rows(conn: Connection) -> tuple[digest.NewKind, ...]:
    """Return the kinds of notices that nobody knows and no digest has told of."""
    return tuple(_new_kind(kind) for kind in new_kinds.new_kinds(conn, untold=True)[:SHOWN])


def _new_kind(kind: new_kinds.NewKind) -> digest.NewKind:
    return digest.NewKind(kind.id, kind.key, kind.subject, kind.sender, kind.verified, kind.sampled)
