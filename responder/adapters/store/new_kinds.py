"""
Mail from Amazon of a type, a sender or a store that nobody knows: the first one is the sample, the others are counted.

One row per account and key. It is told once; a sample that is verified replaces one that is not, and is told again.
A buyer's message gives a row without a sample, and every sample goes when the words of its mail do.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from responder.adapters.store import schema
from responder.adapters.store.columns import is_unset

SAMPLE_LIMIT = 256 * 1024
UNVERIFIED_KEPT = 50
"""Anybody can write in Amazon's name: so many kinds that prove nothing are kept for an account, and no more."""
_KIND = schema.new_kind.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One mail of a kind nobody knows; `key` names what is unknown, as "type:NAME", and `sample` may be empty."""

    account: str
    key: str
    mail_id: int
    at: datetime
    subject: str
    sender: str
    verified: bool
    sample: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKind:
    """A kind of mail nobody knows; `mails` is how many came, `sampled` whether the bytes of one are kept."""

    id: int
    account: str
    key: str
    first_mail_id: int
    first_at: datetime
    last_at: datetime
    mails: int
    subject: str
    sender: str
    verified: bool
    told_at: datetime | None
    sampled: bool


_SAMPLED = func.length(_KIND.sample) > 0
_COLUMNS = (*(_KIND[field.name] for field in fields(NewKind) if field.name != "sampled"), _SAMPLED.label("sampled"))


def saw(conn: Connection, seen: Seen) -> bool:
    """Count a mail of a new kind; True when the row now tells of it: the first one, or the first verified one."""
    known = new_kind(conn, seen.account, seen.key)
    if known is None:
        if not seen.verified:
            _make_room(conn, seen.account)
        return _keep_first(conn, seen)
    values: dict[str, Any] = {"mails": known.mails + 1, "last_at": max(known.last_at, seen.at)}
    proven = seen.verified and not known.verified
    if proven:
        values |= {**_shown(seen), "first_mail_id": seen.mail_id, "first_at": seen.at, "told_at": None}
    conn.execute(update(schema.new_kind).where(_KIND.id == known.id).values(**values))
    return proven


def new_kind(conn: Connection, account: str, key: str) -> NewKind | None:
    """Return one kind."""
    row = conn.execute(select(*_COLUMNS).where(_KIND.account == account, _KIND.key == key)).first()
    return None if row is None else _new_kind(row)


def new_kinds(conn: Connection, *, untold: bool = False) -> tuple[NewKind, ...]:
    """Return all of them, the newest first; `untold`: those no digest has told of."""
    wanted = select(*_COLUMNS).order_by(_KIND.first_at.desc(), _KIND.id.desc())
    return tuple(map(_new_kind, conn.execute(wanted.where(_KIND.told_at.is_(None)) if untold else wanted)))


def sample(conn: Connection, key: str) -> bytes | None:
    """Return the bytes kept of a kind, of whichever account; empty when none are kept, None for no new kind."""
    wanted = select(_KIND.sample).where(_KIND.key == key)
    wanted = wanted.order_by(_SAMPLED.desc(), _KIND.verified.desc(), _KIND.first_at)
    found: bytes | None = conn.scalar(wanted.limit(1))
    return found


def mark_told(conn: Connection, ids: Collection[int], at: datetime) -> int:
    """A digest that names these was sent; return how many were told for the first time."""
    change = update(schema.new_kind).where(_KIND.id.in_(list(ids)), _KIND.told_at.is_(None))
    return conn.execute(change.values(told_at=at)).rowcount


def forget_told(conn: Connection, ids: Collection[int]) -> int:
    """The mail that told of these came back."""
    return conn.execute(update(schema.new_kind).where(_KIND.id.in_(list(ids))).values(told_at=None)).rowcount


def _make_room(conn: Connection, account: str) -> None:
    """
    Forget the oldest unproven kinds, those that were told first: a flood of invented ones is bounded, and silences
    nothing that comes after it.
    """
    unproven = select(_KIND.id).where(_KIND.account == account, is_unset(_KIND.verified))
    newest = unproven.order_by(_KIND.told_at.is_not(None), _KIND.id.desc())
    over = conn.scalars(newest.offset(UNVERIFIED_KEPT - 1)).all()
    conn.execute(delete(schema.new_kind).where(_KIND.id.in_(over)))


def _keep_first(conn: Connection, seen: Seen) -> bool:
    first = {"account": seen.account, "key": seen.key, "first_mail_id": seen.mail_id, "first_at": seen.at}
    conn.execute(insert(schema.new_kind).values(**first, **_shown(seen), last_at=seen.at, mails=1))
    return True


def _shown(seen: Seen) -> dict[str, Any]:
    kept = seen.sample[:SAMPLE_LIMIT]
    return {"subject": seen.subject, "sender": seen.sender, "verified": seen.verified, "sample": kept}


def _new_kind(row: Row[Any]) -> NewKind:
    return NewKind(**{field.name: getattr(row, field.name) for field in fields(NewKind)})
