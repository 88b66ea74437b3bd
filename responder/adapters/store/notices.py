"""
Amazon's notices: their deadlines, and whether a person has seen them.

`seen_at` is set once, and only then may the server's copy be marked (`marked_at`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once
from responder.core.digest import OpenThread

PERSON = "operator"
"""`seen_by` of a notice that somebody has looked at; a line in a digest does not end a claim's clock."""
_NOTICE = schema.notice.c
_MAIL = schema.mail.c


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice to keep, one per mail."""

    account: str
    mail_id: int
    notice_type: str
    marketplace: str | None
    order_id: str | None
    subject: str
    received_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(NewNotice):
    """A notice as kept."""

    id: int
    seen_at: datetime | None
    seen_by: str | None
    digest_at: datetime | None
    marked_at: datetime | None


def waiting(notice: Notice) -> OpenThread:
    """Return a notice as an alert tells the operator of it, among the threads that wait."""
    return OpenThread(
        id=notice.id,
        marketplace=notice.marketplace,
        order_id=notice.order_id,
        subject=f"Amazon notice ({notice.notice_type}): {notice.subject}",
        received_at=notice.received_at,
        due_at=notice.due_at or notice.received_at,
        notice=True,
    )


def insert_notice(conn: Connection, new: NewNotice) -> int | None:
    """Keep a notice and return its id; None when its mail has one already."""
    values = {field.name: getattr(new, field.name) for field in fields(NewNotice)}
    key = insert_once(conn, schema.notice, values, [_NOTICE.mail_id])
    return None if key is None else int(key[0])


def notice(conn: Connection, notice_id: int) -> Notice | None:
    """Return one notice."""
    row = conn.execute(select(schema.notice).where(_NOTICE.id == notice_id)).first()
    return None if row is None else _notice(row)


def notices(conn: Connection, *, unseen: bool = False, limit: int | None = None) -> tuple[Notice, ...]:
    """Return notices, the nearest deadline first, then the newest."""
    wanted = select(schema.notice).order_by(_NOTICE.due_at.is_(None), _NOTICE.due_at, _NOTICE.received_at.desc())
    if unseen:
        wanted = wanted.where(_NOTICE.seen_at.is_(None))
    return tuple(map(_notice, conn.execute(wanted if limit is None else wanted.limit(limit))))


def notices_for_digest(conn: Connection) -> tuple[Notice, ...]:
    """Return what the next digest must show: never shown yet (`digest_at` is None), or not seen by a person."""
    wanted = select(schema.notice).where(or_(_NOTICE.digest_at.is_(None), _NOTICE.seen_at.is_(None)))
    order = (_NOTICE.due_at.is_(None), _NOTICE.due_at, _NOTICE.received_at, _NOTICE.id)
    return tuple(map(_notice, conn.execute(wanted.order_by(*order))))


def notices_due(conn: Connection, after: datetime, before: datetime | None) -> tuple[Notice, ...]:
    """Return what is due in a stretch of time (None: without an end) and no person has seen, the nearest first."""
    wanted = select(schema.notice).where(_NOTICE.due_at >= after, _NOTICE.seen_by.is_distinct_from(PERSON))
    if before is not None:
        wanted = wanted.where(_NOTICE.due_at < before)
    return tuple(map(_notice, conn.execute(wanted.order_by(_NOTICE.due_at, _NOTICE.id))))


def order_details(conn: Connection, account: str, order_id: str) -> tuple[Mapping[str, Any], ...]:
    """Return what verified notices of this order itself name (`details` of their mails), the newest first."""
    wanted = (
        select(_MAIL.details)
        .join(schema.notice, _MAIL.id == _NOTICE.mail_id)
        .where(
            _NOTICE.account == account,
            _NOTICE.order_id == order_id,
            _NOTICE.notice_type == "order",
            _MAIL.authentic == "pass",
        )
        .order_by(_NOTICE.received_at.desc(), _NOTICE.id.desc())
    )
    return tuple(conn.scalars(wanted))


def mark_notices_in_digest(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """A digest with these notices was sent; return how many were in one for the first time."""
    return _mark(conn, ids, _NOTICE.digest_at.is_(None), digest_at=at)


def mark_notices_seen(conn: Connection, ids: Collection[int], at: datetime, by: str) -> int:
    """A person has seen these; return how many were unseen before."""
    return _mark(conn, ids, _NOTICE.seen_at.is_(None), seen_at=at, seen_by=by)


def forget_told(conn: Connection, ids: Collection[int], by: str) -> int:
    """The mail that told of these came back: nobody has seen them after all, unless a person said so."""
    not_by_a_person = or_(_NOTICE.seen_by.is_(None), _NOTICE.seen_by == by)
    change = update(schema.notice).where(_NOTICE.id.in_(list(ids)), not_by_a_person)
    return conn.execute(change.values(digest_at=None, seen_at=None, seen_by=None)).rowcount


def unmarked_seen_notices(conn: Connection, account: str, folder: str, uidvalidity: int) -> tuple[tuple[int, int], ...]:
    """Return (notice id, uid) of seen notices whose mail on the server still waits for its flags."""
    wanted = (
        select(_NOTICE.id, _MAIL.uid)
        .join(schema.mail, _MAIL.id == _NOTICE.mail_id)
        .where(
            _NOTICE.account == account,
            _NOTICE.marked_at.is_(None),
            _NOTICE.seen_at.is_not(None),
            _MAIL.folder == folder,
            _MAIL.uidvalidity == uidvalidity,
        )
        .order_by(_MAIL.uid)
    )
    return tuple((row.id, row.uid) for row in conn.execute(wanted))


def mark_notices_marked(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """The server's copies carry their flags now; return how many had not."""
    return _mark(conn, ids, _NOTICE.marked_at.is_(None), marked_at=at)


def _mark(conn: Connection, ids: Collection[int], unless: ColumnElement[bool], **values: Any) -> int:
    change = update(schema.notice).where(_NOTICE.id.in_(list(ids)), unless)
    return conn.execute(change.values(**values)).rowcount


def _notice(row: Row[tuple[Any, ...]]) -> Notice:
    return Notice(**{field.name: getattr(row, field.name) for field in fields(Notice)})
