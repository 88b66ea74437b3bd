"""
What delivering is told of an account, and what one turn of it says.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import random
from types import MappingProxyType

from sqlalchemy import Connection

from responder.adapters.store.outbox import OutboxRow
from responder.core.breaker import Limits
from responder.core.objections import Objection
from responder.core.operator import Operator, Outlet
from responder.core.troubles import Cause, Fault


class Result(StrEnum):
    """What one turn came to."""

    IDLE = "idle"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    HELD = "held"
    CANCELLED = "cancelled"
    PUT_OFF = "put_off"
    STOPPED = "stopped"
    LOGIN_REFUSED = "login_refused"
    ELSEWHERE = "elsewhere"


SENTENCES: Mapping[Result, str] = MappingProxyType(
    {
        Result.SENT: "mail sent",
        Result.DEFERRED: "mail put off",
        Result.REFUSED: "mail refused for good",
        Result.AMBIGUOUS: "mail sent or not: a person has to look",
        Result.HELD: "mail held",
        Result.CANCELLED: "mail cancelled",
        Result.PUT_OFF: "mail waits: it may not go yet",
        Result.STOPPED: "sending to buyers stopped: a person has to look",
        Result.LOGIN_REFUSED: "login refused by the mail server",
        Result.ELSEWHERE: "mail refused, so it goes through another account",
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
    cause: Cause = field(default=Cause.UNREACHABLE, compare=False)  # why, where `trouble` says so

    @property
    def spoke(self) -> bool:
        """Whether the server could be asked about a mail, or what became of that; else nobody knows how it is."""
        return self.trouble or self.result in _SPOKEN

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the server: it cannot be used, or it puts off what it is given."""
        wrong = self.trouble or self.result is Result.DEFERRED
        return Fault(self.reason, self.cause, self.until) if wrong else None


_SPOKEN = frozenset({Result.SENT, Result.DEFERRED, Result.REFUSED, Result.AMBIGUOUS, Result.ELSEWHERE})


def _nothing() -> None:
    """Nobody else has to be woken."""


def _always() -> bool:
    return True


def _none(_conn: Connection, _row: OutboxRow, _now: datetime) -> Objection | None:
    """Nothing speaks against a mail."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    What delivering needs to know of an account.

    `on_sent` runs in the transaction that marks a mail as sent; running it twice for one mail must do no harm, since a
    copy in the Sent folder may have settled the mail before the server's reply is kept. `objection` decides again, in
    the transaction that claims it, on a mail to a buyer that nobody asked for: days may lie between.
    """

    name: str
    address: str  # the envelope sender: our own, never taken from a mail
    operator: Operator  # who is told when the breaker stops the sending
    limits: Limits  # of all accounts together
    dry_run: bool  # as configured; a person who went live outweighs it
    on_sent: Callable[[Connection, OutboxRow, datetime], None]
    on_stopped: Callable[[], None] = _nothing  # an alert waits in the operator's account
    outlets: tuple[Outlet, ...] = ()  # the accounts through which mail to the operator may go
    on_elsewhere: Callable[[], None] = _nothing  # it waits in another account now
    objection: Callable[[Connection, OutboxRow, datetime], Objection | None] = _none
    looked: Callable[[], bool] = _always  # whether the mailbox was looked at, where a person's answer may lie
    jitter: Callable[[], float] = random
    # A store that cannot be written for a moment must not turn a known outcome into an unknown one.
    record_pauses: tuple[float, ...] = (0.2, 1.0, 5.0)  # seconds
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while a mail is under way
