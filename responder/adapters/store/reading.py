"""
Looking at the state without waiting for its writer, and without the writer waiting for us: what the status page asks.

Connections of its own that can only read, each look on one snapshot and under a time limit: SQLite's log (WAL) and
PostgreSQL's versions let a reader see what was committed last while a transaction is under way.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError

from responder.adapters.store import engines
from responder.errors import TemporaryError

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
PAUSE = 0.02
LIMIT = 5.0
"""Seconds one look may take. A reader holds no lock, but SQLite's log cannot be emptied while one looks at it."""


class Reader:
    """Looks at one state; nothing is opened before the first look."""

    def __init__(self, url: URL) -> None:
        self._engine = engines.reader_engine(url, at_once=AT_ONCE)
        self._executor = ThreadPoolExecutor(AT_ONCE, "reader")
        self._looking: set[Any] = set()
        self._closed = False
        event.listen(self._engine, "before_cursor_execute", self._may_ask)

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(conn, ...)` on a snapshot of the state, in at most `LIMIT` seconds."""
        return await self.read_within(LIMIT, lambda conn: fn(conn, *args, **kwargs))

    async def read_within(self, limit: float, work: Callable[[Connection], T]) -> T:
        """As `read`, with a time limit of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._look, work, limit)

    def _look(self, work: Callable[[Connection], T], limit: float) -> T:
        try:
            with self._engine.connect() as conn:
                connection = conn.connection.dbapi_connection
                ends = Timer(limit, _interrupt, [connection])
                ends.daemon = True
                ends.start()
                self._looking.add(connection)
                try:
                    return work(conn)
                finally:
                    self._looking.discard(connection)
                    ends.cancel()
                    ends.join()  # an end that comes late must not hit the next one who looks
        except DBAPIError as error:
            raise TemporaryError(f"the state cannot be read now: {error.orig}") from error

    def _may_ask(self, *_: object) -> None:
        if self._closed:
            raise TemporaryError("the state cannot be read now: the program is ending")

    def close(self) -> None:
        """End what is being looked at, and close the connections: nobody waits for a page when the daemon ends."""
        self._closed = True
        while self._looking:  # again and again: a query that is just beginning is not ended by one call
            for connection in tuple(self._looking):
                _interrupt(connection)
            time.sleep(PAUSE)
        self._executor.shutdown()
        self._engine.dispose()


def _interrupt(connection: Any) -> None:
    """End what a connection is doing: both drivers allow that from another thread."""
    if isinstance(connection, sqlite3.Connection):
        connection.interrupt()
    else:
        connection.cancel_safe()
