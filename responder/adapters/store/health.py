"""
What is known of each account's connections, for `status` and the digest.

`first_start_at` is set once: mail from before it is history, and is never acknowledged.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """One account as it was last seen."""

    account: str
    first_start_at: datetime
    imap_state: str
    imap_last_contact_at: datetime | None
    imap_idle: bool
    smtp_state: str
    smtp_last_contact_at: datetime | None
    backlog: int
    problem: str | None


def account_started(conn: Connection, name: str, now: datetime) -> datetime:
    """Return when the account was first started: now, unless it was before."""
    blank = {"imap_state": "unknown", "imap_idle": False, "smtp_state": "unknown", "backlog": 0}
    insert_once(conn, schema.account, {"name": name, "first_start_at": now, **blank})
    first: datetime = conn.execute(
        select(schema.account.c.first_start_at).where(schema.account.c.name == name)
    ).scalar_one()
    return first


def set_health(  # noqa: PLR0913 - one argument per column, each optional
    conn: Connection,
    account: str,
    *,
    imap_state: str | None = None,
    imap_contact_at: datetime | None = None,
    imap_idle: bool | None = None,
    smtp_state: str | None = None,
    smtp_contact_at: datetime | None = None,
    backlog: int | None = None,
    problem: str | None = None,
) -> bool:
    """Keep what is given and leave the rest; `problem=""` says that it is over. False for an account never started."""
    given: dict[str, str | datetime | int | None] = {
        "imap_state": imap_state,
        "imap_last_contact_at": imap_contact_at,
        "imap_idle": imap_idle,
        "smtp_state": smtp_state,
        "smtp_last_contact_at": smtp_contact_at,
        "backlog": backlog,
    }
    values: dict[str, str | datetime | int | None] = {name: value for name, value in given.items() if value is not None}
    if problem is not None:
        values["problem"] = problem or None
    if not values:
        return True
    changed = conn.execute(update(schema.account).where(schema.account.c.name == account).values(values))
    return changed.rowcount == 1


def health(conn: Connection) -> tuple[AccountHealth, ...]:
    """Return every account ever started, by name."""
    return tuple(map(_health, conn.execute(select(schema.account).order_by(schema.account.c.name))))


def _health(row: Row[tuple[object, ...]]) -> AccountHealth:
    return AccountHealth(
        account=row.name,
        first_start_at=row.first_start_at,
        imap_state=row.imap_state,
        imap_last_contact_at=row.imap_last_contact_at,
        imap_idle=row.imap_idle,
        smtp_state=row.smtp_state,
        smtp_last_contact_at=row.smtp_last_contact_at,
        backlog=row.backlog,
        problem=row.problem,
    )
