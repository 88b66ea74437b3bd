"""
Outbox to mail server: one loop for each account.

One mail a turn: claimed in one transaction, sent, and what became of it kept in another. A mail to a buyer whose fate
is unknown (RFC 1047) is never sent again by itself; mail to the operator is, with the same Message-ID.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import random
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar, assert_never

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from responder.adapters.clock import Clock, monotonic
from responder.adapters.smtp import Ambiguous, Deferred, Delivered, LoginRefused, Outcome, Refused, Sender, Stage
from responder.adapters.store import Store, outbox, suppressions, threads
from responder.adapters.store.outbox import OPERATOR_KINDS, Claimed, OutboxRow
from responder.core.retry import LONGEST_DELAY, GiveUp, login_backoff, next_try, outage_backoff
from responder.core.threads import ThreadState
from responder.errors import ConfigError, StateError, TemporaryError

ACKNOWLEDGEMENT = "acknowledgement"
DRY_RUN = "dry run: nothing is sent to buyers until `responder go-live`"
HOUR = timedelta(hours=1)
# A store that cannot be written for a moment must not turn a known outcome into an unknown one.
RECORD_PAUSES = (0.2, 1.0, 5.0)  # seconds

# Trouble at these stages is the server's or the network's; no mail has been looked at yet.
UNUSABLE = frozenset({Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.LOGIN})

P = ParamSpec("P")
T = TypeVar("T")

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
    CAPPED = "capped"
    LOGIN_REFUSED = "login_refused"


SENTENCES: Mapping[Result, str] = MappingProxyType(
    {
        Result.SENT: "mail sent",
        Result.DEFERRED: "mail put off",
        Result.REFUSED: "mail refused for good",
        Result.AMBIGUOUS: "mail sent or not: a person has to look",
        Result.HELD: "mail held",
        Result.CANCELLED: "mail cancelled",
        Result.CAPPED: "mail waits for the hourly limit",
        Result.LOGIN_REFUSED: "login refused by the mail server",
    }
)


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
    """
    What delivering needs to know of an account.

    `on_sent` runs in the transaction that marks a mail as sent; running it twice for one mail must do no harm, since a
    copy in the Sent folder may have settled the mail before the server's reply is kept.
    """

    name: str
    address: str  # the envelope sender: our own, never taken from a mail
    acknowledgements_per_hour: int
    dry_run: Callable[[Connection], bool]
    on_sent: Callable[[Connection, OutboxRow, datetime], None]
    jitter: Callable[[], float] = random
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while a mail is under way


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
    failures = 0
    try:
        while True:
            done = await turn(store, sender, account, clock)
            if done.trouble:
                failures += 1
                report(done.reason)
                await _rest(clock, clock.now() + _pause(done, failures, account.jitter()))
            elif done.result is Result.IDLE:
                await clock.wait(wake, done.until)
            elif done.result not in {Result.HELD, Result.CANCELLED, Result.CAPPED}:
                failures = 0  # the server spoke about a mail: it can be used
                report(None)
    finally:
        await sender.close()


async def catch_up(store: Store, sender: Sender, account: Account, clock: Clock) -> tuple[Turn, ...]:
    """Deliver what is due now and return what happened; ends when the mail server cannot be used."""
    await recover(store, account, clock)
    done: list[Turn] = []
    try:
        while not done or not (done[-1].result is Result.IDLE or done[-1].trouble):
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
    """Deliver at most one mail and return what happened; whoever holds `account.sending` lets none begin."""
    async with account.sending:
        return await _turn(store, sender, account, clock)


async def _turn(store: Store, sender: Sender, account: Account, clock: Clock) -> Turn:
    taken = await store.tx(_take, account, clock.now())
    if isinstance(taken, Turn):
        if taken.result is not Result.IDLE:
            log.info(SENTENCES[taken.result], account=account.name, outbox=taken.outbox_ids, reason=taken.reason)
        return taken
    try:
        outcome = await _send(store, sender, account, clock, taken)
    except (LoginRefused, ConfigError) as refused:
        # Due as before: the pause belongs to the account, not to this mail.
        await _record(store, outbox.defer, taken.id, taken.due_at, str(refused))
        done = Turn(Result.LOGIN_REFUSED, (taken.id,), str(refused), trouble=True)
    else:
        done = await _record(store, _keep, account, taken, outcome, clock.now())
    _tell(account, taken, done)
    return done


def _tell(account: Account, row: Claimed, done: Turn) -> None:
    level = log.info if done.result in {Result.SENT, Result.DEFERRED} else log.error
    until = None if done.until is None else done.until.isoformat()
    known = {"account": account.name, "outbox": row.id, "kind": row.kind, "attempt": row.attempts}
    level(SENTENCES[done.result], **known, reason=done.reason, until=until)


def _pause(done: Turn, failures: int, jitter: float) -> timedelta:
    refused = done.result is Result.LOGIN_REFUSED
    return login_backoff(failures, jitter) if refused else outage_backoff(failures, jitter)


async def _rest(clock: Clock, until: datetime) -> None:
    """Wait for the whole time: new mail is no reason to try a refused password earlier. A clock set back is no rest."""
    undisturbed = asyncio.Event()
    end = monotonic() + (until - clock.now()).total_seconds()
    while clock.now() < until and monotonic() < end:
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


async def _record(store: Store, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Keep what became of a mail, past a store that cannot be written for a moment."""
    for pause in RECORD_PAUSES:
        try:
            return await store.tx(fn, *args, **kwargs)
        except TemporaryError as error:
            log.warning("the outcome of a mail cannot be kept yet", reason=str(error))
            await asyncio.sleep(pause)
    return await store.tx(fn, *args, **kwargs)


