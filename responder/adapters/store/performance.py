"""
Amazon's own figures of an account in each store, as its performance report says them; the newest counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from responder.adapters.store import schema

_REPORT = schema.performance_report.c


@dataclass(frozen=True, slots=True)
class Performance:
    """The figures of one store, as of an instant."""

    account: str
    marketplace: str
    at: datetime
    figures: Mapping[str, Any]


def keep(conn: Connection, new: Performance) -> bool:
    """Keep the figures of an instant; False where they are there already, and the same."""
    theirs = (_REPORT.account == new.account, _REPORT.marketplace == new.marketplace, _REPORT.at == new.at)
    known = conn.execute(select(_REPORT.figures).where(*theirs)).first()
    if known is None:
        values = {"account": new.account, "marketplace": new.marketplace, "at": new.at, "figures": dict(new.figures)}
        conn.execute(insert(schema.performance_report).values(**values))
        return True
    if known.figures == dict(new.figures):
        return False
    conn.execute(update(schema.performance_report).where(*theirs).values(figures=dict(new.figures)))
    return True


def latest(conn: Connection, account: str, marketplace: str, until: datetime | None = None) -> Performance | None:
    """Return the newest figures of an account in a store, or the newest of `until`."""
    theirs = [_REPORT.account == account, _REPORT.marketplace == marketplace]
    theirs += [_REPORT.at <= until] if until is not None else []
    wanted = select(_REPORT.at, _REPORT.figures).where(*theirs).order_by(_REPORT.at.desc()).limit(1)
    row = conn.execute(wanted).first()
    return None if row is None else Performance(account, marketplace, row.at, row.figures)
