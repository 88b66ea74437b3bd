"""
Facts about the whole installation: who it is, and small settings of the seller's that outlive a restart.

The instance's secret keys the Message-IDs of outgoing mail: the same mail has the same id at every try.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

_VALUES = select(schema.meta).where(schema.meta.c.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True)
class Instance:
    """Who this installation is: its public id, and the secret only it knows."""

    id: str
    secret: bytes


def create_instance(conn: Connection) -> None:
    """Draw the id and the secret, once."""
    for key, value in (("instance_id", secrets.token_hex(8)), ("instance_secret", secrets.token_hex(32))):
        insert_once(conn, schema.meta, {"key": key, "value": value}, [schema.meta.c.key])


def instance(conn: Connection) -> Instance:
    """Return who this installation is."""
    found = {row.key: row.value for row in conn.execute(select(schema.meta))}
    return Instance(found["instance_id"], bytes.fromhex(found["instance_secret"]))


def value(conn: Connection, key: str) -> str | None:
    """Return a stored setting."""
    return values(conn, [key]).get(key)


def values(conn: Connection, keys: Collection[str]) -> Mapping[str, str]:
    """Return those of these settings that are stored."""
    return {row.key: row.value for row in conn.execute(_VALUES, {"keys": list(keys)})}


def set_value(conn: Connection, key: str, new: str | None) -> None:
    """Keep a setting; None forgets it."""
    if new is None:
        conn.execute(delete(schema.meta).where(schema.meta.c.key == key))
    elif not conn.execute(update(schema.meta).where(schema.meta.c.key == key).values(value=new)).rowcount:
        conn.execute(insert(schema.meta).values(key=key, value=new))
