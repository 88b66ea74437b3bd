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

import structlog
from sqlalchemy import Connection

from responder.adapters.clock import Clock, monotonic, pause
from responder.adapters.imap import reconnect_delay
from responder.adapters.store import Store, health, threads, troubles
from responder.adapters.systemd import Notifier, watchdog_interval
from responder.core.deadlines import is_overdue
from responder.core.troubles import Cause, Fault
from responder.core.wording import counted, moment
from responder.daemon.loops import SILENCE, Loops
from responder.daemon.once import catch_up
from responder.daemon.parts import Parts
from responder.errors import StateError
from responder.tasks import maintain

log = structlog.get_logger()

CARE_EVERY = 30.0
STOP_LIMIT = 20.0  # seconds; systemd waits 30 before it kills


class Daemon:
    """All tasks of all accounts on one store."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, *, notifier: Notifier | None = None) -> None:
        self._parts = parts
        self._store = store
        self._clock = clock
        self._notifier = notifier or Notifier()
        self._loops = Loops(parts, store, clock)
        self.stop = asyncio.Event()

    async def run(self) -> None:
        """Run until `stop` is set or a signal asks for the end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        await self._forget()
        loops = self._loops.all()
        self._loops.pulse.expect(name for name, _ in loops)
        self._notifier.ready("starting")
        log.info("started", accounts=[account.name for account in self._parts.accounts])
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._isolated(name, run), name=name) for name, run in loops]
                await maintain.run(
                    self._store,
                    self._clock,
                    self._loops.pulse,
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

    async def once(self) -> None:
        """Catch up with every folder, write what is due, send it, mark what was told, and end."""
        await catch_up(self._loops)

    def look(self) -> None:
        """Let every folder be looked at now, not at the server's next push."""
        self._loops.look()

    async def _let_sending_end(self) -> None:
        """A mail cut off after its first byte has an unknown fate: give it time, and let no other begin."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_LIMIT):
                for sending in self._loops.sending.values():
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
        await self._store.tx(troubles.restarted, self._clock.now())
        await maintain.begin(self._store, self._clock.now())  # before any digest: the first one tells of the outage

    def _care(self) -> maintain.Care:
        interval = watchdog_interval()
        every = min(CARE_EVERY, interval.total_seconds() / 2) if interval else CARE_EVERY
        return maintain.Care(every=every, limits=SILENCE, keep_words=self._parts.loaded.config.retention.mail)

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
                self._loops.troubles.tell(name, Fault(f"{name}: {type(error).__name__}: {error}", Cause.FAILED))
                await self._rest(name, delay.total_seconds())
                if self.stop.is_set():
                    return

    async def _rest(self, name: str, seconds: float) -> None:
        """Wait before a loop begins again: it is told of, and no restart of all the others would mend it."""
        beat, end = self._loops.pulse.beat(name), monotonic() + seconds
        while not self.stop.is_set() and (left := end - monotonic()) > 0:
            await pause(min(left, CARE_EVERY), self.stop)
            beat()

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
        wrong = len(self._loops.troubles.words())
        return " · ".join([*words, *([counted(wrong, "problem")] if wrong else [])])
