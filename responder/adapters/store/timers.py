"""
Wake-ups as rows: what must happen at an instant survives a restart, and happens once.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

_TIMER = schema.timer.c


@dataclass(frozen=True, slots=True)
class Timer:
    """An instant at which something is to be looked at."""

    id: int
    key: str
    kind: str
    due_at: datetime
    account: str | None
    thread_id: int | None
    notice_id: int | None
    state: str
    fired_at: datetime | None


def add_timer(
    conn: Connection,
    key: str,
    kind: str,
    due_at: datetime,
    *,
    account: str | None = None,
    thread_id: int | None = None,
    notice_id: int | None = None,
) -> int | None:
    """Set a timer; None when `key` was ever used before (put the instant into the key of what may come again)."""
    values = {"key": key, "kind": kind, "due_at": due_at, "account": account, "state": "pending"}
    owners = {"thread_id": thread_id, "notice_id": notice_id}
    made = insert_once(conn, schema.timer, {**values, **owners}, [_TIMER.key])
    return None if made is None else int(made[0])


def fire_due(conn: Connection, now: datetime, limit: int = 100) -> tuple[Timer, ...]:
    """Take the pending timers that are due, the earliest first: each is returned once in its life."""
    due = select(_TIMER.id).where(_TIMER.state == "pending", _TIMER.due_at <= now)
    ids = conn.scalars(due.order_by(_TIMER.due_at, _TIMER.id).limit(limit)).all()
    if not ids:
        return ()
    fired = update(schema.timer).where(_TIMER.id.in_(ids), _TIMER.state == "pending")
    conn.execute(fired.values(state="fired", fired_at=now))
    wanted = select(schema.timer).where(_TIMER.id.in_(ids)).order_by(_TIMER.due_at, _TIMER.id)
    return tuple(map(_timer, conn.execute(wanted)))


def next_timer(conn: Connection) -> datetime | None:
    """Return when the earliest pending timer is due; `outbox.next_due` also counts mail, which may be paused."""
    earliest = select(func.min(_TIMER.due_at)).where(_TIMER.state == "pending")
    due_at: datetime | None = conn.execute(earliest).scalar_one()
    return due_at


def cancel_thread_timers(conn: Connection, thread_id: int) -> int:
    """Cancel a thread's pending timers and return how many there were."""
    return _cancel(conn, _TIMER.thread_id == thread_id)


def cancel_notice_timers(conn: Connection, notice_id: int) -> int:
    """Cancel a notice's pending timers and return how many there were."""
    return _cancel(conn, _TIMER.notice_id == notice_id)


def timers(conn: Connection, *, thread_id: int | None = None, pending: bool = True) -> tuple[Timer, ...]:
    """Return timers, the earliest first."""
    wanted = select(schema.timer).order_by(_TIMER.due_at, _TIMER.id)
    if pending:
        wanted = wanted.where(_TIMER.state == "pending")
    if thread_id is not None:
        wanted = wanted.where(_TIMER.thread_id == thread_id)
    return tuple(map(_timer, conn.execute(wanted)))


def _cancel(conn: Connection, condition: ColumnElement[bool]) -> int:
    change = update(schema.timer).where(condition, _TIMER.state == "pending").values(state="cancelled")
    return conn.execute(change).rowcount


def _timer(row: Row[tuple[Any, ...]]) -> Timer:
    return Timer(**{field.name: getattr(row, field.name) for field in fields(Timer)})
