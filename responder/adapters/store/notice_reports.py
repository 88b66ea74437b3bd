"""
In which digest or alert a person was told of a notice: a row once the mail server accepted it, none when it came back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

DIGEST = "digest"
AT_ONCE = 1_000
"""Notices asked about in one statement: PostgreSQL takes 65,535 values in one."""
_NOTICE = schema.notice.c
_REPORT = schema.notice_report.c


@dataclass(frozen=True, slots=True)
class Report:
    """A mail to the operator that told of a notice; `kind` is digest or alert."""

    notice_id: int
    outbox_id: int
    kind: str
    at: datetime


def told(conn: Connection, ids: Collection[int], outbox_id: int, kind: str, at: datetime) -> int:
    """A mail that tells of these notices was accepted; return for how many that is news."""
    known = conn.scalars(select(_NOTICE.id).where(_NOTICE.id.in_(list(ids))).order_by(_NOTICE.id)).all()
    news = [
        notice_id
        for notice_id in known
        if insert_once(
            conn, schema.notice_report, {"notice_id": notice_id, "outbox_id": outbox_id, "kind": kind, "at": at}
        )
    ]
    if kind == DIGEST:
        first = update(schema.notice).where(_NOTICE.id.in_(news), _NOTICE.digest_at.is_(None))
        conn.execute(first.values(digest_at=at))
    return len(news)


def forget(conn: Connection, ids: Collection[int], outbox_id: int) -> int:
    """
    The mail that told of these came back: nobody was told by it; return how many that changes.

    `digest_at` is then that of the first other digest, if there is one.
    """
    gone = conn.execute(delete(schema.notice_report).where(_REPORT.outbox_id == outbox_id)).rowcount
    other = (_REPORT.notice_id == _NOTICE.id, _REPORT.kind == DIGEST)
    first = select(func.min(_REPORT.at)).where(*other).scalar_subquery()
    conn.execute(update(schema.notice).where(_NOTICE.id.in_(list(ids))).values(digest_at=first))
    return gone


def reports(conn: Connection, ids: Sequence[int]) -> Mapping[int, tuple[Report, ...]]:
    """Return by notice what told of it, in order."""
    found: dict[int, list[Report]] = {}
    for start in range(0, len(ids), AT_ONCE):
        these = _REPORT.notice_id.in_(ids[start : start + AT_ONCE])
        for row in conn.execute(select(schema.notice_report).where(these).order_by(_REPORT.at, _REPORT.outbox_id)):
            found.setdefault(row.notice_id, []).append(Report(row.notice_id, row.outbox_id, row.kind, row.at))
    return {notice_id: tuple(each) for notice_id, each in found.items()}
