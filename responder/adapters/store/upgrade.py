"""
The schema, brought to the revision this program writes (Alembic; the revisions are append-only).

A state written by a newer program is refused, never guessed at.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from responder.adapters.store.schema import HEAD
from responder.errors import StateError

MIGRATIONS = Path(__file__).with_name("migrations")


def revision(conn: Connection) -> str | None:
    """Return the revision of the stored schema; None for an empty database."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_current(conn: Connection) -> bool:
    """Return whether the schema is ours; StateError when a newer program wrote it."""
    found = revision(conn)
    if found is not None and found > HEAD:
        raise StateError(
            f"the state was written by a newer version of this program (schema {found}, this one knows {HEAD}):"
            " install that version or a newer one"
        )
    return found == HEAD


def upgrade(conn: Connection, target: str = HEAD) -> None:
    """Run the revisions up to `target` inside the transaction of `conn`."""
    from alembic import command  # noqa: PLC0415 - 0.2 s to import, needed at one start in a hundred
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, target)
    if conn.dialect.name == "sqlite" and (broken := conn.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StateError(f"the upgrade to schema {target} would lose rows that others refer to: {broken[:3]}")
