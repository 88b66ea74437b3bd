"""
The store: every read and write of the state is a plain function `f(conn, ...)` run as one transaction.

One thread writes. A transaction is committed whole or not at all, and a caller that is cancelled meanwhile does not
change that: the function ends, and its transaction with it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from responder.adapters.store import decisions, engines, locks, meta, upgrade
from responder.errors import StateError, TemporaryError

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """The open state of this seller; made by `Store.open`."""

    def __init__(self, url: URL, engine: Engine, executor: ThreadPoolExecutor, lock: locks.Lock | None) -> None:
        self.url = url
        self.folder = None if url.get_backend_name() != "sqlite" else engines.sqlite_path(url).parent
        self._engine = engine
        self._executor = executor
        self._lock = lock

    @classmethod
    def open(cls, url: str, *, exclusive: bool) -> Self:
        """Open the state, bringing its schema up to date. The daemon opens it `exclusive`; commands run beside it."""
        parsed = engines.parse(url)
        with ExitStack() as undo:
            lock = locks.take(parsed) if exclusive else None
            if lock:
                undo.callback(lock.release)
            engine = engines.engine(parsed, checkpoints=exclusive)
            executor = ThreadPoolExecutor(1, "store")
            undo.callback(executor.shutdown)
            undo.callback(executor.submit, engine.dispose)
            store = cls(parsed, engine, executor, lock)
            store._prepare()
            undo.pop_all()
        return store

    @classmethod
    def look(cls, url: str) -> Self | None:
        """Open the state as it is, for a command that changes nothing; None for one that is not there or of old."""
        parsed = engines.parse(url)
        if parsed.get_backend_name() == "sqlite" and not engines.sqlite_path(parsed).is_file():
            return None
        store = cls(parsed, engines.engine(parsed, checkpoints=False), ThreadPoolExecutor(1, "store"), None)
        try:
            if store.run(upgrade.is_current):
                return store
        except BaseException:
            store.close()
            raise
        store.close()
        return None

    def _prepare(self) -> None:
        if self.run(upgrade.is_current):
            return
        if self._lock:
            self._create()
            return
        try:
            lock = locks.take(self.url)
        except StateError as error:
            if self.run(upgrade.is_current):  # a daemon that was starting made it meanwhile
                return
            raise StateError(
                f"the state needs an upgrade, and a daemon of another version runs on it ({error})"
            ) from error
        try:
            self._create()
        finally:
            lock.release()

    def _create(self) -> None:
        engine = engines.upgrade_engine(self.url)
        try:
            self._transaction(_upgraded, engine)
        finally:
            engine.dispose()

    async def tx(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(conn, ...)` as one transaction in the writer's thread."""
        work = _bound(fn, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._transaction, work)

    def run(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(conn, ...)` as one transaction and wait for it: for commands, never inside an event loop."""
        return self._executor.submit(self._transaction, _bound(fn, *args, **kwargs)).result()

    def _transaction(self, work: Callable[[Connection], T], engine: Engine | None = None) -> T:
        try:
            with (engine or self._engine).begin() as conn:
                decisions.unsaid(conn)  # of a transaction that was given up
                result = work(conn)
                made = decisions.unsaid(conn)
        except (OperationalError, InterfaceError) as error:
            raise TemporaryError(f"the state cannot be written now: {error.orig}") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise TemporaryError(f"the connection to the state was lost: {error.orig}") from error
            if type(error) is DatabaseError:  # SQLite: "file is not a database", "disk image is malformed"
                raise StateError(f"{self.url.render_as_string()} cannot be read: {error.orig}") from error
            raise
        decisions.say(made)
        return result

    async def still_held(self) -> bool:
        """Return whether this daemon's lock on the state is still its own (a PostgreSQL session can be lost)."""
        if self._lock is None:
            return False
        return await asyncio.to_thread(self._lock.held)

    def is_watched(self) -> bool:
        """Return whether a daemon runs on this state now: for commands beside it."""
        if self.url.get_backend_name() == "sqlite":
            return locks.is_file_held(engines.sqlite_path(self.url))
        return self.run(locks.is_session_held)

    def close(self) -> None:
        """Finish what is under way, close the database, let the next daemon in."""
        self._executor.submit(self._engine.dispose).result()
        self._executor.shutdown()
        if self._lock:
            self._lock.release()
            self._lock = None


def _bound(fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> Callable[[Connection], T]:
    return lambda conn: fn(conn, *args, **kwargs)


def _upgraded(conn: Connection) -> None:
    if not upgrade.is_current(conn):
        upgrade.upgrade(conn)
    meta.create_instance(conn)
