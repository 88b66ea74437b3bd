"""
The daemon's life: start, run every loop, stop in order; or catch up once and end.

A failing account shouts and begins again; it never stops the others. Only two things end the daemon: being asked to,
and losing its state.
"""

import asyncio
import contextlib
import random
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, pause
from responder.adapters.imap import Role, reconnect_delay
from responder.adapters.smtp import Sender
from responder.adapters.store import Store, health, outbox, threads
from responder.adapters.systemd import Notifier, watchdog_interval
from responder.core.deadlines import is_overdue
from responder.core.wording import counted, moment
from responder.daemon.looked import Looked
from responder.daemon.parts import AccountParts, Parts
from responder.daemon.troubles import Troubles
from responder.errors import ResponderError, StateError, TemporaryError
from responder.tasks import account_health, ask, calendars, deliver, intake, maintain, report, schedule
from responder.tasks.receive import Folder, FolderSettings, Kept, accepted, closing

log = structlog.get_logger()

CARE_EVERY = 30.0
STOP_LIMIT = 20.0  # seconds; systemd waits 30 before it kills
# How long a loop may be silent before the watchdog is no longer fed: a round of IDLE and its time limits, a pause after
# refused logins. Delivering has no limit: a server may take ten minutes for its last word (RFC 5321 4.5.3.2.6).
# Asking has the longest of the others: one turn reads the text of 200 invoices; intake may have a year of orders.
SILENCE = {
    "folder:": 4800.0, "ask": 2400.0, "intake": 2400.0,
    "account_health": 900.0, "calendar": 300.0, "schedule": 300.0, "closing": 300.0, "report": 300.0,
}  # fmt: skip


