"""
How far each folder has been read (RFC 3501 2.3.1.1), and the mails that kept us from reading on.

A cursor never goes back inside one UIDVALIDITY. An attempt is counted before the mail is parsed, so that a mail that
kills the process is recognised at the next start.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from responder.adapters.store import schema
from responder.adapters.store.columns import is_set, is_unset

_CURSOR = schema.cursor.c
_ATTEMPT = schema.attempt.c


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last UID dealt with in a folder, of one UIDVALIDITY."""

    account: str
    folder: str
    uidvalidity: int
    last_uid: int
    modseq: int | None
    last_internaldate: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A mail being read, or set aside because reading it failed again and again."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    attempts: int
    quarantined: bool
    error: str | None
    at: datetime


def cursor(conn: Connection, account: str, folder: str) -> Cursor | None:
    """Return where reading of this folder stands."""
    row = conn.execute(select(schema.cursor).where(_CURSOR.account == account, _CURSOR.folder == folder)).first()
    return None if row is None else _cursor(row)


def cursors(conn: Connection, account: str) -> tuple[Cursor, ...]:
    """Return the account's cursors, by folder."""
    rows = conn.execute(select(schema.cursor).where(_CURSOR.account == account).order_by(_CURSOR.folder))
    return tuple(map(_cursor, rows))


def move_cursor(
    conn: Connection,
    account: str,
    folder: str,
    uidvalidity: int,
    last_uid: int,
    modseq: int | None,
    last_internaldate: datetime | None,
) -> Cursor:
    """Set the cursor; inside one UIDVALIDITY it only goes forward, and what is None keeps its value."""
    was = cursor(conn, account, folder)
    now = Cursor(account, folder, uidvalidity, last_uid, modseq, last_internaldate)
    if was is not None and was.uidvalidity == uidvalidity:
        now = Cursor(
            account,
            folder,
            uidvalidity,
            max(last_uid, was.last_uid),
            was.modseq if modseq is None else modseq,
            was.last_internaldate if last_internaldate is None else last_internaldate,
        )
    values = {
        "uidvalidity": now.uidvalidity,
        "last_uid": now.last_uid,
        "modseq": now.modseq,
        "last_internaldate": now.last_internaldate,
    }
    if was is None:
        conn.execute(insert(schema.cursor).values(account=account, folder=folder, **values))
    else:
        here = (_CURSOR.account == account, _CURSOR.folder == folder)
        conn.execute(update(schema.cursor).where(*here).values(**values))
    return now


def begin_attempt(conn: Connection, account: str, folder: str, uidvalidity: int, uid: int, now: datetime) -> int:
    """Count one more attempt at reading this mail and return how many that makes."""
    this = _this(account, folder, uidvalidity, uid)
    counted = update(schema.attempt).where(*this).values(attempts=_ATTEMPT.attempts + 1, at=now)
    row = conn.execute(counted.returning(_ATTEMPT.attempts)).first()
    if row is not None:
        return int(row.attempts)
    conn.execute(
        insert(schema.attempt).values(
            account=account,
            folder=folder,
            uidvalidity=uidvalidity,
            uid=uid,
            attempts=1,
            quarantined=False,
            at=now,
        )
    )
    return 1


def finish_attempt(conn: Connection, account: str, folder: str, uidvalidity: int, uid: int) -> bool:
    """Forget the attempts at a mail that was read; one in quarantine stays there (False)."""
    this = (*_this(account, folder, uidvalidity, uid), is_unset(_ATTEMPT.quarantined))
    return conn.execute(delete(schema.attempt).where(*this)).rowcount == 1


def quarantine(
    conn: Connection, account: str, folder: str, uidvalidity: int, uid: int, error: str, now: datetime
) -> bool:
    """Set a mail aside for a person, with the reason; False when it is there already, or was never tried."""
    this = (*_this(account, folder, uidvalidity, uid), is_unset(_ATTEMPT.quarantined))
    change = update(schema.attempt).where(*this).values(quarantined=True, error=error, at=now)
    return conn.execute(change).rowcount == 1


def quarantined(conn: Connection, account: str | None = None) -> tuple[Attempt, ...]:
    """Return the mails that were set aside, the oldest first."""
    wanted = select(schema.attempt).where(is_set(_ATTEMPT.quarantined)).order_by(_ATTEMPT.at, _ATTEMPT.uid)
    if account is not None:
        wanted = wanted.where(_ATTEMPT.account == account)
    return tuple(map(_attempt, conn.execute(wanted)))


def _this(account: str, folder: str, uidvalidity: int, uid: int) -> tuple[ColumnElement[bool], ...]:
    return (
        _ATTEMPT.account == account,
        _ATTEMPT.folder == folder,
        _ATTEMPT.uidvalidity == uidvalidity,
        _ATTEMPT.uid == uid,
    )


def _cursor(row: Row[tuple[object, ...]]) -> Cursor:
    return Cursor(row.account, row.folder, row.uidvalidity, row.last_uid, row.modseq, row.last_internaldate)


def _attempt(row: Row[tuple[object, ...]]) -> Attempt:
    return Attempt(row.account, row.folder, row.uidvalidity, row.uid, row.attempts, row.quarantined, row.error, row.at)
