"""
When the newest report of unshipped orders of a store was made: an older order that it does not name has left.

One that names no order of a store may be a report of other stores; of an account's only store every one speaks.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from responder.adapters.store import meta, schema

_PREFIX = "unshipped_report:"
_META = schema.meta.c


def note(conn: Connection, account: str, marketplaces: Collection[str], reported_at: datetime) -> None:
    """A report of that time speaks of these stores ("": of none); an older one than is known changes nothing."""
    reported_at = reported_at.replace(microsecond=reported_at.microsecond // 1000 * 1000)  # as its orders keep it
    for marketplace in sorted(marketplaces):
        key = f"{_PREFIX}{marketplace}:{account}"
        known = meta.value(conn, key)
        if known is None or datetime.fromisoformat(known) < reported_at:
            meta.set_value(conn, key, reported_at.isoformat())


def newest(conn: Connection) -> Mapping[tuple[str, str], datetime]:
    """Return the time of the newest one by account and marketplace."""
    rows = conn.execute(select(_META.key, _META.value).where(_META.key.startswith(_PREFIX, autoescape=True)))
    found = {}
    for row in rows:
        marketplace, _, account = row.key.removeprefix(_PREFIX).partition(":")
        found[account, marketplace] = datetime.fromisoformat(row.value)
    return found
