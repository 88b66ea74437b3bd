"""
What a person decides about mail to buyers, by a command or by a link of the digest: let one go, write to nobody there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.store import decisions, findings, orders, outbox, proactive, suppressions
from responder.adapters.store.outbox import OutboxRow
from responder.adapters.store.suppressions import Suppression

WAITING = ("held", "ambiguous")
"""The states in which a mail waits for a person."""


@dataclass(frozen=True, slots=True)
class Released:
    """The mail goes, as it is now."""

    row: OutboxRow


@dataclass(frozen=True, slots=True)
class BreaksARule:
    """It breaks these rules of Amazon's: that is no person's to decide."""

    row: OutboxRow
    broken: str


@dataclass(frozen=True, slots=True)
class NotWaiting:
    """It does not wait for anybody."""

    row: OutboxRow


def release(conn: Connection, outbox_id: int, at: datetime) -> Released | BreaksARule | NotWaiting | None:
    """Let a mail go that waits for a person; None when there is none of this number."""
    row = outbox.outbox_row(conn, outbox_id)
    if row is None:
        return None
    if row.state in WAITING and (broken := findings.words(row)):
        return BreaksARule(row, broken)
    if not outbox.release(conn, outbox_id, at):
        return NotWaiting(row)
    return Released(outbox.outbox_row(conn, outbox_id) or row)


def suppress(
    conn: Connection, names: Sequence[str], subject: str, reason: str, at: datetime, who: str
) -> tuple[tuple[Suppression, ...], int]:
    """Keep it in each account, and return what stands there now and how many mails wait that are not sent any more."""
    for name in names:
        if suppressions.suppress(conn, name, subject, reason, at):
            changed(conn, name, subject, at, "suppressed", f"{who}: no automatic mail any more ({reason})")
    found = [each for name in names for each in suppressions.suppressions_of(conn, name, [subject])]
    return tuple(found), sum(proactive.waiting(conn, name, subject) for name in names)


def changed(conn: Connection, account: str, subject: str, at: datetime, action: str, words: str) -> None:
    """Note who did it, and let the daemon decide again about the orders that it is about."""
    detail = {"subject": subject, "words": words}
    decisions.decide(conn, decisions.Decision(at=at, action=action, account=account, detail=detail))
    if "@" in subject:
        orders.look_again(conn, account, at, alias=subject)
    else:
        orders.look_again(conn, account, at, order_ids=[subject])
