"""
Whom not to write to: a buyer's alias or an order, with the reason.

What a buyer said stands for ever; what a person here said, until a person takes it back; what a mail server said, until
the buyer writes again. The reason begins with whose word it is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from responder.adapters.store import schema
from responder.adapters.store.statements import insert_once

OPTED_OUT = "the buyer opted out (Amazon's notice)"
CAME_BACK = "mail to this address came back for good"
"""How the reason begins where a mail server, not a person, said so."""
BY_YOU = "you said so"
"""How the reason begins where a person here said so."""
_SUPPRESSION = schema.suppression.c


class Said(StrEnum):
    """Whose word it is; the earlier in this list, the more it weighs."""

    BUYER = "opted_out"
    PERSON = "you"
    SERVER = "came_back"


_BEGINS = {Said.PERSON: BY_YOU, Said.SERVER: CAME_BACK}


@dataclass(frozen=True, slots=True)
class Suppression:
    """No automatic mail to this alias, or about this order."""

    account: str
    subject: str
    reason: str
    at: datetime

    @property
    def said(self) -> Said:
        """Whose word it is."""
        return _said(self.reason)

    @property
    def came_back(self) -> bool:
        """Whether a mail server said that the address cannot be reached."""
        return self.said is Said.SERVER


def by_you(text: str | None) -> str:
    """Return the reason of a person's own word."""
    return f"{BY_YOU}: {text}" if text else BY_YOU


def suppress(conn: Connection, account: str, subject: str, reason: str, at: datetime) -> bool:
    """
    Write to this alias, or about this order, no more; False when that stood already (with its first reason).

    A word that weighs more takes the place of one that weighs less: a buyer's, a person's here, a mail server's.
    """
    values = {"account": account, "subject": subject, "reason": reason, "at": at}
    if insert_once(conn, schema.suppression, values) is not None:
        return True
    weigh_less = list(Said)[list(Said).index(_said(reason)) + 1 :]
    if not weigh_less:
        return False
    lighter = or_(*(_begins(_BEGINS[each]) for each in weigh_less))
    change = update(schema.suppression).where(_this(account, subject), lighter).values(reason=reason, at=at)
    return conn.execute(change).rowcount == 1


def heard_from(conn: Connection, account: str, alias: str, at: datetime) -> bool:
    """A buyer wrote at `at`: that address exists, whatever a mail server said before. False when none had said so."""
    lifted = delete(schema.suppression).where(_this(account, alias), _begins(CAME_BACK), _SUPPRESSION.at < at)
    return conn.execute(lifted).rowcount == 1


def unsuppress(conn: Connection, account: str, subject: str) -> bool:
    """Lift a suppression; False when there was none."""
    return conn.execute(delete(schema.suppression).where(_this(account, subject))).rowcount == 1


def suppressed(conn: Connection, account: str, subjects: Collection[str | None]) -> Suppression | None:
    """Return the first suppression of any of these (aliases, order ids); None when we may write."""
    return next(iter(suppressions_of(conn, account, subjects)), None)


def suppressions_of(conn: Connection, account: str, subjects: Collection[str | None]) -> tuple[Suppression, ...]:
    """Return the suppressions of these (aliases, order ids), the oldest first."""
    wanted = select(schema.suppression).where(
        _SUPPRESSION.account == account, _SUPPRESSION.subject.in_([subject for subject in subjects if subject])
    )
    rows = conn.execute(wanted.order_by(_SUPPRESSION.at, _SUPPRESSION.subject))
    return tuple(Suppression(row.account, row.subject, row.reason, row.at) for row in rows)


def suppressions(conn: Connection) -> tuple[Suppression, ...]:
    """Return all of them, the oldest first."""
    wanted = select(schema.suppression).order_by(_SUPPRESSION.at, _SUPPRESSION.account, _SUPPRESSION.subject)
    return tuple(Suppression(row.account, row.subject, row.reason, row.at) for row in conn.execute(wanted))


def _said(reason: str) -> Said:
    return next((said for said, words in _BEGINS.items() if reason.startswith(words)), Said.BUYER)


def _this(account: str, subject: str) -> ColumnElement[bool]:
    return and_(_SUPPRESSION.account == account, _SUPPRESSION.subject == subject)


def _begins(words: str) -> ColumnElement[bool]:
    return _SUPPRESSION.reason.startswith(words, autoescape=True)
