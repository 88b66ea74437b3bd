"""
The rows of a digest about Amazon's notices, and about kinds of them that nobody knows.
"""

from sqlalchemy import Connection

from responder.adapters.store import mails, new_kinds, notices
from responder.core import digest
from responder.tasks.report.values import SHOWN


def rows(conn: Connection) -> tuple[digest.Notice, ...]:
    """Return the notices the digest has to show."""
    return tuple(_notice(conn, notice) for notice in notices.notices_for_digest(conn)[:SHOWN])


def new_kind_rows(conn: Connection) -> tuple[digest.NewKind, ...]:
    """Return the kinds of notices that nobody knows and no digest has told of."""
    return tuple(_new_kind(kind) for kind in new_kinds.new_kinds(conn, untold=True)[:SHOWN])


def _notice(conn: Connection, notice: notices.Notice) -> digest.Notice:
    mail = mails.mail(conn, notice.mail_id)
    return digest.Notice(
        id=notice.id,
        notice_type=notice.notice_type,
        marketplace=notice.marketplace,
        order_id=notice.order_id,
        subject=notice.subject,
        received_at=notice.received_at,
        due_at=notice.due_at,
        verified=mail is None or mail.authentic != "fail",
    )


def _new_kind(kind: new_kinds.NewKind) -> digest.NewKind:
    return digest.NewKind(kind.id, kind.key, kind.subject, kind.sender, kind.verified, kind.sampled)
