"""
Column types that mean the same on SQLite and PostgreSQL.

Instants are integer milliseconds UTC, so that comparing and indexing them needs no database's idea of a time zone.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Integer, Text, TypeDecorator, literal
from sqlalchemy.types import TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)

# SQLite's STRICT tables know INTEGER only, and only an INTEGER primary key is the row id.
Whole = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as milliseconds since 1970 (rounded down); a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return INTEGER on SQLite, BIGINT elsewhere."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the milliseconds of an aware instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value.isoformat()}: an instant needs its time zone")
        return (value - _EPOCH) // _TICK

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return the instant, aware UTC."""
        return None if value is None else _EPOCH + int(value) * _TICK


def instant(kept: int | None) -> datetime | None:
    """Return the instant that is kept as so many milliseconds: for a row of many that is read as it is."""
    return None if kept is None else _EPOCH + kept * _TICK


class Words(TypeDecorator[str]):
    """Text from anywhere: NUL (refused by PostgreSQL) and lone surrogates (no UTF-8) never reach the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text in a form both databases store."""
        return None if value is None else value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0: STRICT tables have no BOOLEAN."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """Return 1 or 0."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:
        """Return the truth value."""
        return None if value is None else bool(value)


def is_set(column: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a flag is set (SQL's IS TRUE knows no integers)."""
    return column == literal(1, Flag())


def is_unset(column: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a flag is not set."""
    return column == literal(0, Flag())


class Json(TypeDecorator[Any]):
    """Plain values as JSON text: ASCII only, so no character in it can be refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        return None if value is None else json.dumps(value, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        """Return the plain value."""
        return None if value is None else json.loads(value)
