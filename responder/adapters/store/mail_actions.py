"""
What was asked by a link of the digest, done or refused: each attempt is a row, and a token is used once.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once
from responder.core.actions import Action, Asked

DONE, REFUSED = "done", "refused"
_ROW = schema.mail_action.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One mail that asked for something; `token` only where it is one of ours."""

    account: str
    mail_id: int
    at: datetime
    action: str | None
    target: int | None
    token: str | None
    state: str
    reason: str
    detail: str = ""


def add(conn: Connection, attempt: Attempt) -> int | None:
    """Keep an attempt and return its id; None when it is done and its token was used before."""
    made = insert_once(conn, schema.mail_action, {each.name: getattr(attempt, each.name) for each in fields(Attempt)})
    return None if made is None else int(made[0])


def used_at(conn: Connection, token: str) -> datetime | None:
    """Return when a token was used; None when it may still be."""
    wanted = select(_ROW.at).where(_ROW.token == token, _ROW.state == DONE)
    found: datetime | None = conn.scalar(wanted)
    return found


def last_id(conn: Connection) -> int:
    """Return the id of the newest attempt; 0 when there is none."""
    return conn.scalar(select(func.max(_ROW.id))) or 0


def asked(conn: Connection, after_id: int, limit: int | None = None) -> tuple[Asked, ...]:
    """Return the newest attempts above `after_id`, the oldest of them first."""
    wanted = select(schema.mail_action).where(_ROW.id > after_id).order_by(_ROW.id.desc())
    return tuple(map(_asked, reversed(conn.execute(wanted if limit is None else wanted.limit(limit)).all())))


def _asked(row: Row[tuple[Any, ...]]) -> Asked:
    action = Action(row.action) if row.action in set(Action) else None
    return Asked(row.id, row.at, action, row.target, row.state == DONE, row.reason, row.detail)
