"""
Outbox to mail server: one loop for each account.

One mail a turn: claimed in one transaction, sent, and what became of it kept in another. A mail to a buyer whose fate
is unknown (RFC 1047) is never sent again by itself; mail to the operator is, with the same Message-ID.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import random
from typing import assert_never

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.smtp import Ambiguous, Deferred, Delivered, LoginRefused, Outcome, Refused, Sender, Stage
from responder.adapters.store import Store, outbox, suppressions, threads
from responder.adapters.store.outbox import OPERATOR_KINDS, Claimed, OutboxRow
from responder.core.retry import LONGEST_DELAY, GiveUp, login_backoff, next_try
from responder.core.threads import ThreadState
from responder.errors import ConfigError, StateError, TemporaryError

ACKNOWLEDGEMENT = "acknowledgement"
DRY_RUN = "dry run: nothing is sent to buyers until `responder go-live`"
HOUR = timedelta(hours=1)
# A store that cannot be written for a moment must not turn a known outcome into an unknown one.
RECORD_PAUSES = (0.2, 1.0, 5.0)  # seconds

log = structlog.get_logger()


class Result(StrEnum):
    """What one turn came to."""

    IDLE = "idle"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    HELD = "held"
    CANCELLED = "cancelled"
    LOGIN_REFUSED = "login_refused"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: its result, the mails concerned, why, and when there is something to do again (None: when woken)."""

    result: Result
    outbox_ids: tuple[int, ...] = ()
    reason: str = ""
    until: datetime | None = None
    trouble: bool = False  # the mail server itself could not be used; nothing is wrong with the mail


@dataclass(frozen=True, slots=True)
class Account:
    """What delivering needs to know of an account; `on_sent` runs in the transaction that marks a mail as sent."""

    name: str
    address: str  # the envelope sender: our own, never taken from a mail
    acknowledgements_per_hour: int
    dry_run: Callable[[Connection], bool]
    on_sent: Callable[[Connection, OutboxRow, datetime], None]
    jitter: Callable[[], float] = random


@dataclass(frozen=True, slots=True)
class _Stay:
    """A claimed mail that does not go (now)."""

    result: Result
    reason: str
    until: datetime | None = None


async def run(
    store: Store,
    sender: Sender,
    account: Account,
    clock: Clock,
    wake: asyncio.Event,
    report: Callable[[str | None], None],
) -> None:
    """Deliver until cancelled; `report` hears of trouble with the mail server, and with None that it is over."""
    await recover(store, account, clock)
    logins = 0
    try:
        while True:
            done = await turn(store, sender, account, clock)
            if done.result is Result.LOGIN_REFUSED:
                logins += 1
                report(done.reason)
                await _rest(clock, clock.now() + login_backoff(logins, account.jitter()))
                continue
            if done.trouble:
                report(done.reason)
            elif done.result is Result.SENT:
                logins = 0
                report(None)
            if done.result is Result.IDLE:
                await clock.wait(wake, done.until)
    finally:
        await sender.close()


async def catch_up(store: Store, sender: Sender, account: Account, clock: Clock) -> tuple[Turn, ...]:
    """Deliver what is due now and return what happened; ends at a refused login."""
    await recover(store, account, clock)
    done: list[Turn] = []
    try:
        while not done or done[-1].result not in {Result.IDLE, Result.LOGIN_REFUSED}:
            done.append(await turn(store, sender, account, clock))
    finally:
        await sender.close()
    return tuple(done)


async def recover(store: Store, account: Account, clock: Clock) -> None:
    """Sort out what an earlier process left half done."""
    found = await store.tx(outbox.recover, account.name, clock.now())
    if found.requeued or found.ambiguous or found.resent:
        log.warning(
            "an earlier run ended while sending",
            account=account.name,
            requeued=found.requeued,
            ambiguous=found.ambiguous,
            resent=found.resent,
        )


async def turn(store: Store, sender: Sender, account: Account, clock: Clock) -> Turn:
    """Deliver at most one mail and return what happened."""
    taken = await store.tx(_take, account, clock.now())
    if isinstance(taken, Turn):
        if taken.result is not Result.IDLE:
            log.info(f"mail {taken.result}", account=account.name, outbox=taken.outbox_ids, reason=taken.reason)
        return taken
    try:
        outcome = await _send(store, sender, account, clock, taken)
    except (LoginRefused, ConfigError) as refused:
        log.error("login refused", account=account.name, reason=str(refused))
        # Due as before: the pause belongs to the account, not to this mail.
        await _record(store, outbox.defer, taken.id, taken.due_at, str(refused))
        return Turn(Result.LOGIN_REFUSED, (taken.id,), str(refused), trouble=True)
    done = await _record(store, _keep, account, taken, outcome, clock.now())
    level = log.info if done.result in {Result.SENT, Result.DEFERRED} else log.error
    level(
        f"mail {done.result}",
        account=account.name,
        outbox=taken.id,
        kind=taken.kind,
        attempt=taken.attempts,
        reason=done.reason,
        until=done.until and done.until.isoformat(),
    )
    return done


async def _rest(clock: Clock, until: datetime) -> None:
    """Wait for the whole time: new mail is no reason to try a refused password earlier."""
    undisturbed = asyncio.Event()
    while clock.now() < until:
        await clock.wait(undisturbed, until)


async def _send(store: Store, sender: Sender, account: Account, clock: Clock, row: Claimed) -> Outcome:
    started = False

    async def before_data() -> bool:
        nonlocal started
        started = await store.tx(outbox.data_started, row.id, clock.now())
        return started

    try:
        return await sender.send(account.address, row.recipient, row.rfc822, before_data)
    except (LoginRefused, ConfigError, StateError):
        raise
    except Exception as error:  # one mail that trips over a bug must not stop all the others
        log.exception("sending failed unexpectedly", account=account.name, outbox=row.id)
        reason = f"unexpected {type(error).__name__} while sending"
        return Ambiguous(reason) if started else Deferred(reason, Stage.DATA)


async def _record[**P, T](store: Store, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    raise NotImplementedError


# In transactions


def _take(conn: Connection, account: Account, now: datetime) -> Claimed | Turn:
    """Claim the next mail that may go; what must not go any more is settled on the way."""
    expired = outbox.cancel_expired(conn, account.name, now)
    if expired:
        return Turn(Result.CANCELLED, expired, "expired")
    row = outbox.claim_due(conn, account.name, now)
    if row is None:
        return Turn(Result.IDLE, until=_next_due(conn, account.name))
    stay = _objection(conn, account, row, now)
    if stay is None:
        return row
    if stay.result is Result.HELD:
        outbox.hold(conn, row.id, stay.reason)
    else:
        outbox.defer(conn, row.id, stay.until or row.due_at, stay.reason)
        if stay.result is Result.CANCELLED:
            outbox.cancel(conn, row.id, stay.reason)
    return Turn(stay.result, (row.id,), stay.reason, stay.until)
