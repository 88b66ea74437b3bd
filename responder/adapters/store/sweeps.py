"""
The warnings before unattended windows, as timers that follow the calendar.

A window that is gone takes its warning with it, one that comes back brings it back; a warning that was given is never
given again.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, exists, func, select, update

from responder.adapters.store import schema, timers
from responder.adapters.store.statements import insert_once

KIND = "sweep"
_TIMER, _MAIL = schema.timer.c, schema.mail.c
_PENDING = (_TIMER.kind == KIND) & (_TIMER.state == "pending")


def follow(conn: Connection, wanted: Mapping[str, datetime]) -> None:
    """Set the warnings `wanted`, by key with their instant, and cancel every other one that waits."""
    cancelled = update(schema.timer).where(_PENDING, _TIMER.key.not_in(list(wanted)))
    conn.execute(cancelled.values(state="cancelled"))
    for key, due_at in wanted.items():
        values = {"key": key, "kind": KIND, "due_at": due_at, "state": "pending"}
        if insert_once(conn, schema.timer, values, [_TIMER.key]) is None:
            not_given = (_TIMER.key == key) & (_TIMER.state != "fired")
            conn.execute(update(schema.timer).where(not_given).values(due_at=due_at, state="pending"))


def fire_due(conn: Connection, now: datetime) -> tuple[timers.Timer, ...]:
    """Take the warnings that are due, the earliest first: each is returned once in its life."""
    due = select(_TIMER.id).where(_PENDING, _TIMER.due_at <= now)
    fired = update(schema.timer).where(_TIMER.id.in_(due)).values(state="fired", fired_at=now).returning(_TIMER.id)
    ids = set(conn.scalars(fired))
    return tuple(each for each in timers.timers(conn, pending=False) if each.id in ids) if ids else ()


def next_at(conn: Connection) -> datetime | None:
    """Return when the earliest warning is due."""
    due_at: datetime | None = conn.execute(select(func.min(_TIMER.due_at)).where(_PENDING)).scalar_one()
    return due_at


def forged_threads(conn: Connection) -> frozenset[int]:
    """Return the open threads of nothing but mail that failed verification."""
    thread = schema.thread.c
    received = (_MAIL.thread_id == thread.id, _MAIL.role == "inbox")
    forged = exists().where(*received, _MAIL.authentic == "fail")
    genuine = exists().where(*received, _MAIL.authentic != "fail")
    return frozenset(conn.scalars(select(thread.id).where(thread.state == "open", forged, ~genuine)))


def forged_notices(conn: Connection, ids: Collection[int]) -> frozenset[int]:
    """Return which of these notices failed verification."""
    notice = schema.notice.c
    wanted = select(notice.id).join(schema.mail, _MAIL.id == notice.mail_id)
    return frozenset(conn.scalars(wanted.where(notice.id.in_(list(ids)), _MAIL.authentic == "fail")))
