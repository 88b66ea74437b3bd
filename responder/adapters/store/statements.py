"""
The one statement whose words differ between the databases: INSERT that leaves an existing row alone.

Everything else is written once. What is asked at every mail is built once, too: building a statement takes longer than
SQLite does to answer it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


def insert_once(
    conn: Connection, table: Table, values: Mapping[str, Any], key: Sequence[Column[Any]] | None = None
) -> tuple[Any, ...] | None:
    """Insert a row and return its primary key; None when `key` (or any unique key) is taken already."""
    names = None if key is None else tuple(column.name for column in key)
    row = conn.execute(_statement(conn.dialect.name, table, names), dict(values)).first()
    return None if row is None else tuple(row)


@lru_cache(maxsize=64)
def _statement(dialect: str, table: Table, key: tuple[str, ...] | None) -> ReturningInsert[Any]:
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing(index_elements=key).returning(*table.primary_key)
    return postgresql.insert(table).on_conflict_do_nothing(index_elements=key).returning(*table.primary_key)
