"""
One daemon on one state: the lock that a second daemon cannot take, and that dies with its holder.

SQLite: flock on `<state>.lock`, never on the database itself (closing that would drop SQLite's own locks).
PostgreSQL: an advisory lock of a session of its own.
"""

import fcntl
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from responder.adapters.store.engines import LOCK_CLASS, lock_engine, sqlite_path
from responder.errors import StateError, TemporaryError

_TAKE = text("SELECT pg_try_advisory_lock(:lock, hashtext('daemon:' || current_schema()))")
_MINE = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND classid = :lock AND objid = (hashtext('daemon:' || current_schema())::bigint & 4294967295)::oid"
)
_HOLDER = text(
    "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :lock"
    " AND l.objid = (hashtext('daemon:' || current_schema())::bigint & 4294967295)::oid"
)


TRIES = 10
PAUSE = 0.2  # seconds


class Lock(Protocol):
    """A lock that is held from its making to `release` or to the end of the process."""

    def held(self) -> bool:
        """Return whether the lock is still ours."""

    def release(self) -> None:
        """Let the next one have it."""


def take(url: URL) -> Lock:
    """
    Return the daemon's lock on this state; StateError names who has it already.

    A command that makes the schema holds it for a moment: it is asked for again for a while before that is an error.
    """
    for _ in range(TRIES):
        try:
            return _take(url)
        except StateError:
            time.sleep(PAUSE)
    return _take(url)


def is_file_held(state: Path) -> bool:
    """Return whether a daemon holds the state in this file, without keeping one from starting."""
    try:
        fd = os.open(state.with_name(state.name + ".lock"), os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def is_session_held(conn: Connection) -> bool:
    """Return whether a daemon's session holds the state in this PostgreSQL schema."""
    return conn.execute(_HOLDER, {"lock": LOCK_CLASS}).first() is not None


def _take(url: URL) -> Lock:
    return FileLock(sqlite_path(url)) if url.get_backend_name() == "sqlite" else SessionLock(url)


def _refused(holder: str, state: str) -> StateError:
    return StateError(f"another daemon ({holder}) holds this state: {state}, stop it first")


class FileLock:
    """flock on a file beside the database: it holds the pid, its modification time is when the lock was taken."""

    def __init__(self, state: Path) -> None:
        self._path = state.with_name(state.name + ".lock")
        try:
            self._fd = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StateError(f"cannot open the lock file {self._path}: {error.strerror}") from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._holder()
            os.close(self._fd)
            raise _refused(holder, str(state)) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def _holder(self) -> str:
        pid = os.pread(self._fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
        since = datetime.fromtimestamp(int(os.fstat(self._fd).st_mtime), UTC)
        return f"pid {pid} since {since.isoformat()}"

    def held(self) -> bool:
        """Return whether the lock is still ours: a deleted lock file lets a second daemon in."""
        try:
            return os.path.samestat(os.fstat(self._fd), self._path.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Let the next one have it; the file stays (removing it would race with a taker)."""
        os.close(self._fd)


class SessionLock:
    """An advisory lock of a PostgreSQL session that does nothing else."""

    def __init__(self, url: URL) -> None:
        self._engine = lock_engine(url)
        try:
            self._conn: Connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._conn.exec_driver_sql("SET idle_session_timeout = 0")
            taken = self._conn.scalar(_TAKE, {"lock": LOCK_CLASS})
            holder = "" if taken else self._holder()
        except DBAPIError as error:
            raise TemporaryError(f"PostgreSQL cannot be reached: {error.orig}") from error
        if not taken:
            self.release()
            raise _refused(holder, url.render_as_string())

    def _holder(self) -> str:
        row = self._conn.execute(_HOLDER, {"lock": LOCK_CLASS}).first()
        if row is None:
            return "which has just ended"
        name = str(row.application_name).removeprefix("responder ")
        return f"{name} since {row.backend_start.astimezone(UTC).isoformat(timespec='seconds')}"

    def held(self) -> bool:
        """Return whether the session still lives and holds the lock."""
        try:
            return bool(self._conn.scalar(_MINE, {"lock": LOCK_CLASS}))
        except SQLAlchemyError:
            return False

    def release(self) -> None:
        """End the session, and the lock with it."""
        self._conn.close()
        self._engine.dispose()
