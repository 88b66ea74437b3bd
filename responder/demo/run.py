"""
The demonstration itself: the real daemon, configured by the real loader, on a clock that follows the script.

The clock stands still until the daemon has done what an instant asks of it, so the story is the same at every pace.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TextIO

import structlog
from sqlalchemy import Connection

from responder import config
from responder.adapters import catalogue
from responder.adapters.clock import ManualClock
from responder.adapters.store import Store, digests, outages, outbox
from responder.core.calendars import days
from responder.daemon import Daemon, Parts, build
from responder.daemon.showing import facts
from responder.demo import ending, folder, story, summary
from responder.demo.mail import OPERATOR, SERVICE
from responder.demo.servers import HOST, Mailbox, Mailhost
from responder.demo.story import BEGINS_AT, ENDS_AT, ZONE
from responder.demo.timeline import Page, Records, Told
from responder.demo.watch import Watch, is_looked_at, unsettled
from responder.demo.world import MailProgram, World
from responder.errors import EXIT_DONE, EXIT_FAILED, TemporaryError, UsageError
from responder.status_page.server import serve
from responder.tasks import report

LIMIT = 20.0  # seconds of real time the daemon has for what one instant asks of it
LOOK_EVERY = 0.2  # seconds: a mail that arrives between two IDLE commands is not pushed by pymap
POLL = 0.02  # seconds
BEAT = 0.65  # seconds of reading for each event
LEAP, SHORTLY = timedelta(minutes=30), timedelta(minutes=5)
A_MOMENT = timedelta(seconds=1)  # a timer rings a moment after its instant, never on it
INTERRUPTED = 130  # as shells count: 128 and SIGINT


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    out: Path
    port: int = 0
    page: int = 0
    fast: bool = False
    keep: bool = False


async def demo(options: Options, page: Page | Records) -> int:
    """Play the whole story and return the exit code."""
    out = options.out
    async with AsyncExitStack() as stack:
        stack.enter_context(_logging_to(out / "daemon.log"))
        mailbox = await stack.enter_async_context(Mailbox(SERVICE, folder.PASSWORD, options.port))
        mailhost = await stack.enter_async_context(Mailhost(SERVICE, folder.PASSWORD, out / "sent"))
        file = folder.write(out, imap_port=mailbox.port, smtp_port=mailhost.port)
        loaded = await asyncio.to_thread(config.load, file)
        store = await asyncio.to_thread(Store.open, loaded.state({}), exclusive=True)
        stack.callback(store.close)
        parts = await asyncio.to_thread(build, loaded, store, BEGINS_AT, {})
        clock = ManualClock(BEGINS_AT)
        structlog.configure(processors=_processors(clock))
        address = await stack.enter_async_context(_served(parts, store, clock, options.page))
        play = Play(
            daemon=Daemon(parts, store, clock),
            parts=parts,
            store=store,
            clock=clock,
            world=World(mailbox, mailhost, MailProgram(mailbox.port, SERVICE, folder.PASSWORD)),
            page=page,
            beat=0.0 if options.fast else BEAT,
        )
        page.begin(
            address,
            "Easter at Maison Exemple, a French shop that sells in six countries: nobody is there from Friday",
            "18:00 to Tuesday 09:00. The daemon is real; its mail servers are two small ones on this machine",
            f"(IMAP {HOST}:{mailbox.port}, SMTP {HOST}:{mailhost.port}), and nothing leaves it.",
        )
        if not await play.run():
            page.say("", f"Interrupted. What was written so far is in {out}")
            return INTERRUPTED
        told = ending.digests(mailhost.accepted)
        files = ending.leave(out, told)
        counted = await store.tx(summary.totals)
        left = {"folder": str(out), "files": list(map(str, files)), "page": address}
        page.end(summary.rows(counted), {**summary.facts(counted), **left, "digest": ending.text_of(told[-1])})
        page.read(f"The last digest, as {OPERATOR} reads it", told[-1])
        page.say(*ending.where(out, files))
        if options.keep:
            page.say("", f"The status page stays at {address} until you press Ctrl-C; its clock stands still.")
            await _asked_to_end()
        else:
            page.say("", "The status page ended with the story; `responder demo --keep` leaves it up.")
    return EXIT_DONE if files else EXIT_FAILED


@contextlib.asynccontextmanager
async def _served(parts: Parts, store: Store, clock: ManualClock, port: int) -> AsyncIterator[str]:
    """Serve the status page, on the clock of the story; yield its address."""
    try:
        async with serve(store, facts(parts), clock, HOST, port) as found:
            yield f"http://{HOST}:{found}/"
    except TemporaryError as error:
        if not port:
            raise
        raise UsageError(f"port {port} cannot be used for the status page (--page)") from error


async def _asked_to_end() -> None:
    """Return when Ctrl-C or a signal asks for the end: only a person at a terminal waits like this."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    try:
        await asked.wait()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The daemon, the world around it, and the page the story is written on."""

    daemon: Daemon
    parts: Parts
    store: Store
    clock: ManualClock
    world: World
    page: Page | Records
    beat: float

    async def run(self) -> bool:
        """Play the script beside the running daemon; return False when a signal ended it early."""
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(self.daemon.run(), name="daemon")
                playing = group.create_task(self._script(), name="script")
                await asyncio.wait({running, playing}, return_when=asyncio.FIRST_COMPLETED)
                finished = playing.done()
                playing.cancel()
                self.daemon.stop.set()
        except BaseExceptionGroup as errors:
            raise _first(errors) from None
        return finished

    async def _script(self) -> None:
        watch = Watch(ZONE)
        self._begin(BEGINS_AT.date())
        await self._settled()
        for entry in story.script(catalogue.load()):
            await self._until(entry.at, watch)
            await self._move_to(entry.at)
            await self.world.perform(entry.step, entry.at)
            await self._settled()
            who, text = story.told(entry.step)
            world = Told(entry.at, "world", story.kind(entry.step), who, text)
            await self._tell(watch, world)
        await self._until(ENDS_AT, watch)

    async def _until(self, at: datetime, watch: Watch) -> None:
        """Let everything happen that is due before `at`."""
        while (due_at := await self._next_due()) < at:
            await self._move_to(due_at + A_MOMENT)
            await self._settled()
            await self._tell(watch)

    async def _next_due(self) -> datetime:
        digest_at = report.next_at(self.parts.reporter, self.clock.now())
        due_at = await self.store.tx(outbox.next_due)
        return digest_at if due_at is None else min(digest_at, due_at)

    async def _move_to(self, at: datetime) -> None:
        """Move the clock; the daemon lived through a leap of it, and looked into its folders shortly before its end."""
        day = at.astimezone(ZONE).date()
        if day != self.clock.now().astimezone(ZONE).date():
            self._begin(day)
        if at - self.clock.now() > LEAP:
            await self._live_to(at - SHORTLY)
            self.daemon.look()
            await self._settled(looked=True)
        await self._live_to(at)

    async def _live_to(self, at: datetime) -> None:
        # The daemon writes its heartbeat twice a minute of real time, in which this clock passes half a day.
        await self.store.tx(outages.beat, at)
        self.clock.move_to(at)

    def _begin(self, day: date) -> None:
        (found,) = days(self.parts.reporter.calendar, day, 1)
        hours = ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in found.open)
        self.page.day(day, f"open {hours}" if hours else f"closed ({found.name or found.kind})")

    async def _settled(self, *, looked: bool = False) -> None:
        """Return when the daemon has done all there is to do at this instant, a look into its folders if need be."""
        waited = 0.0
        while (missing := await self._missing(looked=looked)) is not None:
            if waited > LIMIT:
                raise TemporaryError(f"the daemon does not go on: {missing}; see daemon.log")
            await asyncio.sleep(POLL)
            waited += POLL
            if waited % LOOK_EVERY < POLL:
                self.daemon.look()

    async def _missing(self, *, looked: bool) -> str | None:
        world = self.world
        return await self.store.tx(self._still_to_do, dict(world.put), set(world.marked), looked)

    def _still_to_do(self, conn: Connection, put: dict[str, int], marked: set[str], looked: bool) -> str | None:
        now, account = self.clock.now(), self.parts.accounts[0].name
        if looked and not is_looked_at(conn, account, now):
            return "the mailbox is not looked at yet"
        last = digests.last_digest(conn)
        if report.due_day(self.parts.reporter, last.day if last else None, self.parts.started_at, now):
            return "a digest is not written yet"
        return unsettled(conn, now, put=put, marked=marked, account=account)

    async def _tell(self, watch: Watch, *world: Told) -> None:
        news = await self.store.tx(watch.news, self.clock.now())
        happened = [*world, *news]
        seen = await self.world.claim_is_seen()
        if seen != watch.claim_seen:
            watch.claim_seen = seen
            words = r"on the server the notice is marked as read (\Seen)" if seen else "on the server it is unread"
            happened.append(Told(self.clock.now(), "daemon", "seen" if seen else "unseen", "Amazon", words))
        self.page.tell(happened)
        await asyncio.sleep(self.beat * len(happened))


def _first(error: BaseException) -> BaseException:
    """Return the first single error of a group of groups."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


@contextlib.contextmanager
def _logging_to(file: Path) -> Iterator[None]:
    """Send what the daemon and its neighbours log into a file; the terminal is for the story."""
    root = logging.getLogger()
    with file.open("w", encoding="utf-8") as out:
        handler = logging.StreamHandler(out)
        handler.setLevel(logging.ERROR)
        root.addHandler(handler)
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(out))
        try:
            yield
        finally:
            root.removeHandler(handler)
            structlog.reset_defaults()


def _processors(clock: ManualClock) -> list[structlog.typing.Processor]:
    def on_the_demo_clock(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {"at": clock.now().astimezone(ZONE).isoformat(timespec="seconds"), **event}

    return [
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        on_the_demo_clock,
        structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"]),
    ]


def write_to(out: TextIO, *, as_json: bool, colour: bool, width: int) -> Page | Records:
    """Return what the story is written on."""
    return Records(out, ZONE) if as_json else Page(out, ZONE, colour=colour, width=width)
