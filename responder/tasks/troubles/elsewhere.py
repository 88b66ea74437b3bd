"""
Mail to the operator that its account cannot send: it goes through another account, in that one's name.

It stays the same row with the same Message-ID, and a row belongs to one account at a time: it is sent once.
"""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.store import outbox, troubles, undelivered
from responder.core.operator import Outlet, in_the_name_of
from responder.core.troubles import ELSEWHERE_AFTER, KNOWN_FOR, OF_SENDING, SMTP, Trouble, TroubleKind
from responder.tasks.troubles.values import Guard

log = structlog.get_logger()


def move(conn: Connection, guard: Guard, now: datetime) -> tuple[str, ...]:
    """Hand over what waits in accounts that cannot send to one that can; return the accounts that have news."""
    failing = [each for each in troubles.lasting(conn, OF_SENDING) if _fails(each, now)]
    mute = {each.account for each in failing}
    able = next((each for each in guard.outlets if each.account not in mute), None)
    if able is None:
        return ()
    late = {each.account for each in failing if _long_enough(each, now)}
    moved = [outbox_id for account in sorted(late) for outbox_id in _hand_over(conn, account, able, now)]
    return (able.account,) if moved else ()


def _fails(trouble: Trouble, now: datetime) -> bool:
    """Return whether an account was seen lately to send nothing: one that had nothing to send is tried again first."""
    return trouble.key == SMTP and trouble.well_at is None and trouble.last_at > now - KNOWN_FOR


def _long_enough(trouble: Trouble, now: datetime) -> bool:
    """A password that is refused stays so; a server may be back in a minute."""
    return trouble.kind is not TroubleKind.MAIL_SERVER or trouble.lasted(now) >= ELSEWHERE_AFTER


def _hand_over(conn: Connection, account: str, able: Outlet, now: datetime) -> list[int]:
    moved = []
    for row in undelivered.waiting_for_operator(conn, account):
        raw = in_the_name_of(able, row.rfc822 or b"")
        why = f"{account} cannot send, so it goes through {able.account}"
        if outbox.elsewhere(conn, row.id, able.account, raw, now, why):
            log.error("mail to the operator goes through another account", outbox=row.id, account=able.account)
            moved.append(row.id)
    return moved
