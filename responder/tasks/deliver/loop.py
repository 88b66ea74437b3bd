"""
The loop itself: take a mail, send it, keep what became of it; rest while the mail server cannot be used.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, monotonic
from responder.adapters.smtp import Ambiguous, Deferred, LoginRefused, Outcome, Sender, Stage
from responder.adapters.store import Store, outbox
from responder.adapters.store.outbox import Claimed
from responder.core.retry import login_backoff, outage_backoff
from responder.core.troubles import Cause, Fault
from responder.errors import ConfigError, StateError, TemporaryError
from responder.tasks.deliver.claim import take
from responder.tasks.deliver.outcome import kept
from responder.tasks.deliver.values import SENTENCES, Account, Result, Turn

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()


async def run(
    store: Store,
    sender: Sender,
    account: Account,
    clock: Clock,
    wake: asyncio.Event,
    report: Callable[[Fault | None], None],
    ticked: Callable[[], None],
) -> None:
    """Deliver until cancelled; `report` hears of trouble with the mail server, and with None that it is over."""
    await recover(store, account, clock)
    failures = 0
    try:
        while True:
            done = await turn(store, sender, account, clock)
            ticked()
            if done.trouble:
                failures += 1
                again_at = clock.now() + _pause(done, failures, account.jitter())
                report(Fault(done.reason, done.cause, again_at))
                await _rest(clock, again_at, ticked)
            elif done.result is Result.IDLE:
                await clock.wait(wake, done.until)
            elif done.result not in {Result.HELD, Result.CANCELLED, Result.PUT_OFF, Result.STOPPED}:
                failures = 0  # the server spoke about a mail: it can be asked about the next
                report(done.fault)
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
    taken = await store.tx(take, account, clock.now())
    if isinstance(taken, Turn):
        if taken.result is Result.STOPPED:
            log.error(SENTENCES[taken.result], account=account.name, outbox=taken.outbox_ids, reason=taken.reason)
            account.on_stopped()
        elif taken.result is not Result.IDLE:
            log.info(SENTENCES[taken.result], account=account.name, outbox=taken.outbox_ids, reason=taken.reason)
        return taken
    try:
        outcome = await _send(store, sender, account, clock, taken)
    except (LoginRefused, ConfigError) as refused:
        # Due as before: the pause belongs to the account, not to this mail.
        await _record(store, account, outbox.defer, taken.id, taken.due_at, str(refused))
        cause = Cause.PASSWORD_REFUSED if isinstance(refused, LoginRefused) else Cause.PASSWORD_UNREADABLE
        done = Turn(Result.LOGIN_REFUSED, (taken.id,), str(refused), trouble=True, cause=cause)
    else:
        done = await _record(store, account, kept, account, taken, outcome, clock.now())
    _tell(account, taken, done)
    if done.result is Result.ELSEWHERE:
        account.on_elsewhere()
    return done


def _tell(account: Account, row: Claimed, done: Turn) -> None:
    log.log(
        logging.INFO if done.result in {Result.SENT, Result.DEFERRED} else logging.ERROR,
        SENTENCES[done.result],
        account=account.name,
        outbox=row.id,
        kind=row.kind,
        attempt=row.attempts,
        reason=done.reason,
        until=None if done.until is None else done.until.isoformat(),
    )


def _pause(done: Turn, failures: int, jitter: float) -> timedelta:
    refused = done.result is Result.LOGIN_REFUSED
    return login_backoff(failures, jitter) if refused else outage_backoff(failures, jitter)


async def _rest(clock: Clock, until: datetime, ticked: Callable[[], None]) -> None:
    """Wait for the whole time: new mail is no reason to try a refused password earlier. A clock set back is no rest."""
    undisturbed = asyncio.Event()
    end = monotonic() + (until - clock.now()).total_seconds()
    while clock.now() < until and monotonic() < end:
        await clock.wait(undisturbed, until)
        ticked()  # who rests on purpose does not stand still


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


async def _record(
    store: Store, account: Account, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Keep what became of a mail, past a store that cannot be written for a moment."""
    for pause in account.record_pauses:
        try:
            return await store.tx(fn, *args, **kwargs)
        except TemporaryError as error:
            log.warning("the outcome of a mail cannot be kept yet", reason=str(error))
            await asyncio.sleep(pause)
    return await store.tx(fn, *args, **kwargs)
