"""
The one statement whose words differ between the databases: INSERT that leaves an existing row alone.

Everything else is written once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(
    conn: Connection, table: Table, values: Mapping[str, Any], key: Sequence[Column[Any]] | None = None
) -> tuple[Any, ...] | None:
    """Insert a row and return its primary key; None when `key` (or any unique key) is taken already."""
    if conn.dialect.name == "sqlite":
        lite = sqlite.insert(table).values(**values).on_conflict_do_nothing(index_elements=key)
        row = conn.execute(lite.returning(*table.primary_key)).first()
    else:
        pg = postgresql.insert(table).values(**values).on_conflict_do_nothing(index_elements=key)
        row = conn.execute(pg.returning(*table.primary_key)).first()
    return None if row is None else tuple(row)
