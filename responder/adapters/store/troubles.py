"""
What kept the daemon from its work, from when to when: one row for each cause while it lasts.

The rows are the truth: a restart neither forgets that somebody was told nor tells it again.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, literal, select, update

from responder.adapters.store import schema
from responder.adapters.store.columns import Instant
from responder.core.troubles import RULES, SEEN_BY_LOOPS, Trouble, TroubleKind

_TROUBLE = schema.trouble.c
_LASTING = _TROUBLE.over_at.is_(None)
_MS = timedelta(milliseconds=1)


def begin(
    conn: Connection,
    account: str,
    kind: TroubleKind,
    key: str,
    words: str,
    at: datetime,
    *,
    again_at: datetime | None = None,
    away: timedelta = timedelta(0),
) -> bool:
    """
    Note that something is wrong at `at`; True when it is new. Of the same cause only the words change.

    `away`: for how long the place was wrong already, for another reason that nobody was told of.
    """
    known = one(conn, account, kind, key)
    if known is None:
        first = {"account": account, "kind": kind, "key": key, "words": words, "again_at": again_at}
        times = {"began_at": at, "last_at": at, "bad_at": at, "away_ms": away // _MS}
        conn.execute(insert(schema.trouble).values(**first, **times))
        return True
    values: dict[str, Any] = {"words": words, "again_at": again_at, "last_at": max(at, known.last_at), "well_at": None}
    if known.well_at is not None:
        values["bad_at"] = max(at, known.well_at)
    conn.execute(update(schema.trouble).where(_TROUBLE.id == known.id).values(**values))
    return False


def still(conn: Connection, account: str, kind: TroubleKind, key: str, at: datetime) -> bool:
    """Note that it is wrong as before; False where nothing was known to be."""
    known = one(conn, account, kind, key)
    return known is not None and not begin(conn, account, kind, key, known.words, at, again_at=known.again_at)


def over(conn: Connection, account: str, kind: TroubleKind, key: str, at: datetime) -> bool:
    """Note that it is well since `at`; whether that is its end is decided later. False where it was well before."""
    known = one(conn, account, kind, key)
    if known is None or known.well_at is not None:
        return False
    at = max(at, known.bad_at)
    away = (known.away + (at - known.bad_at)) // _MS
    values = {"well_at": at, "again_at": None, "away_ms": away}
    conn.execute(update(schema.trouble).where(_TROUBLE.id == known.id).values(**values))
    return True


def one(conn: Connection, account: str, kind: TroubleKind, key: str) -> Trouble | None:
    """Return the trouble of this cause that lasts."""
    this = (_TROUBLE.account == account, _TROUBLE.kind == kind, _TROUBLE.key == key)
    row = conn.execute(select(schema.trouble).where(*this, _LASTING)).first()
    return None if row is None else _trouble(row)


def lasting(conn: Connection, kinds: Collection[TroubleKind] = ()) -> tuple[Trouble, ...]:
    """Return every trouble (of these kinds, if any are named) that is not over, the oldest first."""
    wanted = select(schema.trouble).where(_LASTING).order_by(_TROUBLE.began_at, _TROUBLE.id)
    return tuple(map(_trouble, conn.execute(wanted.where(_TROUBLE.kind.in_(list(kinds))) if kinds else wanted)))


def to_recover(conn: Connection) -> tuple[Trouble, ...]:
    """Return the troubles that are over, that somebody was told of, and of whose end nobody was."""
    states = [kind for kind, rule in RULES.items() if rule.recovers]
    told = (_TROUBLE.told_at.is_not(None), _TROUBLE.over_told_at.is_(None), _TROUBLE.kind.in_(states))
    wanted = select(schema.trouble).where(_TROUBLE.over_at.is_not(None), *told)
    return tuple(map(_trouble, conn.execute(wanted.order_by(_TROUBLE.began_at, _TROUBLE.id))))


def since(conn: Connection, at: datetime) -> tuple[Trouble, ...]:
    """Return every trouble that lasts or ended after `at`, the oldest first."""
    wanted = select(schema.trouble).where(_LASTING | (_TROUBLE.over_at > at))
    return tuple(map(_trouble, conn.execute(wanted.order_by(_TROUBLE.began_at, _TROUBLE.id))))


def end(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """These are over: since they were well, or at `at`; return how many."""
    over_at = func.coalesce(_TROUBLE.well_at, literal(at, Instant()))
    change = update(schema.trouble).where(_TROUBLE.id.in_(list(ids)), _LASTING)
    return conn.execute(change.values(over_at=over_at)).rowcount


def told(conn: Connection, ids: Collection[int], outbox_id: int | None, at: datetime) -> int:
    """An alert about these was written (`outbox_id` is None where it could not be kept); return how many."""
    change = update(schema.trouble).where(_TROUBLE.id.in_(list(ids)), _TROUBLE.told_at.is_(None))
    return conn.execute(change.values(told_at=at, told_in=outbox_id)).rowcount


def over_told(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """A mail that says that these are over was written; return how many."""
    change = update(schema.trouble).where(_TROUBLE.id.in_(list(ids)), _TROUBLE.over_told_at.is_(None))
    return conn.execute(change.values(over_told_at=at)).rowcount


def restarted(conn: Connection, at: datetime) -> int:
    """At a start: what only an earlier process saw and told nobody counts anew; return how many were forgotten."""
    alone = (_TROUBLE.kind.in_(SEEN_BY_LOOPS), _TROUBLE.told_at.is_(None), _LASTING)
    return conn.execute(update(schema.trouble).where(*alone).values(over_at=at)).rowcount


def daily_told_at(conn: Connection) -> datetime | None:
    """Return when somebody was last told of what is told once a day."""
    daily = [kind for kind, rule in RULES.items() if rule.daily]
    at: datetime | None = conn.scalar(select(func.max(_TROUBLE.told_at)).where(_TROUBLE.kind.in_(daily)))
    return at


def _trouble(row: Row[Any]) -> Trouble:
    return Trouble(
        id=row.id,
        account=row.account,
        kind=TroubleKind(row.kind),
        key=row.key,
        words=row.words,
        began_at=row.began_at,
        last_at=row.last_at,
        bad_at=row.bad_at,
        away=row.away_ms * _MS,
        well_at=row.well_at,
        again_at=row.again_at,
        told_at=row.told_at,
        told_in=row.told_in,
        over_at=row.over_at,
        over_told_at=row.over_told_at,
    )
