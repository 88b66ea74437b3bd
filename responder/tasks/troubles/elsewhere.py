"""
Mail to the operator that its account cannot send: it goes through another account, in that one's name.

It stays the same row with the same Message-ID, and a row belongs to one account at a time: it is sent once.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.store import outbox, troubles, undelivered
from responder.core.operator import able, in_the_name_of
from responder.core.troubles import ELSEWHERE_AFTER, KNOWN_FOR, OF_SENDING, SMTP, Trouble, TroubleKind
from responder.tasks.troubles.values import Guard

log = structlog.get_logger()


def move(conn: Connection, guard: Guard, now: datetime) -> tuple[str, ...]:
    """Hand over what waits in accounts that cannot send to one that can; return the accounts that have news."""
    failing = [each for each in troubles.lasting(conn, OF_SENDING) if _fails(each, now)]
    mute = {each.account for each in failing}
    late = {each.account for each in failing if _long_enough(each, now)}
    late.update(undelivered.strays(conn, [each.account for each in guard.outlets]))
    news = {to for account in sorted(late) for to in _hand_over(conn, account, guard, mute, now)}
    return tuple(sorted(news))


def _fails(trouble: Trouble, now: datetime) -> bool:
    """
    Return whether an account was seen lately to send nothing: one that had nothing to send is tried again first.

    One that rests after a refused password sends nothing before it tries again.
    """
    if trouble.key != SMTP or trouble.well_at is not None:
        return False
    return trouble.last_at > now - KNOWN_FOR or (trouble.again_at is not None and trouble.again_at > now)


def _long_enough(trouble: Trouble, now: datetime) -> bool:
    """A password that is refused stays so; a server may be back in a minute."""
    return trouble.kind is not TroubleKind.MAIL_SERVER or trouble.lasted(now) >= ELSEWHERE_AFTER


def _hand_over(conn: Connection, account: str, guard: Guard, mute: Collection[str], now: datetime) -> Iterator[str]:
    """Yield the account that each mail goes through from now on."""
    for row in undelivered.waiting_for_operator(conn, account):
        to = able(guard.outlets, {account, *mute}, row.payload)
        if to is None:
            continue
        why = f"{account} cannot send, so it goes through {to.account}"
        if outbox.elsewhere(conn, row.id, to.account, in_the_name_of(to, row.rfc822 or b""), now, why):
            log.error("mail to the operator goes through another account", outbox=row.id, account=to.account)
            yield to.account
