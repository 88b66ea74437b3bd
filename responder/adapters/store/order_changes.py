"""
The statements that change orders, items and events: each for many rows of values as the database keeps them.
"""

from collections.abc import Callable, Collection, Sequence
from enum import Enum
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    TableClause,
    Text,
    bindparam,
    case,
    column,
    insert,
    literal_column,
    or_,
    table,
    update,
)
from sqlalchemy.sql.dml import Insert, Update

from responder.adapters.store import schema
from responder.adapters.store.columns import Flag, Instant, Whole
from responder.adapters.store.order_lines import FACTS, ITEM, Values
from responder.core.orders import FeedbackState

SAID = ("reported_at", "older")
_NUMBERS = (Instant, Flag, type(Whole))


class Change(Enum):
    """One kind of change; its value names what a row of it holds, in this order."""

    NEW_ORDER = ("account", "order_id", *FACTS, *SAID, "days", "first_at", "look_at", "feedback", "feedback_detail")
    ORDER = ("its_account", "its_order_id", "now", *(f"its_{name}" for name in (*FACTS, *SAID, "days")))
    LOOK = ("its_account", "its_order_id", "now")
    NEW_ITEM = ("account", "order_id", "item", *ITEM, *SAID)
    ITEM = ("its_account", "its_order_id", "its_item", *(f"its_{name}" for name in (*ITEM, *SAID)))
    NEW_EVENT = ("account", "order_id", "kind", "source", "at", "detail")
    EVENT = ("its_account", "its_order_id", "its_kind", "its_source", "its_at", "its_detail")


def apply(conn: Connection, change: Change, rows: Sequence[Values]) -> None:
    """Write these rows as they are: binding 200,000 of them by their types takes longer than writing them."""
    if not rows:
        return
    if conn.dialect.name == "postgresql" and isinstance(_STATEMENTS[change], Insert):
        _copy(conn, change, rows)
        return
    sql, bound = _compiled(conn, change)
    conn.exec_driver_sql(sql, [bound(row) for row in rows])


def plain(name: str) -> TableClause:
    """Return a table whose columns hand their values through as the database keeps them."""
    columns = schema.metadata.tables[name].columns
    return table(
        name, *(column(each.name, BigInteger() if isinstance(each.type, _NUMBERS) else Text()) for each in columns)
    )


def _rewrite(target: TableClause, keys: Collection[str], columns: Collection[str]) -> Update:
    """An update of many rows: SQLAlchemy keeps a column's own name for itself, so ours begin with `its_`."""
    change = update(target).where(*(target.c[name] == bindparam(f"its_{name}") for name in keys))
    return change.values({name: bindparam(f"its_{name}") for name in columns})


_ORDER, _ITEM, _EVENT = plain("amazon_order"), plain("order_item"), plain("order_event")
_NOW = bindparam("now", type_=BigInteger())
_STAYS = or_(_ORDER.c.feedback == literal_column(f"'{FeedbackState.ASKED}'"), _NOW.is_(None))
_LOOKED = {"look_at": case((_STAYS, _ORDER.c.look_at), else_=_NOW)}
_THIS_ORDER = ("account", "order_id")
_STATEMENTS: dict[Change, Insert | Update] = {
    Change.NEW_ORDER: insert(_ORDER),
    Change.ORDER: _rewrite(_ORDER, _THIS_ORDER, (*FACTS, *SAID, "days")).values(_LOOKED),
    Change.LOOK: _rewrite(_ORDER, _THIS_ORDER, ()).values(_LOOKED),
    Change.NEW_ITEM: insert(_ITEM),
    Change.ITEM: _rewrite(_ITEM, (*_THIS_ORDER, "item"), (*ITEM, *SAID)),
    Change.NEW_EVENT: insert(_EVENT),
    Change.EVENT: _rewrite(_EVENT, (*_THIS_ORDER, "kind", "source"), ("at", "detail")),
}


def _copy(conn: Connection, change: Change, rows: Sequence[Values]) -> None:
    """PostgreSQL takes many new rows in a stream of their own, several times as fast as one after the other."""
    driver: Any = conn.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in change.value)
    with driver.cursor() as cursor, cursor.copy(f"COPY {_STATEMENTS[change].table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


_Bound = Callable[[Values], Any]


def _compiled(conn: Connection, change: Change) -> tuple[str, _Bound]:
    """Return the statement in the driver's words, and what turns a row into its parameters."""
    sql, places = _sql(conn.dialect, change)
    if places is not None:
        return sql, itemgetter(*places)
    return sql, lambda row: dict(zip(change.value, row, strict=True))


@lru_cache(maxsize=32)
def _sql(dialect: Any, change: Change) -> tuple[str, tuple[int, ...] | None]:
    """The SQL, and for a driver that takes parameters by their place which value of a row each of them is."""
    compiled = _STATEMENTS[change].compile(dialect=dialect, column_keys=_column_keys(change))
    names: list[str] | None = getattr(compiled, "positiontup", None)
    return str(compiled), None if names is None else tuple(change.value.index(name) for name in names)


def _column_keys(change: Change) -> list[str] | None:
    return list(change.value) if isinstance(_STATEMENTS[change], Insert) else None
