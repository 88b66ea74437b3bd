"""
The status page's answers: which address is which page, what it is read from, and what is said when that fails.

Nothing here changes anything. A request's path is never logged: it may hold what anybody wrote.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TypeVar

import structlog
from aiohttp import web
from sqlalchemy import Connection

from responder.adapters.clock import Clock
from responder.adapters.store import Reader, tallies
from responder.adapters.store.tallies import Tally
from responder.core.speech import say, spoken
from responder.errors import ResponderError
from responder.status_page import exposition, figures, guard, healthz, layout
from responder.status_page.keeping import Rates
from responder.status_page.page import Lines, Page
from responder.status_page.pages import calendar, health, notices, outbox, rates, story, threads
from responder.status_page.values import Facts, Now, Vitals, asked

log = structlog.get_logger()

T = TypeVar("T")

TIME_LIMIT = 15.0
HTML, PLAIN = "text/html", "text/plain"
_ID = 12  # digits of a thread's number

Reading = Callable[[Connection, Facts, Now], Page]
_READ: dict[str, Reading] = {
    "/": threads.page,
    "/notices": notices.page,
    "/outbox": outbox.page,
    "/calendar": calendar.page,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, what it says and in which type."""

    status: int
    body: bytes
    content_type: str

    def response(self) -> web.Response:
        """Return it as it is sent."""
        charset = None if self.content_type.startswith("image/") else "utf-8"
        headers = dict(guard.HEADERS)
        if self.status == 405:
            headers["Allow"] = ", ".join(guard.METHODS)
        if ";" in self.content_type:
            return web.Response(
                status=self.status, body=self.body, headers=headers | {"Content-Type": self.content_type}
            )
        return web.Response(
            status=self.status, body=self.body, headers=headers, content_type=self.content_type, charset=charset
        )


@dataclass(slots=True)
class Site:
    """All pages of one daemon's."""

    reader: Reader
    facts: Facts
    clock: Clock
    vitals: Vitals
    names: Collection[str]
    rates: Rates
    _tally: Tally = field(default_factory=Tally)
    _scraping: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever it is."""
        if len(request.headers.getall("Host", ())) != 1:
            return Answer(400, b"A request names one host.\n", PLAIN).response()
        refused = guard.refusal(request.method, request.headers, self.names)
        if refused is not None:
            return Answer(refused.status, f"{refused.words}\n".encode(), PLAIN).response()
        try:
            async with asyncio.timeout(TIME_LIMIT):
                answer = await self._answer(request.path, request.query_string)
        except (ResponderError, TimeoutError) as error:
            log.warning("the status page cannot be shown", reason=str(error) or "it took too long")
            answer = self._failed(HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception:
            log.exception("the status page failed")
            answer = self._failed(HTTPStatus.INTERNAL_SERVER_ERROR)
        return answer.response()

    async def _answer(self, path: str, query: str) -> Answer:
        fixed: dict[str, Callable[[], Awaitable[Answer]]] = {"/healthz": self._healthz, "/metrics": self._metrics}
        if path in fixed:
            return await fixed[path]()
        if path.startswith("/static/") and (name := path.removeprefix("/static/")) in layout.STATIC:
            return Answer(200, layout.static(name), layout.STATIC[name])
        now = Now(self.clock.now(), asked(query))
        page = await self._page(path, now)
        if page is None:
            return self._said(404, say_not_found, now)
        return self._shown(200, page, now, path)

    async def _page(self, path: str, now: Now) -> Page | None:
        if path in _READ:
            return await self.reader.read(self._speaking, lambda conn: self._told(conn, _READ[path], now))
        if path == "/health":
            return await self.reader.read(self._speaking, lambda conn: health.page(conn, self.facts, now, self.vitals))
        if path == "/rates":
            found = await self.rates.soon()
            with spoken(self.facts.operator.speech):
                return rates.page(self.facts, now, found, self.rates.computed_at)
        number = path.removeprefix("/thread/")
        if number != path and number.isascii() and number.isdigit() and len(number) <= _ID:
            return await self.reader.read(self._speaking, lambda conn: story.page(conn, self.facts, now, int(number)))
        return None

    def _told(self, conn: Connection, reading: Reading, now: Now) -> Page:
        """Where the daemon itself is in trouble, a page says so: an empty one would look like a quiet day."""
        page = reading(conn, self.facts, now)
        return replace(page, alarms=(*health.alarms(conn, self.facts, now, self.vitals), *page.alarms))

    def _speaking(self, conn: Connection, read: Callable[[Connection], T]) -> T:
        """The reader's thread has no language of its own."""
        with spoken(self.facts.operator.speech):
            return read(conn)

    def _shown(self, status: int, page: Page, now: Now, path: str) -> Answer:
        with spoken(self.facts.operator.speech):
            return Answer(status, layout.html(page, self.facts, now, path).encode(), HTML)

    def _said(self, status: int, words: Callable[[], Page], now: Now) -> Answer:
        with spoken(self.facts.operator.speech):
            page = words()
        return self._shown(status, page, now, "/")

    def _failed(self, status: HTTPStatus) -> Answer:
        """What goes wrong is in the log, with its reason; a page says no more than that."""
        return self._said(status, say_unreadable if status == 503 else say_failed, Now(self.clock.now()))

    async def _healthz(self) -> Answer:
        try:
            found = await self.reader.read(healthz.verdict, self.facts, self.vitals, self.clock.now())
        except ResponderError as error:
            found = healthz.Verdict((str(error),))
        return Answer(found.status, json.dumps(found.as_object()).encode() + b"\n", "application/json")

    async def _count(self) -> Tally:
        """Count on, and keep what was counted: where the time does not suffice, the next scrape goes on."""
        self._tally = await self.reader.read(tallies.counted, self._tally)
        return self._tally

    async def _metrics(self) -> Answer:
        async with self._scraping:
            while not (await self._count()).whole:
                pass
            found = await self.reader.read(figures.read, self._tally)
        families = figures.families(found, self.facts, self.vitals, self.rates.wanted() or (), self.clock.now())
        return Answer(200, exposition.text(families).encode(), exposition.CONTENT_TYPE)


def say_not_found() -> Page:
    """Return the page for an address that is none."""
    return Page(say("There is no such page"), (Lines(say("Where to go on"), (say("The pages are listed above."),)),))


def say_unreadable() -> Page:
    """Return the page for a state that cannot be read now."""
    words = say("Load the page again in a moment. The log says why (responder status).")
    return Page(say("The state cannot be read now"), (Lines(say("What to do"), (words,)),))


def say_failed() -> Page:
    """Return the page for what nobody expected."""
    return Page(say("The page could not be made"), (Lines(say("What to do"), (say("The log says why."),)),))
