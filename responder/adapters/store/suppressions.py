"""
Whom never to write to again: a buyer's alias or an order, with the reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

CAME_BACK = "mail to this address came back for good"
"""How the reason begins where a mail server, not a person, said so."""
_SUPPRESSION = schema.suppression.c


@dataclass(frozen=True, slots=True)
class Suppression:
    """No automatic mail to this alias, or about this order."""

    account: str
    subject: str
    reason: str
    at: datetime

    @property
    def came_back(self) -> bool:
        """Whether a mail server said that the address cannot be reached."""
        return self.reason.startswith(CAME_BACK)


def suppress(conn: Connection, account: str, subject: str, reason: str, at: datetime) -> bool:
    """Write to this alias, or about this order, no more; False when that stood already (with its first reason)."""
    values = {"account": account, "subject": subject, "reason": reason, "at": at}
    return insert_once(conn, schema.suppression, values) is not None


def unsuppress(conn: Connection, account: str, subject: str) -> bool:
    """Lift a suppression; False when there was none."""
    this = (_SUPPRESSION.account == account, _SUPPRESSION.subject == subject)
    return conn.execute(delete(schema.suppression).where(*this)).rowcount == 1


def suppressed(conn: Connection, account: str, subjects: Collection[str | None]) -> Suppression | None:
    """Return the first suppression of any of these (aliases, order ids); None when we may write."""
    wanted = select(schema.suppression).where(
        _SUPPRESSION.account == account, _SUPPRESSION.subject.in_([subject for subject in subjects if subject])
    )
    row = conn.execute(wanted.order_by(_SUPPRESSION.at, _SUPPRESSION.subject).limit(1)).first()
    return None if row is None else Suppression(row.account, row.subject, row.reason, row.at)


def suppressions(conn: Connection) -> tuple[Suppression, ...]:
    """Return all of them, the oldest first."""
    wanted = select(schema.suppression).order_by(_SUPPRESSION.at, _SUPPRESSION.account, _SUPPRESSION.subject)
    return tuple(Suppression(row.account, row.subject, row.reason, row.at) for row in conn.execute(wanted))
