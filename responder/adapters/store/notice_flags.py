r"""
The flags of notices on the server: which are to be looked at, which are to be set, and that they are.

`marking_at` is written before \Seen is set and `marked_at` after it: a crash between the two must not make our own
\Seen look like a person's. A notice is marked once in its life: who sets it unread again wants it so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from responder.adapters.store import schema
from responder.adapters.store.notices import LOOK_BACK, LOOKED_AT, WAITS
from responder.core.notice_life import CONFIRMS

_NOTICE = schema.notice.c
_MAIL = schema.mail.c


class Marking(StrEnum):
    """When a notice is marked as read on the server (`notices.mark_seen`)."""

    AFTER_DIGEST = "after_digest"
    ON_ACKNOWLEDGEMENT = "on_acknowledgement"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of an account, as the server numbers it now."""

    account: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Flagged:
    r"""A notice and its mail on the server; `ours`: a \Seen on it is, or may be, our own."""

    notice_id: int
    uid: int
    ours: bool
    seen: bool


_CONFIRMED = _NOTICE.seen_by.in_(CONFIRMS)
_TOLD = and_(_NOTICE.digest_at.is_not(None), _NOTICE.seen_by.is_(None))
_TO_MARK = {Marking.AFTER_DIGEST: or_(_TOLD, _CONFIRMED), Marking.ON_ACKNOWLEDGEMENT: _CONFIRMED}


def watched(conn: Connection, place: Place, now: datetime) -> tuple[Flagged, ...]:
    """Return the notices whose flags may still say something: what waits, and what nobody has seen or marked."""
    unread = and_(_NOTICE.seen_at.is_(None), _NOTICE.marking_at.is_(None), _NOTICE.marked_at.is_(None))
    open_ = (_NOTICE.settled_at.is_(None), or_(WAITS, unread))
    return _flagged(conn, place, *open_, _NOTICE.received_at >= now - LOOK_BACK)


def untagged(conn: Connection, place: Place, now: datetime) -> tuple[Flagged, ...]:
    """Return the notices whose mail does not carry the keyword."""
    return _flagged(conn, place, _NOTICE.tagged_at.is_(None), _NOTICE.received_at >= now - LOOK_BACK)


def to_mark(conn: Connection, place: Place, marking: Marking) -> tuple[Flagged, ...]:
    """Return the notices that are to be marked as read now; one that a mail program showed is left as it is."""
    wanted = _TO_MARK.get(marking)
    return () if wanted is None else _flagged(conn, place, _NOTICE.marked_at.is_(None), wanted)


def begin_marking(conn: Connection, ids: Collection[int], at: datetime) -> int:
    r"""We are about to set \Seen on these; return how many were not begun before."""
    return _set(conn, ids, _NOTICE.marking_at.is_(None), "marking_at", at)


def marked(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """The server's copies are read now; return how many were not."""
    return _set(conn, ids, _NOTICE.marked_at.is_(None), "marked_at", at)


def tagged(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """The server's copies carry the keyword now; return how many did not."""
    return _set(conn, ids, _NOTICE.tagged_at.is_(None), "tagged_at", at)


def _flagged(conn: Connection, place: Place, *conditions: ColumnElement[bool]) -> tuple[Flagged, ...]:
    """What waits for a person, then the youngest, as many as can be asked about in one go."""
    here = (_MAIL.folder == place.folder, _MAIL.uidvalidity == place.uidvalidity)
    wanted = (
        select(_NOTICE.id, _MAIL.uid, _NOTICE.marking_at, _NOTICE.marked_at, _NOTICE.seen_at)
        .join(schema.mail, _MAIL.id == _NOTICE.mail_id)
        .where(_NOTICE.account == place.account, *here, *conditions)
        .order_by(case((WAITS, 0), else_=1), _NOTICE.received_at.desc(), _NOTICE.id.desc())
        .limit(LOOKED_AT)
    )
    return tuple(
        Flagged(
            row.id,
            row.uid,
            ours=row.marking_at is not None or row.marked_at is not None,
            seen=row.seen_at is not None,
        )
        for row in conn.execute(wanted)
    )


def _set(conn: Connection, ids: Collection[int], unless: ColumnElement[bool], column: str, at: datetime) -> int:
    change = update(schema.notice).where(_NOTICE.id.in_(list(ids)), unless)
    return conn.execute(change.values({column: at})).rowcount
