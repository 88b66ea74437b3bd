"""
Notices as a person is told of them: with what told of them before, and whether their sender was verified.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from responder.adapters.store import notice_reports, schema
from responder.adapters.store.notices import Notice
from responder.core import digest
from responder.core.kinds import Authentic

_NOTICE = schema.notice.c
_MAIL = schema.mail.c


def rows(conn: Connection, notices: Sequence[Notice]) -> tuple[digest.Notice, ...]:
    """Return the notices with their life so far, in the same order."""
    ids = [each.id for each in notices]
    reports = notice_reports.reports(conn, ids)
    forged = _forged(conn, ids)
    return tuple(_row(each, reports.get(each.id, ()), verified=each.id not in forged) for each in notices)


def _row(notice: Notice, reports: Sequence[notice_reports.Report], *, verified: bool) -> digest.Notice:
    digests = sum(each.kind == notice_reports.DIGEST for each in reports)
    return digest.Notice(
        id=notice.id,
        notice_type=notice.notice_type,
        marketplace=notice.marketplace,
        order_id=notice.order_id,
        subject=notice.subject,
        received_at=notice.received_at,
        due_at=notice.due_at,
        verified=verified,
        urgent=notice.urgent,
        outcome=notice.outcome,
        amounts=tuple(f"{each['value']} {each['currency']}" for each in notice.amounts),
        seen_by=notice.seen_by,
        seen_at=notice.seen_at,
        settled_at=notice.settled_at,
        settled_how=notice.settled_how,
        digests=digests,
        alerts=len(reports) - digests,
    )


def _forged(conn: Connection, ids: Sequence[int]) -> frozenset[int]:
    wanted = select(_NOTICE.id).join(schema.mail, _MAIL.id == _NOTICE.mail_id)
    return frozenset(conn.scalars(wanted.where(_NOTICE.id.in_(ids), _MAIL.authentic == Authentic.FAIL)))
