"""
The daily digests: one a local day, numbered without a gap, so that a missing one is noticed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

_DIGEST = schema.digest.c


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A digest that was made."""

    day: date
    outbox_id: int | None
    at: datetime
    number: int


def next_number(conn: Connection) -> int:
    """Return the number the next digest will carry."""
    return int(conn.scalar(select(func.coalesce(func.max(_DIGEST.number), 0))) or 0) + 1


def insert_digest(conn: Connection, day: date, outbox_id: int | None, at: datetime) -> int | None:
    """Note the digest of a day and return its number; None when the day has one."""
    number = next_number(conn)
    values = {"day": day.isoformat(), "outbox_id": outbox_id, "at": at, "number": number}
    return None if insert_once(conn, schema.digest, values, [_DIGEST.day]) is None else number


def digest(conn: Connection, day: date) -> DigestRow | None:
    """Return the digest of a day."""
    row = conn.execute(select(schema.digest).where(_DIGEST.day == day.isoformat())).first()
    return None if row is None else _digest(row)


def last_digest(conn: Connection) -> DigestRow | None:
    """Return the latest digest."""
    row = conn.execute(select(schema.digest).order_by(_DIGEST.number.desc()).limit(1)).first()
    return None if row is None else _digest(row)


def last_that_counts(conn: Connection) -> DigestRow | None:
    """Return the latest digest that was not refused and did not come back: what another one told, nobody has read."""
    refused = select(schema.outbox.c.id).where(schema.outbox.c.state == "refused")
    counts = or_(_DIGEST.outbox_id.is_(None), _DIGEST.outbox_id.not_in(refused))
    row = conn.execute(select(schema.digest).where(counts).order_by(_DIGEST.number.desc()).limit(1)).first()
    return None if row is None else _digest(row)


def _digest(row: Row[tuple[Any, ...]]) -> DigestRow:
    return DigestRow(date.fromisoformat(row.day), row.outbox_id, row.at, row.number)
