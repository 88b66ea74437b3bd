"""
What is counted over all time, for figures that only grow: mail that was accepted, decisions against, mail unread.

Decisions and mails are never taken away and never counted twice: each look goes on where the last one ended.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from responder.adapters.store import schema
from responder.adapters.store.columns import is_set

WITHHELD = "withhold"
AT_ONCE = 20_000
_OUTBOX, _DECISION, _MAIL, _ATTEMPT = schema.outbox.c, schema.decision.c, schema.mail.c, schema.attempt.c


@dataclass(frozen=True, slots=True)
class Tally:
    """
    Counted so far, up to these rows: reasons not to acknowledge, and mails read in part; `aside`: not at all.

    Until it is `whole`, more rows are to be counted: a figure of it would seem to rise all at once.
    """

    withheld: Mapping[str, int] = field(default_factory=dict)
    partly_read: int = 0
    aside: int = 0
    decision_id: int = 0
    mail_id: int = 0
    whole: bool = True

    @property
    def unreadable(self) -> int:
        """Mails that could not be read as they should."""
        return self.partly_read + self.aside


def counted(conn: Connection, known: Tally, at_once: int = AT_ONCE) -> Tally:
    """Return the tally with what came since, or with the next `at_once` decisions of it."""
    withheld, decision_id = Counter(known.withheld), known.decision_id
    wanted = select(_DECISION.id, _DECISION.reasons).where(_DECISION.action == WITHHELD, _DECISION.id > decision_id)
    rows = conn.execute(wanted.order_by(_DECISION.id).limit(at_once)).all()
    for row in rows:
        decision_id = row.id
        withheld.update({str(each["code"]) for each in row.reasons if isinstance(each, dict) and "code" in each})
    partly = select(func.count(), func.max(_MAIL.id)).where(_MAIL.error.is_not(None), _MAIL.id > known.mail_id)
    number, last = conn.execute(partly).one()
    aside = conn.scalar(select(func.count()).select_from(schema.attempt).where(is_set(_ATTEMPT.quarantined)))
    return Tally(
        withheld,
        known.partly_read + number,
        aside or 0,
        decision_id,
        last or known.mail_id,
        whole=len(rows) < at_once,
    )


def sent(conn: Connection) -> Mapping[str, int]:
    """Return how many mails of each kind a mail server accepted; one that came back later was accepted, too."""
    wanted = select(_OUTBOX.kind, func.count().label("rows")).where(_OUTBOX.sent_at.is_not(None))
    return {row.kind: row.rows for row in conn.execute(wanted.group_by(_OUTBOX.kind))}


def last_sent_at(conn: Connection, kind: str) -> datetime | None:
    """Return when the last mail of this kind was accepted."""
    at: datetime | None = conn.scalar(select(func.max(_OUTBOX.sent_at)).where(_OUTBOX.kind == kind))
    return at
