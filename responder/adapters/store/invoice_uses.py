"""
Which file went to which order: a file that went to one never goes to another.
"""

from datetime import datetime

from sqlalchemy import Connection, select

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

_USE = schema.invoice_use.c


def used_for(conn: Connection, sha256: str) -> tuple[str, str] | None:
    """Return the account and the order this file went to; None when it went to none."""
    row = conn.execute(select(_USE.account, _USE.order_id).where(_USE.sha256 == sha256)).first()
    return None if row is None else (row.account, row.order_id)


def use(conn: Connection, sha256: str, account: str, order_id: str, name: str, at: datetime) -> bool:
    """Note that the file goes to this order; False when it went to another one."""
    values = {"sha256": sha256, "account": account, "order_id": order_id, "name": name, "at": at}
    if insert_once(conn, schema.invoice_use, values, [_USE.sha256]) is not None:
        return True
    return used_for(conn, sha256) == (account, order_id)
