"""
How a table is written down: what every one of them has in common, and how its parts are named.
"""

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, Table, text
from sqlalchemy.sql.schema import SchemaItem

from responder.adapters.store.columns import Whole, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def table(name: str, *parts: SchemaItem) -> Table:
    """Return a table of the state; SQLite holds it to its types."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def identity() -> Column[int]:
    """Return the column of a number of its own."""
    return Column("id", Whole, primary_key=True, autoincrement=True)


def ref(name: str, target: str, *, nullable: bool = True) -> Column[int]:
    """Return a column with the id of a row of another table."""
    return Column(name, Whole, ForeignKey(f"{target}.id"), nullable=nullable)


def words(name: str, *, nullable: bool = False, **more: Any) -> Column[str]:
    """Return a column of text."""
    return Column(name, Words, nullable=nullable, **more)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the rule that a column has one of these values."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


def index(name: str, *columns: str, where: str | None = None) -> Index:
    """Return an index, of the rows with this condition only where there is one."""
    if where is None:
        return Index(name, *columns)
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