# In transactions


def _take(conn: Connection, account: Account, now: datetime) -> Claimed | Turn:
    """Claim the next mail that may go; what must not go any more is settled on the way."""
    expired = outbox.cancel_expired(conn, account.name, now)
    if expired:
        return Turn(Result.CANCELLED, expired, "expired")
    row = outbox.claim_due(conn, account.name, now)
    if row is None:
        return Turn(Result.IDLE, until=outbox.next_due_of(conn, account.name))
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


def _objection(conn: Connection, account: Account, row: Claimed, now: datetime) -> _Stay | None:
    """Return why a mail that was decided earlier must not go now."""
    if row.kind in OPERATOR_KINDS:
        return None
    if account.dry_run(conn):
        return _Stay(Result.HELD, DRY_RUN)
    thread = None if row.thread_id is None else threads.thread(conn, row.thread_id)
    subjects = [row.recipient] if thread is None else [row.recipient, thread.buyer_alias, thread.order_id]
    barred = suppressions.suppressed(conn, account.name, subjects)
    if barred is not None:
        return _Stay(Result.CANCELLED, f"never write there again: {barred.reason}")
    if row.kind != ACKNOWLEDGEMENT:
        return None
    if thread is None:
        return _Stay(Result.CANCELLED, "its thread is no longer kept")
    if thread.state is not ThreadState.OPEN:
        return _Stay(Result.CANCELLED, f"its thread is no longer open: {thread.state}")
    return _over_the_cap(conn, account, now)


def _over_the_cap(conn: Connection, account: Account, now: datetime) -> _Stay | None:
    """The last guard against a flood, whatever was decided: so many acknowledgements of all accounts in an hour."""
    cap = account.acknowledgements_per_hour
    left_at = outbox.left_at(conn, ACKNOWLEDGEMENT, now - HOUR)
    if len(left_at) < cap:
        return None
    until = left_at[-cap] + HOUR if cap else now + HOUR
    return _Stay(Result.CAPPED, f"already {len(left_at)} acknowledgements in an hour (the limit is {cap})", until)


def _keep(conn: Connection, account: Account, row: Claimed, outcome: Outcome, now: datetime) -> Turn:
    """Keep what became of a mail."""
    match outcome:
        case Delivered(reply):
            outbox.mark_sent(conn, row.id, now, reply)
            _effects(conn, account, row, now)
            return Turn(Result.SENT, (row.id,), reply)
        case Deferred(reason, stage):
            return _again(conn, account, row, reason, now, trouble=stage in UNUSABLE)
        case Refused(reason):
            outbox.refuse(conn, row.id, reason)
            return Turn(Result.REFUSED, (row.id,), reason)
        case Ambiguous(reason) if row.kind in OPERATOR_KINDS:
            return _again(conn, account, row, reason, now, trouble=False)
        case Ambiguous(reason):
            outbox.make_ambiguous(conn, row.id, reason, now)
            return Turn(Result.AMBIGUOUS, (row.id,), reason)
        case _:
            assert_never(outcome)


def _again(conn: Connection, account: Account, row: Claimed, reason: str, now: datetime, *, trouble: bool) -> Turn:
    # A mail can be made days before it is due, so its making does not count; this many tries took this long at most.
    first_at = max(row.created_at, now - row.attempts * LONGEST_DELAY)
    then = next_try(row.attempts, first_at, now, account.jitter())
    if isinstance(then, GiveUp):
        outbox.refuse(conn, row.id, f"{then.reason}; the last time: {reason}")
        return Turn(Result.REFUSED, (row.id,), f"{then.reason}; the last time: {reason}", trouble=trouble)
    outbox.defer(conn, row.id, then, reason)
    return Turn(Result.DEFERRED, (row.id,), reason, then, trouble)


def _effects(conn: Connection, account: Account, row: Claimed, now: datetime) -> None:
    """Run what follows from sending; a bug in there must not make a sent mail look unsent, and so send it again."""
    try:
        with conn.begin_nested():
            account.on_sent(conn, row, now)
    except (OperationalError, InterfaceError):
        raise  # the state cannot be written now: not even that the mail was sent
    except Exception:
        log.exception("what follows from a sent mail failed", account=account.name, outbox=row.id, kind=row.kind)
