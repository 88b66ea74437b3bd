"""
Wake-ups as rows: what must happen at an instant survives a restart, and happens once.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, or_, select, update

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant
from responder.adapters.store.statements import insert_once

_TIMER = schema.timer.c
APART = ("sweep",)
"""Kinds that another loop fires: they are none of the warnings that `fire_due` takes."""
_PENDING = (_TIMER.state == "pending") & _TIMER.kind.not_in(APART)
_EARLIEST = select(func.min(_TIMER.due_at)).where(_PENDING)
_NOW, _UNTIL = bindparam("now", type_=Instant()), bindparam("until", type_=Instant())
_EARLY = _TIMER.kind.in_(bindparam("early", expanding=True)) & (_TIMER.due_at <= _UNTIL)
_FIRED = update(schema.timer).where(_PENDING, or_(_TIMER.due_at <= _NOW, _EARLY))
_FIRED = _FIRED.values(state="fired", fired_at=_NOW).returning(schema.timer)


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


def fire_due(
    conn: Connection, now: datetime, *, early: Collection[str] = (), ahead: timedelta = timedelta(0)
) -> tuple[Timer, ...]:
    """
    Take the pending timers that are due, the earliest first: each is returned once in its life.

    When there are some, those of the kinds `early` come with them that would be due only `ahead` of now.
    """
    earliest = next_timer(conn)
    if earliest is None or earliest > now:
        return ()
    rows = conn.execute(_FIRED, {"now": now, "early": list(early), "until": now + ahead})
    return tuple(sorted(map(_timer, rows), key=lambda each: (each.due_at, each.id)))


def due_timers(conn: Connection, now: datetime) -> tuple[Timer, ...]:
    """Return the pending timers that are due, without taking them."""
    wanted = select(schema.timer).where(_PENDING, _TIMER.due_at <= now).order_by(_TIMER.due_at, _TIMER.id)
    return tuple(map(_timer, conn.execute(wanted)))


def put_off(conn: Connection, ids: Collection[int], until: datetime) -> int:
    """Let pending timers ring later, and return how many there were."""
    change = update(schema.timer).where(_TIMER.id.in_(list(ids)), _PENDING)
    return conn.execute(change.values(due_at=until)).rowcount


def next_timer(conn: Connection) -> datetime | None:
    """Return when the earliest pending timer is due; `outbox.next_due` also counts mail, which may be paused."""
    due_at: datetime | None = conn.execute(_EARLIEST).scalar_one()
    return due_at


def cancel_thread_timers(conn: Connection, thread_id: int, kinds: Collection[str] | None = None) -> int:
    """Cancel a thread's pending timers, all or those of some kinds, and return how many there were."""
    of_thread = _TIMER.thread_id == thread_id
    return _cancel(conn, of_thread if kinds is None else of_thread & _TIMER.kind.in_(list(kinds)))


def cancel_notice_timers(conn: Connection, notice_id: int) -> int:
    """Cancel a notice's pending timers and return how many there were."""
    return _cancel(conn, _TIMER.notice_id == notice_id)


def timers(
    conn: Connection, *, thread_id: int | None = None, notice_id: int | None = None, pending: bool = True
) -> tuple[Timer, ...]:
    """Return timers, the earliest first."""
    wanted = select(schema.timer).order_by(_TIMER.due_at, _TIMER.id)
    if pending:
        wanted = wanted.where(_TIMER.state == "pending")
    if thread_id is not None:
        wanted = wanted.where(_TIMER.thread_id == thread_id)
    if notice_id is not None:
        wanted = wanted.where(_TIMER.notice_id == notice_id)
    return tuple(map(_timer, conn.execute(wanted)))


def _cancel(conn: Connection, condition: ColumnElement[bool]) -> int:
    change = update(schema.timer).where(condition, _TIMER.state == "pending").values(state="cancelled")
    return conn.execute(change).rowcount


def _timer(row: Row[tuple[Any, ...]]) -> Timer:
    return Timer(**{field.name: getattr(row, field.name) for field in fields(Timer)})
