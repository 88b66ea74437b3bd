"""
One configuration's life over past mail: each mail is kept when it came, and between two mails time goes on.

What falls due on the way happens at its instant, by the same functions as in the daemon: timers go off, closings come,
and what the outbox holds counts as sent when it may leave. Nothing leaves. A breaker that stopped the sending is taken
to be released by a person at the next opening.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from responder.adapters.smtp import Delivered
from responder.adapters.store import replayed, retention, sending, threads, timers
from responder.adapters.store.outbox import Claimed
from responder.core.arrival import arrived_at, written_at
from responder.core.breaker import Limits
from responder.core.calendars import next_opening
from responder.core.classify import Kind
from responder.core.deadlines import message_due_at
from responder.core.dkim import DkimResult
from responder.core.message import Message
from responder.core.operator import Operator
from responder.simulation.past import Past, Skipped
from responder.tasks import schedule
from responder.tasks.deliver import Account
from responder.tasks.deliver.claim import take
from responder.tasks.deliver.outcome import kept
from responder.tasks.deliver.values import Result
from responder.tasks.receive import Arrival, Judge, Kept, accepted, answers, closing, keep, returned
from responder.tasks.receive.needless import by_keyword

log = structlog.get_logger()

ANSWERED = "\\Answered"
WORDS_KEPT = timedelta(days=30)
"""How long the throw-away state keeps the words of mail: longer than any decision looks back."""
MANY = 100
"""Rounds in which the timers of one instant are taken; a round takes up to a hundred."""
CARE_EVERY = timedelta(hours=6)
SENT = "simulated: nothing was sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one account decides with under one configuration."""

    judge: Judge
    operator: Operator
    limits: Limits


@dataclass(frozen=True, slots=True)
class Mail:
    """A past mail as one life sees it: parsed, with what proves its sender, or is merely trusted."""

    past: Past
    message: Message
    dkim: DkimResult | None
    trusted: bool


@dataclass(slots=True)
class Counts:
    """What became of the mails, beside what the state tells."""

    kept: int = 0
    duplicates: int = 0
    sent: int = 0
    stops: int = 0
    trusted: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    failed: list[Skipped] = field(default_factory=list)
    broken: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """When something happens next, by what it is."""

    timer_at: datetime | None
    mail_at: datetime | None
    closing_at: datetime | None
    resume_at: datetime | None
    marked_at: datetime | None

    @property
    def first(self) -> datetime | None:
        """The earliest of them."""
        known = (self.timer_at, self.mail_at, self.closing_at, self.resume_at, self.marked_at)
        return min((at for at in known if at is not None), default=None)