class Daemon:
    """All tasks of all accounts on one store."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, *, notifier: Notifier | None = None) -> None:
        self._parts = parts
        self._store = store
        self._clock = clock
        self._notifier = notifier or Notifier()
        self._pulse = maintain.Pulse()
        self.stop = asyncio.Event()
        self._calendar = asyncio.Event()
        self._schedule = asyncio.Event()
        self._ask = asyncio.Event()
        self._health = asyncio.Event()
        self._report = asyncio.Event()
        names = [account.name for account in parts.accounts]
        self._deliver = {name: asyncio.Event() for name in names}
        self._folders = {(name, role): asyncio.Event() for name in names for role in Role}
        self._looked = Looked()
        self._news: set[str] = set()  # accounts in which something came since the last turn of their inbox
        self._sending = {name: asyncio.Lock() for name in names}
        self._troubles = Troubles(store, names, parts.operator.account)

    async def run(self) -> None:
        """Run until `stop` is set or a signal asks for the end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        await self._forget()
        self._notifier.ready("starting")
        log.info("started", accounts=[account.name for account in self._parts.accounts])
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._isolated(name, run), name=name) for name, run in self._loops()]
                await maintain.run(
                    self._store,
                    self._clock,
                    self._pulse,
                    self._notifier,
                    care=self._care(),
                    status=self._status,
                    stop=self.stop,
                )
                self._notifier.stopping("stopping")
                await self._let_sending_end()
                for task in tasks:
                    task.cancel()
        except* StateError as group_error:
            raise group_error.exceptions[0] from None
        finally:
            self._parts.reader.close()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
        log.info("stopped")

    async def _let_sending_end(self) -> None:
        """A mail cut off after its first byte has an unknown fate: give it time, and let no other begin."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_LIMIT):
                for sending in self._sending.values():
                    await sending.acquire()

    async def _forget(self) -> None:
        """What the state says of connections and troubles is an earlier process's last word: it counts no more."""
        for account in self._parts.accounts:
            await self._store.tx(
                health.set_health,
                account.name,
                imap_state="connecting",
                imap_idle=False,
                smtp_state="unknown",
                backlog=0,
                problem="",
            )

    def look(self) -> None:
        """Let every folder be looked at now, not at the server's next push."""
        for wake in self._folders.values():
            wake.set()

    def _care(self) -> maintain.Care:
        interval = watchdog_interval()
        every = min(CARE_EVERY, interval.total_seconds() / 2) if interval else CARE_EVERY
        return maintain.Care(every=every, limits=SILENCE, keep_words=self._parts.loaded.config.retention.mail)

    def _loops(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        loops: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("calendar", self._run_calendar),  # first: what it finds at the start is in the digest that is due then
            ("schedule", self._run_schedule),
            ("report", self._run_report),
            ("closing", self._run_closing),
            ("account_health", self._run_account_health),
            ("health", self._troubles.run),
        ]
        if self._askers():
            loops.append(("ask", self._run_ask))
        if self._parts.intake is not None:
            loops.append(("intake", self._intake(self._parts.intake)))
        for account in self._parts.accounts:
            loops.append((f"deliver:{account.name}", self._deliver_loop(account)))
            loops += [
                (f"folder:{account.name}:{folder.role}", self._folder(account, folder).run)
                for folder in account.folders
            ]
        return loops

    async def _isolated(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Keep one loop alive: whatever it raises is told, and it begins again after a pause."""
        failures = 0
        while True:
            try:
                await run()
            except StateError:
                raise
            except Exception as error:
                failures += 1
                delay = reconnect_delay(failures, error, random.random())  # noqa: S311 - jitter, no secret
                log.exception("a loop failed and begins again", loop=name, again_in=round(delay.total_seconds()))
                self._troubles.tell(name, f"{name}: {type(error).__name__}: {error}")
                await pause(delay.total_seconds(), self.stop)
                if self.stop.is_set():
                    return

    def _folder(self, account: AccountParts, settings: FolderSettings) -> Folder:
        part = f"folder:{account.name}:{settings.role}"

        def report(problem: str | None) -> None:
            self._looked.heard(account.name, settings.role, problem)
            self._troubles.tell(part, problem)

        return Folder(
            self._store,
            account.judge,
            settings,
            self._clock,
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
        beat = self._pulse.beat(part)

        def turned() -> None:
            beat()
            if role is Role.INBOX and account in self._news:
                self._news.discard(account)
                self._schedule.set()
                self._health.set()
            if self._looked.turned(account, role):
                self._deliver[account].set()

        return turned

    def _kept(self, account: str, kept: Kept) -> None:
        if kept.mail_id is not None:
            self._deliver[account].set()
            self._news.add(account)

    def _enqueued(self, account: str) -> None:
        self._deliver[account].set()

    def _deliver_loop(self, account: AccountParts) -> Callable[[], Awaitable[None]]:
        part = f"deliver:{account.name}"
        wake = self._deliver[account.name]

        async def run() -> None:
            sender = Sender(account.smtp)
            await deliver.run(
                self._store,
                sender,
                self._delivering(account),
                self._clock,
                wake,
                lambda problem: self._troubles.tell(part, problem),
            )

        return run

    def _delivering(self, account: AccountParts) -> deliver.Account:
        loop = asyncio.get_running_loop()

        def on_sent(conn: Connection, row: outbox.OutboxRow, at: datetime) -> None:
            accepted(conn, account.judge, row, at)
            ask.sent(conn, account.name, row, at)
            health.set_health(conn, account.name, smtp_state="connected", smtp_contact_at=at)
            if row.kind in outbox.OPERATOR_KINDS:
                loop.call_soon_threadsafe(self._mark)  # this runs in the writer's thread

        return deliver.Account(
            name=account.name,
            address=account.sender,
            operator=self._parts.operator,
            limits=account.limits,
            dry_run=self._parts.loaded.config.dry_run,
            on_sent=on_sent,
            on_stopped=lambda: self._enqueued(self._parts.operator.account),
            objection=lambda conn, row, at: ask.objection(conn, account.asker, row, at),
            looked=lambda: self._looked.at_all(account.name),
            sending=self._sending[account.name],
        )

    def _mark(self) -> None:
        """A mail was accepted: notices may have been told of, so every inbox marks what was seen."""
        for (_, role), wake in self._folders.items():
            if role is Role.INBOX:
                wake.set()

    def _turned(self, part: str) -> Callable[[], None]:
        """Return the call by which a loop says that it turned: it lives, and an earlier trouble is over."""
        beat = self._pulse.beat(part)

        def turned() -> None:
            beat()
            self._troubles.tell(part, None)

        return turned

    async def _run_calendar(self) -> None:
        await calendars.run(
            self._store,
            self._parts.planner,
            self._clock,
            wake=self._calendar,
            enqueued=self._enqueued,
            ticked=self._turned("calendar"),
        )

    async def _run_schedule(self) -> None:
        await schedule.run(
            self._store,
            self._parts.operator,
            self._clock,
            wake=self._schedule,
            enqueued=self._enqueued,
            ticked=self._turned("schedule"),
        )

    def _askers(self) -> list[ask.Asker]:
        """Return the accounts whose buyers are asked for feedback."""
        return [account.asker for account in self._parts.accounts if account.asker.policy.enabled]

    async def _run_ask(self) -> None:
        await ask.run(
            self._store,
            self._askers(),
            self._clock,
            wake=self._ask,
            enqueued=self._enqueued,
            ticked=self._turned("ask"),
        )

    def _intake(self, parts: intake.Intake) -> Callable[[], Awaitable[None]]:
        beat = self._pulse.beat("intake")

        def ticked(problem: str | None) -> None:
            beat()
            self._troubles.tell("intake", problem)

        def imported() -> None:
            self._ask.set()
            self._health.set()

        async def run() -> None:
            wake = asyncio.Event()
            await intake.run(self._store, parts, self._clock, wake=wake, imported=imported, ticked=ticked)

        return run

    async def _run_report(self) -> None:
        await report.run(
            self._store,
            self._parts.reporter,
            self._parts.started_at,
            self._clock,
            wake=self._report,
            enqueued=self._enqueued,
            ticked=self._turned("report"),
        )

    async def _run_account_health(self) -> None:
        await account_health.run(
            self._store,
            self._parts.watch,
            self._clock,
            wake=self._health,
            enqueued=self._enqueued,
            ticked=self._turned("account_health"),
        )

    async def _run_closing(self) -> None:
        await closing.run(
            self._store,
            [account.judge for account in self._parts.accounts],
            self._clock,
            wake=asyncio.Event(),
            enqueued=self._enqueued,
            ticked=self._turned("closing"),
        )

    async def once(self) -> None:
        """Catch up with every folder, write what is due, send it, mark what was told, and end."""
        if self._parts.intake is not None:
            await intake.look(self._parts.intake, self._clock.now())
        await self._each_folder()
        if self._parts.intake is not None:
            taken = await intake.turn(self._store, self._parts.intake, self._clock.now())
            self._troubles.tell("intake", taken.problem)
        now = self._clock.now()
        await calendars.turn(self._store, self._parts.planner, now)
        for account in self._parts.accounts:
            await self._store.tx(closing.turn, account.judge, now)
        await self._store.tx(schedule.turn, self._parts.operator, now)
        await account_health.turn(self._store, self._parts.watch, self._clock)
        for asker in self._askers():
            await ask.catch_up(self._store, asker, self._clock)
        for _ in range(2):  # its process ends when nothing was read between two calls
            self._parts.reader.rest()
        await self._store.tx(report.turn, self._parts.reporter, self._parts.started_at, now)
        # The operator's account last: what goes wrong in another one puts an alert there.
        for account in (*self._parts.accounts[1:], self._parts.accounts[0]):
            turns = await deliver.catch_up(self._store, Sender(account.smtp), self._delivering(account), self._clock)
            self._troubles.tell(f"deliver:{account.name}", next((turn.reason for turn in turns if turn.trouble), None))
        await self._each_folder()
        await self._troubles.write()
        if troubles := self._troubles.words():
            raise TemporaryError("; ".join(troubles))

    async def _each_folder(self) -> None:
        for account in self._parts.accounts:
            for settings in account.folders:
                part = f"folder:{account.name}:{settings.role}"
                try:
                    await self._folder(account, settings).once()
                except (ResponderError, OSError) as error:
                    log.warning("the mailbox cannot be reached", account=account.name, error=str(error))
                    self._looked.heard(account.name, settings.role, str(error))
                    self._looked.turned(account.name, settings.role)
                    self._troubles.tell(part, f"{account.name} {settings.role}: {error}")

    def _status(self, conn: Connection) -> str:
        """Return the line that `systemctl status` shows."""
        waiting = threads.threads(conn, open=True)
        now = self._clock.now()
        late = sum(is_overdue(thread.answer_by_at, now) for thread in waiting)
        due = next((by for thread in waiting if (by := thread.answer_by_at) and by >= now), None)
        zone = self._parts.operator.zone
        words = [
            f"watching {counted(len(self._parts.accounts), 'mailbox', 'mailboxes')}",
            f"{len(waiting)} open" + (f", {late} overdue" if late else ""),
            f"next due {moment(due, now, zone)}" if due else "nothing due",
        ]
        troubles = len(self._troubles.words())
        return " · ".join([*words, *([counted(troubles, "problem")] if troubles else [])])
