"""
The daemon's life: start, run every loop, stop in order; or catch up once and end.

A failing account shouts and begins again; it never stops the others. Only two things end the daemon: being asked to,
and losing its state.
"""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, pause
from responder.adapters.imap import Role, reconnect_delay
from responder.adapters.smtp import Sender
from responder.adapters.store import Store, health, outbox, threads
from responder.adapters.systemd import Notifier, watchdog_interval
from responder.core.deadlines import is_overdue
from responder.core.wording import wall
from responder.daemon.parts import AccountParts, Parts
from responder.errors import StateError, TemporaryError
from responder.tasks import deliver, maintain, report, schedule
from responder.tasks.receive import Folder, FolderSettings, Kept

log = structlog.get_logger()

CARE_EVERY = 30.0
# How long a loop may be silent before the watchdog is no longer fed: a round of IDLE and its time limits, the longest
# reply to a mail's final dot, a pause after refused logins.
SILENCE = {"folder:": 4800.0, "deliver:": 4800.0, "schedule": 300.0, "report": 300.0}
ONCE_LIMIT = 1000
STOP_LIMIT = 20.0


class Daemon:
    """All tasks of all accounts on one store."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, *, notifier: Notifier | None = None) -> None:
        self._parts = parts
        self._store = store
        self._clock = clock
        self._notifier = notifier or Notifier()
        self._pulse = maintain.Pulse()
        self.stop = asyncio.Event()
        self._schedule = asyncio.Event()
        self._report = asyncio.Event()
        names = [account.name for account in parts.accounts]
        self._deliver = {name: asyncio.Event() for name in names}
        self._folders = {(name, role): asyncio.Event() for name in names for role in Role}
        self._problems: dict[str, dict[str, str]] = {name: {} for name in names}

    async def run(self) -> None:
        """Run until `stop` is set or a signal asks for the end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
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
                for task in tasks:
                    task.cancel()
        except* StateError as group_error:
            raise group_error.exceptions[0] from None
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
        log.info("stopped")

    def _care(self) -> maintain.Care:
        interval = watchdog_interval()
        every = min(CARE_EVERY, interval.total_seconds() / 2) if interval else CARE_EVERY
        return maintain.Care(every=every, limits=SILENCE, keep_words=self._parts.loaded.config.retention.mail)

    def _loops(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        loops: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("schedule", self._run_schedule),
            ("report", self._run_report),
        ]
        for account in self._parts.accounts:
            loops.append((f"deliver:{account.name}", self._deliver_loop(account)))
            for folder in account.folders:
                loops.append((f"folder:{account.name}:{folder.role}", self._folder(account, folder).run))
        return loops

    async def _isolated(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Keep one loop alive: whatever it raises is told, and it begins again after a pause."""
        failures = 0
        while True:
            try:
                await run()
            except StateError:
                raise
            except Exception as error:  # noqa: BLE001 - one loop's trouble must not stop the others
                failures += 1
                delay = reconnect_delay(failures, error, random.random())  # noqa: S311 - jitter, no secret
                log.error("a loop failed and begins again", loop=name, again_in=round(delay.total_seconds()), exc_info=error)
                await self._tell(name, f"{name}: {type(error).__name__}: {error}")
                await pause(self.stop, delay.total_seconds())
                if self.stop.is_set():
                    return

    async def _tell(self, loop: str, problem: str) -> None:
        _, _, rest = loop.partition(":")
        account = rest.partition(":")[0] or self._parts.operator.account
        try:
            await self._reporter(account, loop)(problem)
        except TemporaryError as error:
            log.warning("the trouble could not be noted", error=str(error))

    def _reporter(self, account: str, part: str) -> Callable[[str | None], Awaitable[None]]:
        """Return the call by which one loop of an account tells its trouble, or None when it is over."""

        async def tell(problem: str | None) -> None:
            known = self._problems[account]
            if known.get(part) == problem:
                return
            if problem is None:
                known.pop(part, None)
            else:
                known[part] = problem
            words = "; ".join(known.values())
            await self._store.tx(health.set_health, account, problem=words)

        return tell

    def _folder(self, account: AccountParts, settings: FolderSettings) -> Folder:
        part = f"folder:{account.name}:{settings.role}"
        return Folder(
            self._store,
            account.judge,
            settings,
            self._clock,
            wake=self._folders[account.name, settings.role],
            kept=lambda kept: self._kept(account.name, kept),
            ticked=self._pulse.beat(part),
            report=self._reporter(account.name, part),
        )

    def _kept(self, account: str, kept: Kept) -> None:
        if kept.mail_id is not None:
            self._deliver[account].set()
            self._schedule.set()

    def _enqueued(self, account: str) -> None:
        self._deliver[account].set()

    def _delivered(self, account: str) -> None:
        """A mail was accepted: notices may be marked as read now, in every account."""
        del account
        for (_, role), wake in self._folders.items():
            if role is Role.INBOX:
                wake.set()

    async def _run_schedule(self) -> None:
        await schedule.run(
            self._store,
            self._parts.operator,
            self._clock,
            wake=self._schedule,
            enqueued=self._enqueued,
            ticked=self._pulse.beat("schedule"),
        )

    async def _run_report(self) -> None:
        await report.run(
            self._store,
            self._parts.reporter,
            self._parts.started_at,
            self._clock,
            wake=self._report,
            enqueued=self._enqueued,
            ticked=self._pulse.beat("report"),
        )
