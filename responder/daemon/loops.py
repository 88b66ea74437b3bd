"""
Every loop of the daemon: what it is handed, what wakes it, and how it says that it lives.

Whatever a loop does, it turns at least as often as `SILENCE` allows; a loop that was never started is as silent as one
that stands still.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.imap import Role
from responder.adapters.smtp import Sender
from responder.adapters.store import Store, health, outbox
from responder.core.troubles import Fault
from responder.daemon import guarding
from responder.daemon.hearing import LIMITS, Hearing, Loop, Turned
from responder.daemon.looked import Looked
from responder.daemon.parts import AccountParts, Parts
from responder.daemon.showing import LIMITS as SHOWN
from responder.daemon.showing import NAME as PAGE
from responder.daemon.showing import Showing
from responder.daemon.troubles import Troubles
from responder.tasks import account_health, ask, calendars, deliver, intake, maintain, report, schedule, troubles
from responder.tasks.receive import Folder, FolderSettings, Kept, accepted, closing

# How long a loop may be silent before the watchdog is no longer fed. Every wait for the clock ends after half a minute,
# so whoever rests until tomorrow says so as well. A folder: a round of IDLE and its time limits, a pause after refused
# logins, a batch of mails. Delivering: one mail; a server may take ten minutes for its last word (RFC 5321 4.5.3.2.6),
# after the upload of a large invoice through a slow line. Asking: one turn reads the text of 200 invoices; intake: a
# year of orders.
SILENCE = {
    "folder:": 4800.0, "deliver:": 2400.0, "ask": 2400.0, "intake": 2400.0,
    "account_health": 900.0, "calendar": 300.0, "schedule": 300.0, "closing": 300.0, "report": 300.0, "health": 300.0,
    "troubles": 300.0,
    **LIMITS, **SHOWN,
}  # fmt: skip


class Loops:
    """The loops of all accounts on one store, and what they share."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, pulse: maintain.Pulse | None = None) -> None:
        self.parts = parts
        self.store = store
        self.clock = clock
        self.pulse = pulse or maintain.Pulse()
        self.looked = Looked()
        names = [account.name for account in parts.accounts]
        self._guarding = asyncio.Event()
        self.guard = guarding.guard(parts, store.url)
        self.troubles = Troubles(store, parts, clock, self._guarding.set)
        self.hearing = Hearing(parts, store, clock, still=lambda: self.pulse.silent(SILENCE))
        self.showing = Showing(parts, store, clock, self.pulse, SILENCE)
        self.sending = {name: asyncio.Lock() for name in names}
        self._calendar = asyncio.Event()
        self._schedule = asyncio.Event()
        self._ask = asyncio.Event()
        self._health = asyncio.Event()
        self._report = asyncio.Event()
        self._deliver = {name: asyncio.Event() for name in names}
        self._folders = {(name, role): asyncio.Event() for name in names for role in Role}
        self._news: set[str] = set()  # accounts in which something came since the last turn of their inbox

    def all(self) -> list[Loop]:
        """Return every loop with its name, in the order they start in."""
        loops: list[Loop] = [
            ("calendar", self._run_calendar),  # first: what it finds at the start is in the digest that is due then
            ("schedule", self._run_schedule),
            ("report", self._run_report),
            ("closing", self._run_closing),
            ("account_health", self._run_account_health),
            ("health", self._run_troubles),
            ("troubles", self._run_guard),
            *self.hearing.loops(self.looked_at, self._enqueued, self._turned),
        ]
        if (at := self.showing.address) is not None:
            loops.append((PAGE, self.showing.run(at, self.guard.room, self._turned(PAGE))))
        if self.askers():
            loops.append(("ask", self._run_ask))
        if self.parts.intake is not None:
            loops.append(("intake", self._intake(self.parts.intake)))
        for account in self.parts.accounts:
            loops.append((f"deliver:{account.name}", self._deliver_loop(account)))
            loops += [
                (f"folder:{account.name}:{folder.role}", self.folder(account, folder).run) for folder in account.folders
            ]
        return loops

    def looked_at(self, account: str) -> bool:
        """Return whether the account's inbox was looked at to its end since it was reached."""
        return self.looked.at_all(account, (Role.INBOX,))

    def look(self) -> None:
        """Let every folder be looked at now, not at the server's next push."""
        for wake in self._folders.values():
            wake.set()

    def folder(self, account: AccountParts, settings: FolderSettings) -> Folder:
        """Return what watches one folder of an account."""
        part = f"folder:{account.name}:{settings.role}"
        beat = self.pulse.beat(part)

        def report(problem: Fault | None) -> None:
            beat()  # with each batch: a turn over thousands of mails on a slow line is longer than any limit
            self.looked.heard(account.name, settings.role, problem.words if problem else None)
            self.troubles.tell(part, problem)
            if problem is not None:
                self.showing.lost(account.name)
            if problem is not None and settings.role is Role.INBOX:
                self.hearing.lost(account.name)

        return Folder(
            self.store,
            account.judge,
            settings,
            self.clock,
            wake=self._folders[account.name, settings.role],
            kept=lambda kept: self._kept(account.name, kept),
            ticked=self._folder_turned(account.name, settings.role, part),
            report=report,
        )

    def _folder_turned(self, account: str, role: Role, part: str) -> Callable[[], None]:
        """
        Return the call that ends a folder's turn: it lives, and what waited for a look may leave.

        The operator is told of what came when the turn is over, not at each mail: that is one alert, and what a later
        mail of the same turn ended is none.
        """
        beat = self.pulse.beat(part)

        def turned() -> None:
            beat()
            if role is Role.INBOX and account in self._news:
                self._news.discard(account)
                self._schedule.set()
                self._health.set()
            first = self.looked.turned(account, role)
            if role is Role.INBOX and self.looked_at(account):
                self.hearing.looked(account, first=first)
            if first:
                self._deliver[account].set()
                self._report.set()

        return turned

    def _kept(self, account: str, kept: Kept) -> None:
        if kept.mail_id is not None:
            self._deliver[account].set()
            self._news.add(account)
        if kept.mail_id is not None or kept.canary:
            self.hearing.kept(test_mail=kept.canary)

    def _enqueued(self, account: str) -> None:
        self._deliver[account].set()

    def _enqueued_anywhere(self) -> None:
        for wake in self._deliver.values():
            wake.set()

    def _deliver_loop(self, account: AccountParts) -> Callable[[], Awaitable[None]]:
        part = f"deliver:{account.name}"
        wake, beat = self._deliver[account.name], self.pulse.beat(part)

        def ticked() -> None:
            beat()
            self.troubles.turned(part)

        async def run() -> None:
            sender = Sender(account.smtp)
            await deliver.run(
                self.store,
                sender,
                self.delivering(account),
                self.clock,
                wake,
                lambda problem: self.troubles.tell(part, problem),
                ticked,
            )

        return run

    def delivering(self, account: AccountParts) -> deliver.Account:
        """Return in whose name, and under which limits, an account's mail leaves."""
        loop = asyncio.get_running_loop()

        def on_sent(conn: Connection, row: outbox.OutboxRow, at: datetime) -> None:
            accepted(conn, account.judge, row, at)
            ask.sent(conn, account.name, row, at)
            health.set_health(conn, account.name, smtp_state="connected", smtp_contact_at=at)
            if row.kind in outbox.OPERATOR_KINDS:
                loop.call_soon_threadsafe(self._mark)  # this runs in the writer's thread
                loop.call_soon_threadsafe(self.hearing.left, row.kind)

        return deliver.Account(
            name=account.name,
            address=account.sender,
            operator=self.parts.operator,
            limits=account.limits,
            dry_run=self.parts.loaded.config.dry_run,
            on_sent=on_sent,
            on_stopped=lambda: self._enqueued(self.parts.operator.account),
            objection=lambda conn, row, at: ask.objection(conn, account.asker, row, at),
            outlets=self.guard.outlets,
            on_elsewhere=self._enqueued_anywhere,
            looked=lambda: self.looked.at_all(account.name),
            sending=self.sending[account.name],
        )

    def _mark(self) -> None:
        """A mail was accepted: notices may have been told of, so every inbox marks what was seen."""
        for (_, role), wake in self._folders.items():
            if role is Role.INBOX:
                wake.set()

    def _turned(self, part: str) -> Turned:
        """Return the call by which a loop says that it turned: it lives, and what is wrong, or that nothing is."""
        beat = self.pulse.beat(part)

        def turned(problem: str | None = None) -> None:
            beat()
            self.troubles.tell(part, problem)

        return turned

    async def _run_troubles(self) -> None:
        await self.troubles.run(self._turned("health"))

    async def _run_calendar(self) -> None:
        await calendars.run(
            self.store,
            self.parts.planner,
            self.clock,
            wake=self._calendar,
            enqueued=self._enqueued,
            ticked=self._turned("calendar"),
        )

    async def _run_schedule(self) -> None:
        await schedule.run(
            self.store,
            self.parts.operator,
            self.clock,
            wake=self._schedule,
            enqueued=self._enqueued,
            ticked=self._turned("schedule"),
        )

    def askers(self) -> list[ask.Asker]:
        """Return the accounts whose buyers are asked for feedback."""
        return [account.asker for account in self.parts.accounts if account.asker.policy.enabled]

    async def _run_ask(self) -> None:
        await ask.run(
            self.store,
            self.askers(),
            self.clock,
            wake=self._ask,
            enqueued=self._enqueued,
            ticked=self._turned("ask"),
        )

    def _intake(self, parts: intake.Intake) -> Callable[[], Awaitable[None]]:
        ticked = self._turned("intake")

        def imported() -> None:
            self._ask.set()
            self._health.set()

        async def run() -> None:
            wake = asyncio.Event()
            await intake.run(self.store, parts, self.clock, wake=wake, imported=imported, ticked=ticked)

        return run

    async def _run_report(self) -> None:
        await report.run(
            self.store,
            self.parts.reporter,
            self.parts.started_at,
            self.clock,
            wake=self._report,
            looked=self._all_looked,
            enqueued=self._enqueued,
            ticked=self._turned("report"),
        )

    def _all_looked(self) -> bool:
        """Return whether every mailbox was looked at to its end."""
        return all(self.looked.at_all(account.name) for account in self.parts.accounts)

    async def _run_account_health(self) -> None:
        await account_health.run(
            self.store,
            self.parts.watch,
            self.clock,
            wake=self._health,
            enqueued=self._enqueued,
            ticked=self._turned("account_health"),
        )

    async def _run_guard(self) -> None:
        await troubles.run(
            self.store,
            self.guard,
            self.clock,
            wake=self._guarding,
            enqueued=self._enqueued,
            ticked=self._turned("troubles"),
        )

    async def _run_closing(self) -> None:
        await closing.run(
            self.store,
            [account.judge for account in self.parts.accounts],
            self.clock,
            wake=asyncio.Event(),
            enqueued=self._enqueued,
            ticked=self._turned("closing"),
        )
