"""
The level of each rate of which a person was told, and when the rates were computed last.

A rate is told apart by its window too: Amazon looks at late shipments over ten days and over thirty.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from responder.adapters.store import meta, schema
from responder.adapters.store.statements import insert_once
from responder.core.metrics import Level, Rate
from responder.core.rate_alerts import Told

_LEVEL = schema.rate_level.c
_KEY = (_LEVEL.account, _LEVEL.marketplace, _LEVEL.metric, _LEVEL.fulfilment)
_LOOKED_AT = "rates_looked_at"
_LOOKED_REPORT = "rates_looked_report"

Key = tuple[str, str, str, str]
"""Account, marketplace, rate with its window, and who ships ("" for all)."""


def key(rate: Rate) -> Key:
    """Return what tells a rate from the others."""
    return rate.account, rate.marketplace, f"{rate.metric}:{rate.rule.days}d", rate.fulfilment or ""


def told(conn: Connection, accounts: Collection[str]) -> Mapping[Key, Told]:
    """Return what a person was told of the rates of these accounts."""
    rows = conn.execute(select(schema.rate_level).where(_LEVEL.account.in_(list(accounts))))
    return {(row.account, row.marketplace, row.metric, row.fulfilment): _told(row) for row in rows}


def tell(conn: Connection, rate: Rate, now_told: Told, at: datetime) -> None:
    """Keep what a person is told of a rate."""
    names = [column.name for column in _KEY]
    values: dict[str, Any] = {"level": str(now_told.level), "at": at, "detail": dict(_said(now_told))}
    where = dict(zip(names, key(rate), strict=True))
    if insert_once(conn, schema.rate_level, {**where, **values}, list(_KEY)) is None:
        mine = (column == where[column.name] for column in _KEY)
        conn.execute(update(schema.rate_level).where(*mine).values(**values))


def looked_at(conn: Connection) -> datetime | None:
    """Return when the rates were computed last."""
    text = meta.value(conn, _LOOKED_AT)
    return None if text is None else datetime.fromisoformat(text)


def look(conn: Connection, at: datetime, newest: str | None) -> None:
    """Note that the rates were computed, and which report was the newest when that began."""
    meta.set_value(conn, _LOOKED_AT, at.isoformat())
    meta.set_value(conn, _LOOKED_REPORT, newest)


def imported_since(conn: Connection) -> bool:
    """Return whether a report file was read since; by its number, since its instant is when its reading began."""
    return newest_report(conn) != meta.value(conn, _LOOKED_REPORT)


def newest_report(conn: Connection) -> str | None:
    """Return the number of the report file that was read last."""
    newest = conn.scalar(select(func.max(schema.report_file.c.id)))
    return None if newest is None else str(newest)


def _said(now_told: Told) -> Iterator[tuple[str, str]]:
    return ((way, at.isoformat()) for way, at in sorted(now_told.said.items()))


def _told(row: Row[Any]) -> Told:
    return Told(Level(row.level), {way: datetime.fromisoformat(at) for way, at in row.detail.items()})
