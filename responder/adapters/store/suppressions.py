"""
Whom not to write to: a buyer's alias or an order, with the reason.

What a buyer or a person said stands for ever; what a mail server said, until the buyer writes again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, update

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
    """
    Write to this alias, or about this order, no more; False when that stood already (with its first reason).

    What a buyer or a person said outlives what a mail server said, so it takes the place of that reason.
    """
    values = {"account": account, "subject": subject, "reason": reason, "at": at}
    if insert_once(conn, schema.suppression, values) is not None:
        return True
    if reason.startswith(CAME_BACK):
        return False
    change = update(schema.suppression).where(_by_a_server(account, subject)).values(reason=reason, at=at)
    return conn.execute(change).rowcount == 1


def heard_from(conn: Connection, account: str, alias: str, at: datetime) -> bool:
    """A buyer wrote at `at`: that address exists, whatever a mail server said before. False when none had said so."""
    lifted = delete(schema.suppression).where(_by_a_server(account, alias), _SUPPRESSION.at < at)
    return conn.execute(lifted).rowcount == 1


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


def _by_a_server(account: str, subject: str) -> ColumnElement[bool]:
    this = (_SUPPRESSION.account == account) & (_SUPPRESSION.subject == subject)
    return this & _SUPPRESSION.reason.startswith(CAME_BACK, autoescape=True)