def _has_come(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


class Replay:
    """A life from `started` on; `now` is how far it has come."""

    def __init__(self, life: Life, started: datetime) -> None:
        self.life = life
        self.now = started
        self.counts = Counts()
        self._marked: list[tuple[datetime, int, int]] = []  # (due, mail, thread) of messages marked as answered
        self._resume_at: datetime | None = None
        self._done_at = started  # what was due up to here has happened, or waits for something else
        self._closing_at = closing.next_at(life.judge, started)
        self._cared_at = self._purged_at = started
        self._account = Account(
            name=life.judge.account,
            address=life.judge.from_address,
            operator=life.operator,
            limits=life.limits,
            dry_run=False,  # a rehearsal would hold everything, and everything here is a rehearsal
            on_sent=lambda conn, row, at: accepted(conn, life.judge, row, at),
        )

    def keep_all(self, conn: Connection, mails: Iterable[Mail]) -> None:
        """Live on from mail to mail."""
        for mail in mails:
            self.run_until(conn, mail.past.received_at)
            self._keep(conn, mail)

    def run_until(self, conn: Connection, at: datetime) -> None:
        """Let everything happen that is due up to `at`, each at its instant."""
        while (ahead := self._ahead(conn)).first is not None and ahead.first <= at:
            self.now = max(self.now, ahead.first)
            self._turn(conn, ahead)
            self._done_at = self.now
        self.now = max(self.now, at)

    def _keep(self, conn: Connection, mail: Mail) -> None:
        past, message = mail.past, mail.message
        role = past.role or self._role(message)
        if message.defects:
            self.counts.broken.append(Skipped(past.place, "; ".join(message.defects)))
        arrival = Arrival(
            folder=role,
            role=role,
            uidvalidity=1,
            uid=past.number,
            received_at=(written_at if past.role == "sent" else arrived_at)(past.received_at, message, self.now),
            size=past.size,
            flags=frozenset(),  # those of today say nothing about the hour of its arrival
            raw=past.raw,
            message=message,
            dkim=mail.dkim,
        )
        try:
            with conn.begin_nested():
                found = keep(conn, self.life.judge, arrival, self.now)
        except (OperationalError, InterfaceError):
            raise  # the throw-away state cannot be written: that is no mail's fault
        except Exception as error:  # whatever one mail does, the next one is handled
            log.exception("a mail could not be handled", number=past.number)
            self.counts.failed.append(Skipped(past.place, f"{type(error).__name__} while it was handled"))
            return
        self._note(mail, role, found, arrival.received_at)
        if self._done_at == self.now:  # something else has happened at this very instant
            self._done_at -= timedelta.resolution

    def _role(self, message: Message) -> str:
        """In a file whoever wrote a mail says whether it was sent or received."""
        ours = any(address.spec in self.life.judge.own for address in message.from_[:1])
        return "sent" if ours else "inbox"

    def _note(self, mail: Mail, role: str, found: Kept, received_at: datetime) -> None:
        if found.mail_id is None:
            self.counts.duplicates += 1
            return
        self.counts.kept += 1
        self.counts.sent += role == "sent"
        if mail.trusted:
            self.counts.trusted.add(found.mail_id)
        if found.kind is Kind.BUYER_MESSAGE and role == "inbox" and self._is_settled(mail.past.flags):
            self.counts.marked.add(found.mail_id)
            if found.thread_id is not None:
                due = message_due_at(received_at, self.life.judge.answer)
                heapq.heappush(self._marked, (max(due, self.now), found.mail_id, found.thread_id))

    def _is_settled(self, flags: frozenset[str]) -> bool:
        """Return whether somebody marked a message as answered, or as needing no answer, at some time."""
        return ANSWERED in flags or by_keyword(self.life.judge.no_response_keyword, flags) is not None

    def _ahead(self, conn: Connection) -> "_Ahead":
        """Return what happens next."""
        timer_at, mail_at = replayed.next_after(conn, self._done_at)
        return _Ahead(
            timer_at=timer_at,
            mail_at=mail_at,
            closing_at=self._closing_at,
            resume_at=self._resume_at,
            marked_at=self._marked[0][0] if self._marked else None,
        )

    def _turn(self, conn: Connection, ahead: "_Ahead") -> None:
        """Let everything happen that is due now."""
        judge = self.life.judge
        self._answers_without_a_time(conn)
        if _has_come(ahead.resume_at, self.now):
            self._resume_at = None
            sending.resume(conn, self.now, "the simulation")
        told = closing.turn(conn, judge, self.now) if _has_come(ahead.closing_at, self.now) else ()
        if _has_come(self._closing_at, self.now):
            self._closing_at = closing.next_at(judge, self.now)
        alerted = self._warn(conn) if _has_come(ahead.timer_at, self.now) else False
        if told or alerted or _has_come(ahead.mail_at, self.now) or _has_come(ahead.resume_at, self.now):
            self._deliver(conn)
        self._care(conn)

    def _warn(self, conn: Connection) -> bool:
        """Let the timers that are due go off; return whether a mail about them waits."""
        alerted = False
        for _ in range(MANY):
            alerted = schedule.turn(conn, self.life.operator, self.now) is not None or alerted
            ringing = timers.next_timer(conn)
            if ringing is None or ringing > self.now:
                break
        return alerted

    def _answers_without_a_time(self, conn: Connection) -> None:
        """A message marked as answered was answered; with no answer known by its deadline, nobody knows when."""
        while self._marked and self._marked[0][0] <= self.now:
            _, mail_id, thread_id = heapq.heappop(self._marked)
            thread = threads.thread(conn, thread_id)
            if thread is not None and thread.received_at is not None:
                answers.from_flag(conn, self.life.judge, mail_id, thread_id, self.now)

    def _deliver(self, conn: Connection) -> None:
        """Count as sent what may leave now, as the deliverer would have sent it."""
        while replayed.is_mail_due(conn, self.now):
            taken = take(conn, self._account, self.now)
            if isinstance(taken, Claimed):
                kept(conn, self._account, taken, Delivered(SENT), self.now)
            elif taken.result is Result.STOPPED:
                self.counts.stops += 1
                self._resume_at = next_opening(self.life.judge.calendar, self.now) or self.now + timedelta(days=1)
            elif taken.result is Result.IDLE:
                return

    def _care(self, conn: Connection) -> None:
        if self.now - self._cared_at >= CARE_EVERY:
            self._cared_at = self.now
            returned.copy_did_not_come(conn, self.life.judge, self.now)
        if self.now - self._purged_at >= WORDS_KEPT / 10:
            self._purged_at = self.now
            while retention.purge(conn, self.now - WORDS_KEPT):
                pass  # a part at a time; nobody waits for this state
