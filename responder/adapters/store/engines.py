"""
Connections: how each database is asked to keep what it has confirmed.

After COMMIT returns, a power cut loses nothing: SQLite syncs its log at every commit, PostgreSQL keeps its default.
Every transaction is the only writer from its first statement on, on both databases.
"""

import os
import socket
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from responder.errors import ConfigError, Problem, StateError

_HINT = 'write "sqlite:///state.db" or "postgresql://user@host/database"'
# "Resp" as a number: the first half of our PostgreSQL advisory locks' keys; the second half is the schema.
LOCK_CLASS = 0x52657370
_WRITER = text("SELECT pg_advisory_xact_lock(:lock, hashtext('writer:' || current_schema()))")

_PRAGMAS = (
    "PRAGMA busy_timeout=60000",  # a year of orders is written in one transaction, maybe to a slow disk
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL loses confirmed commits in a power cut: a lost 'sent' is a second mail
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",  # erased personal data leaves no trace in free pages
)


def parse(url: str) -> URL:
    """Return the database a `state:` value names, with the driver we use for it."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(Problem("state", "is not a database URL", _HINT)) from error
    if parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise ConfigError(Problem("state", f"cannot keep the state in {parsed.render_as_string()!r}", _HINT))


def sqlite_path(url: URL) -> Path:
    """Return the file of a SQLite URL."""
    return Path(url.database or "")


def may_exist(url: URL) -> bool:
    """Return whether there can be a state: False only where the file is not there."""
    return url.get_backend_name() != "sqlite" or sqlite_path(url).is_file()


def engine(url: URL, *, checkpoints: bool) -> Engine:
    """Return the engine of the writer thread: one connection."""
    # SQLite before 3.51.3 can corrupt a WAL two connections checkpoint at once: only the daemon does it.
    pragmas = (f"PRAGMA wal_autocheckpoint={1000 if checkpoints else 0}",)
    return _sqlite(url, pragmas) if url.get_backend_name() == "sqlite" else _postgres(url)


def upgrade_engine(url: URL) -> Engine:
    """Return an engine for the migrations: SQLite changes a table by copying it, which must not count as deleting."""
    return _sqlite(url, ("PRAGMA foreign_keys=OFF",)) if url.get_backend_name() == "sqlite" else _postgres(url)


def lock_engine(url: URL) -> Engine:
    """Return an engine whose connections stand apart from the writer's, for a lock that lives as long as one."""
    return _postgres_engine(url, poolclass=NullPool)


def reader_engine(url: URL, *, at_once: int) -> Engine:
    """Return an engine whose connections only read, beside the writer, each transaction on one snapshot."""
    return _sqlite_reader(url, at_once) if url.get_backend_name() == "sqlite" else _postgres_reader(url, at_once)


def _sqlite_reader(url: URL, at_once: int) -> Engine:
    place = f"{sqlite_path(url).absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(place, uri=True, check_same_thread=False, isolation_level=None)
        for pragma in ("PRAGMA busy_timeout=2000", "PRAGMA query_only=ON", "PRAGMA trusted_schema=OFF"):
            made.execute(pragma)
        return made

    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": at_once, "max_overflow": 0}
    made = create_engine("sqlite://", creator=connect, hide_parameters=True, **pool)

    @event.listens_for(made, "begin")
    def begun(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN")  # the first query takes the snapshot

    return made


def _postgres_reader(url: URL, at_once: int) -> Engine:
    made = _postgres_engine(url, poolclass=QueuePool, pool_size=at_once, max_overflow=0, pool_pre_ping=True)

    @event.listens_for(made, "begin")
    def begun(conn: Connection) -> None:
        conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return made


def _sqlite(url: URL, more_pragmas: tuple[str, ...]) -> Engine:
    path = sqlite_path(url)
    if not path.parent.is_dir():
        raise StateError(f"the folder of the state file does not exist: {path.parent}; create it")
    _private(path)
    made = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, hide_parameters=True)

    @event.listens_for(made, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver never opens a transaction behind our back
        for pragma in (*_PRAGMAS, *more_pragmas):
            connection.execute(pragma)

    @event.listens_for(made, "begin")
    def begun(conn: Connection) -> None:
        # A deferred BEGIN that reads first and writes later fails at once, in spite of busy_timeout.
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def _private(path: Path) -> None:
    """Let only the owner read the state; an existing file is not opened here (closing it drops SQLite's locks)."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StateError(f"cannot create the state file {path}: {error.strerror}") from error


def _postgres(url: URL) -> Engine:
    made = _postgres_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_pre_ping=True)

    @event.listens_for(made, "begin")
    def begun(conn: Connection) -> None:
        conn.execute(_WRITER, {"lock": LOCK_CLASS})

    return made


def _postgres_engine(url: URL, **pool: Any) -> Engine:
    try:
        return create_engine(
            url,
            hide_parameters=True,
            connect_args={
                "application_name": f"responder pid {os.getpid()} on {socket.gethostname()}"[:63],
                "connect_timeout": 10,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                "tcp_user_timeout": 30_000,
                # A process frozen inside a transaction would hold the writer's lock for ever.
                "options": "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=60000",
            },
            **pool,
        )
    except ModuleNotFoundError as error:
        raise StateError("PostgreSQL needs its driver: pip install 'buyer-responder[postgres]'") from error
