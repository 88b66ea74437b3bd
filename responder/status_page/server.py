"""
The status page's listener: on this machine alone, a few connections at once, each with its limits.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog
from aiohttp import web

from responder.adapters.clock import Clock, pause
from responder.adapters.store import Reader, Store
from responder.errors import TemporaryError
from responder.status_page import guard
from responder.status_page.keeping import Rates
from responder.status_page.site import PLAIN, Answer, Site
from responder.status_page.values import Facts, Vitals

log = structlog.get_logger()

CONNECTIONS = 32
IDLE = 15.0
"""Seconds a connection may be without a request, its first one too."""
PATIENCE = 15.0
"""Seconds in which an answer is to be read."""
LINE, FIELD = 2_048, 8_190
LAST = 2.0
"""Seconds that an answer under way may take when the daemon ends."""
TURN = 30.0
_QUIET = logging.getLogger("responder.status_page.http")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class _Connection(web.RequestHandler):
    """One connection; one too many is closed, and what is no HTTP gets an answer that says nothing of us."""

    __slots__ = ()
    _manager: "_Server | None"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._manager is not None and len(self._manager.connections) > self._manager.at_once:
            self.force_close()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer; who does not read it in time loses the connection, since others wait for one."""
        transport, patience = self.transport, self._manager.patience if self._manager is not None else 0.0
        try:
            async with asyncio.timeout(patience):
                return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            if transport is not None:
                transport.abort()
            return resp, True

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read as a request."""
        if request.writer.output_size > 0:
            raise ConnectionError("a part of the answer was sent already")
        answer = Answer(status, b"This was no request that can be answered.\n", PLAIN).response()
        answer.force_close()
        return answer


class _Server(web.Server):
    """Makes those connections, so many at once; each answer is to be read within `patience` seconds."""

    def __init__(self, site: Site, at_once: int, patience: float, **limits: Any) -> None:
        super().__init__(site.handle, **limits)
        self.at_once = at_once
        self.patience = patience

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)


@contextlib.asynccontextmanager
async def serve(
    store: Store,
    facts: Facts,
    clock: Clock,
    host: str,
    port: int,
    *,
    vitals: Vitals | None = None,
    at_once: int = CONNECTIONS,
    patience: float = PATIENCE,
) -> AsyncIterator[int]:
    """Serve the page on this address until the end of the block; yield the port (0: any that is free)."""
    reader = Reader(store.url)
    rates = Rates(reader, facts.rates, clock)
    site = Site(reader, facts, clock, vitals or Vitals(), frozenset(), rates)
    limits: dict[str, Any] = {"keepalive_timeout": IDLE, "max_line_size": LINE, "max_field_size": FIELD}
    runner = web.ServerRunner(
        _Server(site, at_once, patience, access_log=None, logger=_QUIET, lingering_time=0, **limits),
        shutdown_timeout=LAST,
    )
    await runner.setup()
    try:
        port = await _listen(runner, host, port)
        site.names = guard.names(host, port, facts.hosts)
        failure: Exception | None = None
        async with asyncio.TaskGroup() as group:
            computing = group.create_task(rates.run(), name="status_page:rates")
            try:
                yield port
            except Exception as error:  # noqa: BLE001 - raised below: out of a group it would come wrapped
                failure = error
            finally:
                computing.cancel()
        if failure is not None:
            raise failure
    finally:
        await runner.cleanup()
        await asyncio.to_thread(reader.close)


async def _listen(runner: web.ServerRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port, backlog=CONNECTIONS).start()
    except OSError as error:
        why = error.strerror or str(error)
        raise TemporaryError(f"the status page cannot listen on {host}:{port} (http.listen): {why}") from error
    return int(runner.addresses[0][1])


async def run(
    store: Store, facts: Facts, clock: Clock, address: tuple[str, int], *, vitals: Vitals, ticked: Callable[[], None]
) -> None:
    """Serve the page for ever; `ticked` says that it is served."""
    async with serve(store, facts, clock, *address, vitals=vitals) as port:
        log.info("the status page is served", host=address[0], port=port)
        while True:
            ticked()
            await pause(TURN)
