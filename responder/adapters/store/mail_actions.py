"""
What was asked by a link of the digest, done or refused: each attempt is a row, and a token is used once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once
from responder.core.actions import FROM_THE_OPERATOR, Action, Asked, Outcome

DONE, REFUSED = "done", "refused"
MANY = 20_000
"""So many attempts that may be forged are read at the most; each is a mail in the inbox."""
_ROW = schema.mail_action.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One mail that asked for something; `token` only where it is one of ours."""

    account: str
    mail_id: int
    at: datetime
    action: Action
    target: int
    token: str | None
    outcome: Outcome
    detail: str = ""


def add(conn: Connection, attempt: Attempt) -> int | None:
    """Keep an attempt and return its id; None when it is done and its token was used before."""
    values = {
        "account": attempt.account,
        "mail_id": attempt.mail_id,
        "at": attempt.at,
        "action": str(attempt.action),
        "target": attempt.target,
        "token": attempt.token,
        "state": DONE if attempt.outcome.is_done else REFUSED,
        "reason": str(attempt.outcome),
        "detail": attempt.detail,
    }
    made = insert_once(conn, schema.mail_action, values)
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
    """
    Return the newest attempts above `after_id`, the oldest of them first: so many of the operator's, and all others.

    Those that may be forged are only counted, so their number has to be right; and no flood of them hides the others.
    """
    own = or_(_ROW.state == DONE, _ROW.reason.in_(sorted(FROM_THE_OPERATOR)))
    newest = select(schema.mail_action).where(_ROW.id > after_id).order_by(_ROW.id.desc())
    found = (*conn.execute(newest.where(own).limit(limit)), *conn.execute(newest.where(~own).limit(MANY)))
    return tuple(sorted(map(_asked, found), key=lambda each: each.id))


def _asked(row: Row[tuple[Any, ...]]) -> Asked:
    return Asked(row.id, row.at, Action(row.action), row.target, Outcome(row.reason), row.detail)
