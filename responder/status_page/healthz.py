"""
Whether what must move moves: for `/healthz`, in English, since machines read it.

503 means that buyers' messages may not be seen: a task stands still, a mailbox is out of reach, the heartbeat is old,
or the state cannot be read. What merely waits for a person is none of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import health, outages
from responder.core.wording import span
from responder.status_page.values import Facts, Vitals


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reasons not to be well; none: well."""

    reasons: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The status by which `/healthz` says it."""
        return 503 if self.reasons else 200

    def as_object(self) -> dict[str, object]:
        """Return it as `/healthz` prints it."""
        return {"status": "failing", "reasons": list(self.reasons)} if self.reasons else {"status": "ok"}


def verdict(conn: Connection, facts: Facts, vitals: Vitals, now: datetime) -> Verdict:
    """Return whether everything moves."""
    return Verdict((*_loops(vitals), *_mailboxes(conn, facts, now), *_heartbeat(conn, facts, vitals, now)))


def _loops(vitals: Vitals) -> Iterator[str]:
    for turn in vitals.turns():
        if turn.is_late:
            yield f"task {turn.name} has not moved for {round(turn.ago)} s"


def _mailboxes(conn: Connection, facts: Facts, now: datetime) -> Iterator[str]:
    """An account that was never reached counts from its first start."""
    for each in health.health(conn):
        at = each.imap_last_contact_at or each.first_start_at
        if each.account in facts.accounts and now - at > facts.contact_within:
            yield f"account {each.account}: no contact with the mailbox for {span(now - at)}"


def _heartbeat(conn: Connection, facts: Facts, vitals: Vitals, now: datetime) -> Iterator[str]:
    """What was noted before this process began says nothing of it."""
    at = outages.heartbeat_at(conn)
    if at is not None and vitals.turns() and now - at > facts.heartbeat_within:
        yield f"the heartbeat is {span(now - at)} old"
