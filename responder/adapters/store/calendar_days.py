"""
The calendar as the daemon last resolved it, day by day, and what it was resolved with.

Only the days that are not the same are written: on an ordinary day one comes and one goes.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, time
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from responder.adapters.store import meta, schema
from responder.adapters.store.columns import Json
from responder.core.calendars import Day, DayKind
from responder.core.hours import MIDNIGHT, hours_text
from responder.core.resolved import MadeFrom, ResolvedDay

MADE_FROM = "calendar_made_from"
_DAY = schema.calendar_day.c
_JSON = Json()


def days(conn: Connection) -> tuple[ResolvedDay, ...]:
    """Return the days that are kept, in order."""
    return tuple(map(_resolved, conn.execute(select(schema.calendar_day).order_by(_DAY.on))))


def made_from(conn: Connection) -> MadeFrom | None:
    """Return what they were resolved with; None where nothing is kept."""
    kept = meta.value(conn, MADE_FROM)
    return None if kept is None else MadeFrom(**_JSON.process_result_value(kept, conn.dialect))


def replace(conn: Connection, new: Sequence[ResolvedDay], made: MadeFrom) -> int:
    """Keep these days and no others, and what they were resolved with; return how many rows were written."""
    known = {each.on: each for each in days(conn)}
    wanted = {each.on: each for each in new}
    gone = [on.isoformat() for on, each in known.items() if wanted.get(on) != each]
    if gone:
        conn.execute(delete(schema.calendar_day).where(_DAY.on.in_(gone)))
    rows = [_values(each) for on, each in wanted.items() if known.get(on) != each]
    if rows:
        conn.execute(insert(schema.calendar_day), rows)
    meta.set_value(conn, MADE_FROM, _JSON.process_bind_param(asdict(made), conn.dialect))
    return len(rows)


def _values(each: ResolvedDay) -> dict[str, Any]:
    return {
        "on": each.on.isoformat(),
        "kind": str(each.day.kind),
        "name": each.day.name,
        "source": each.day.source,
        "open": [list(hours_text(hours)) for hours in each.day.open],
        "utc_offset": each.utc_offset,
    }


def _resolved(row: Row[tuple[Any, ...]]) -> ResolvedDay:
    hours = tuple((time.fromisoformat(start), _end(end)) for start, end in row.open)
    return ResolvedDay(Day(date.fromisoformat(row.on), DayKind(row.kind), row.name, row.source, hours), row.utc_offset)


def _end(text: str) -> time:
    return MIDNIGHT if text == "24:00" else time.fromisoformat(text)
