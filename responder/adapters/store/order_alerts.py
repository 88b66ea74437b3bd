"""
Of what about an order an alert has told: each thing, by its key, once.

The rows are written in the transaction that writes the mail: there is never one without the other.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

_ALERT = schema.order_alert.c
_AT_ONCE = 500

Told = tuple[str, str]
"""An order's number, and the key of what was told of it."""


def told(conn: Connection, account: str, kind: str, keys: Iterable[Told]) -> frozenset[Told]:
    """Return which of these an alert of this kind has told already."""
    asked = frozenset(keys)
    order_ids = sorted({order_id for order_id, _ in asked})
    found: set[Told] = set()
    for start in range(0, len(order_ids), _AT_ONCE):
        part: Collection[str] = order_ids[start : start + _AT_ONCE]
        rows = select(_ALERT.order_id, _ALERT.key).where(
            _ALERT.account == account, _ALERT.kind == kind, _ALERT.order_id.in_(part)
        )
        found |= {(row.order_id, row.key) for row in conn.execute(rows)}
    return asked & found


def tell(
    conn: Connection, account: str, order_id: str, kind: str, key: str, at: datetime, outbox_id: int | None
) -> bool:
    """Note that an alert tells this of an order; False when one did before."""
    values = {"account": account, "order_id": order_id, "kind": kind, "key": key, "at": at, "outbox_id": outbox_id}
    unique = [_ALERT.account, _ALERT.order_id, _ALERT.kind, _ALERT.key]
    return insert_once(conn, schema.order_alert, values, unique) is not None
