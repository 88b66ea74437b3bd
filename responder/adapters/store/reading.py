"""
Looking at the state without waiting for its writer, and without the writer waiting for us: what the status page asks.

Connections of its own that can only read, each look on one snapshot and under a time limit: SQLite's log (WAL) and
PostgreSQL's versions let a reader see what was committed last while a transaction is under way.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from responder.adapters.store import engines
from responder.errors import TemporaryError

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
LIMIT = 5.0
"""Seconds one look may take. A reader holds no lock, but SQLite's log cannot be emptied while one looks at it."""


class Reader:
    """Looks at one state; nothing is opened before the first look."""

    def __init__(self, url: URL) -> None:
        self._engine = engines.reader_engine(url, at_once=AT_ONCE)
        self._executor = ThreadPoolExecutor(AT_ONCE, "reader")

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(conn, ...)` on a snapshot of the state, in at most `LIMIT` seconds."""
        return await self.read_within(LIMIT, lambda conn: fn(conn, *args, **kwargs))

    async def read_within(self, limit: float, work: Callable[[Connection], T]) -> T:
        """As `read`, with a time limit of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._look, work, limit)

    def _look(self, work: Callable[[Connection], T], limit: float) -> T:
        try:
            with self._engine.connect() as conn:
                ends = Timer(limit, _interrupt, [conn.connection.dbapi_connection])
                ends.daemon = True
                ends.start()
                try:
                    return work(conn)
                finally:
                    ends.cancel()
                    ends.join()  # an end that comes late must not hit the next one who looks
        except DBAPIError as error:
            raise TemporaryError(f"the state cannot be read now: {error.orig}") from error

    def close(self) -> None:
        """Finish what is being looked at, and close the connections."""
        self._executor.submit(self._engine.dispose).result()
        self._executor.shutdown()


def _interrupt(connection: Any) -> None:
    """End what a connection is doing: both drivers allow that from another thread."""
    if isinstance(connection, sqlite3.Connection):
        connection.interrupt()
    else:
        connection.cancel_safe()
