"""
No new mail at all for longer than the mailbox's own rhythm explains: said once, and over when mail comes.

Only a mailbox that was looked at can be silent; one that cannot be reached has another trouble.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Store, canaries, troubles
from responder.core.operator import Operator
from responder.core.silence import KNOWN_FOR, Silence, silence
from responder.core.troubles import TroubleKind

log = structlog.get_logger()

EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Which mailboxes are listened to, and how long one may be silent at least; None: for ever."""

    operator: Operator
    accounts: tuple[str, ...]
    silent_after: timedelta | None


def turn(conn: Connection, settings: Listening, looked: Callable[[str], bool], now: datetime) -> tuple[str, ...]:
    """Begin and end the trouble of each account that was looked at; return those that are silent."""
    silent = []
    for account in settings.accounts:
        if not looked(account):
            continue
        found = heard(conn, account, settings.silent_after, now)
        if found is None:
            troubles.over(conn, account, TroubleKind.SILENCE, "", now)
        else:
            words = _words(found, settings.operator)
            if troubles.begin(conn, account, TroubleKind.SILENCE, "", words, now):
                log.error("a trouble began", account=account, kind=str(TroubleKind.SILENCE), key="", reason=words)
            silent.append(account)
    return tuple(silent)


def heard(conn: Connection, account: str, silent_after: timedelta | None, now: datetime) -> Silence | None:
    """Return the silence of a mailbox, read from the mails of the sixty days before it began."""
    last = canaries.last_arrival(conn, account)
    if silent_after is None or last is None or now - last < silent_after:
        return None
    return silence(canaries.arrivals(conn, account, last - KNOWN_FOR), silent_after, now)


async def run(
    store: Store,
    settings: Listening,
    clock: Clock,
    *,
    wake: asyncio.Event,
    looked: Callable[[str], bool],
    ticked: Callable[[], None],
) -> None:
    """Listen for ever; `wake` is set when mail came."""
    while True:
        await store.tx(turn, settings, looked, clock.now())
        ticked()
        await clock.wait(wake, clock.now() + EVERY)


def _words(found: Silence, operator: Operator) -> str:
    since = found.since.astimezone(operator.zone).strftime("%Y-%m-%d %H:%M")
    days, hours = found.usual.days, round(found.usual.seconds / 3600)
    usual = f"{days} d {hours} h" if days else f"{hours} h"
    return (
        f"no mail has come since {since}; usually one comes within {usual}: look whether the mailbox is full, whether "
        "mail is forwarded elsewhere, and whether Amazon still writes to this address"
    )
