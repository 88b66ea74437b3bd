"""
The daemon's heartbeat, and when it was missing: what the next digest says first, and what others measure life by.

The heartbeat is written while every loop moves, so a gap is a time in which nobody watched, whatever the reason.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from responder.adapters.store import meta

HEARTBEAT = "heartbeat_at"
OUTAGE = "outage"
NOTICEABLE = timedelta(minutes=15)
"""How long the heartbeat may be missing before it counts as an outage: a restart, an update, a new kernel are none."""
KEPT = 20


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which nobody watched."""

    from_at: datetime
    until_at: datetime


def heartbeat_at(conn: Connection) -> datetime | None:
    """Return when every loop moved last."""
    kept = meta.value(conn, HEARTBEAT)
    return None if kept is None else datetime.fromisoformat(kept)


def beat(conn: Connection, now: datetime) -> None:
    """Note that every loop moves."""
    meta.set_value(conn, HEARTBEAT, now.isoformat(timespec="seconds"))


def begin(conn: Connection, now: datetime) -> Outage | None:
    """Note that every loop moves again, and keep for the digest how long it did not; None when that was not long."""
    before = heartbeat_at(conn)
    beat(conn, now)
    if before is None or now - before <= NOTICEABLE:
        return None
    found = Outage(before, now)
    _keep(conn, (*untold(conn), found)[-KEPT:])
    return found


def untold(conn: Connection) -> tuple[Outage, ...]:
    """Return the outages that no digest told of yet, the earliest first."""
    kept = json.loads(meta.value(conn, OUTAGE) or "[]")
    return tuple(Outage(datetime.fromisoformat(each["from"]), datetime.fromisoformat(each["until"])) for each in kept)


def told(conn: Connection) -> None:
    """Forget the outages: a digest that names them is written in this same transaction."""
    _keep(conn, ())


def _keep(conn: Connection, outages: Sequence[Outage]) -> None:
    made = [{"from": each.from_at.isoformat(), "until": each.until_at.isoformat()} for each in outages]
    meta.set_value(conn, OUTAGE, json.dumps(made) if made else None)
