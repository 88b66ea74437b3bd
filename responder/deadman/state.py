"""
What the state says, read by plain SQL on a connection that can write nothing.

Instants are kept as milliseconds UTC. A state that cannot be read is a finding of its own, not an end.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

HEARTBEAT = "heartbeat_at"
SHOWN = 40
_BUSY = 20.0  # seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Run = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Digest:
    """What became of the mail of a digest."""

    at: datetime
    state: str
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person: a buyer's message, or a notice of Amazon's."""

    by: datetime
    what: str
    marketplace: str
    order_id: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything the program asks the state."""

    first_start_at: datetime | None = None
    heartbeat_at: datetime | None = None
    digest: Digest | None = None
    threads: tuple[Waiting, ...] = ()
    open_threads: int = 0
    notices: tuple[Waiting, ...] = ()
    instance: str = ""


def look(url: str, day: date | None) -> Seen:
    """Return what the state says, with the digest of a `day`; raises whatever its database does."""
    with _connected(url) as run:
        first = run("SELECT min(first_start_at) FROM account", ())[0][0]
        kept = dict(run("SELECT key, value FROM meta WHERE key IN (?, ?)", (HEARTBEAT, "instance_id")))
        beat = kept.get(HEARTBEAT)
        return Seen(
            first_start_at=None if first is None else _instant(first),
            heartbeat_at=None if beat is None else datetime.fromisoformat(beat),
            digest=_digest(run, day) if day else None,
            threads=tuple(_threads(run)),
            open_threads=run("SELECT count(*) FROM thread WHERE state = 'open'", ())[0][0],
            notices=tuple(_notices(run)),
            instance=kept.get("instance_id", ""),
        )


def exists(url: str) -> bool:
    """Return whether there can be a state: False only for a file that is not there."""
    return not url.startswith("sqlite:") or _file(url).is_file()


def _digest(run: Run, day: date) -> Digest | None:
    of_day = "FROM digest d LEFT JOIN outbox o ON o.id = d.outbox_id WHERE d.day = ?"
    for at, state, reason, attempts in run(f"SELECT d.at, o.state, o.reason, o.attempts {of_day}", (day.isoformat(),)):
        return Digest(_instant(at), state or "gone", reason or "", attempts or 0)
    return None


def _threads(run: Run) -> Iterator[Waiting]:
    by = "CASE WHEN promise_at < due_at THEN promise_at ELSE due_at END"
    fields = f"SELECT {by} AS by_at, marketplace, order_id, subject"
    which = "FROM thread WHERE state = 'open' AND due_at IS NOT NULL ORDER BY by_at, id LIMIT ?"
    for at, marketplace, order_id, subject in run(f"{fields} {which}", (SHOWN,)):
        yield Waiting(_instant(at), "message", marketplace or "", order_id or "", subject)


def _notices(run: Run) -> Iterator[Waiting]:
    fields = "SELECT due_at, notice_type, marketplace, order_id, subject FROM notice"
    which = "due_at IS NOT NULL AND settled_at IS NULL AND (seen_by IS NULL OR seen_by NOT IN ('command', 'reply'))"
    rows = run(f"{fields} WHERE {which} ORDER BY due_at, id LIMIT ?", (SHOWN,))
    for at, kind, marketplace, order_id, subject in rows:
        yield Waiting(_instant(at), str(kind).replace("_", " "), marketplace or "", order_id or "", subject)


def _instant(kept: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=kept)


def _file(url: str) -> Path:
    return Path(url.partition(":///")[2])


@contextmanager
def _connected(url: str) -> Iterator[Run]:
    if not url.startswith("sqlite:"):
        with _postgres(url) as run:
            yield run
        return
    # Read-only, and still able to read what a killed daemon left in the log beside the file.
    opened = sqlite3.connect(f"file:{quote(str(_file(url)))}?mode=ro", uri=True, timeout=_BUSY)
    with closing(opened) as conn:
        conn.execute("BEGIN")  # one state of things for all questions
        yield lambda sql, values: conn.execute(sql, values).fetchall()


@contextmanager
def _postgres(url: str) -> Iterator[Run]:
    import psycopg  # noqa: PLC0415 - only where the state is PostgreSQL's

    options = f"-c default_transaction_read_only=on -c statement_timeout={int(_BUSY * 1000)}"
    where = f"postgresql://{url.partition('://')[2]}"
    named = "responder-deadman"
    with psycopg.connect(where, connect_timeout=10, application_name=named, options=options) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield lambda sql, values: conn.execute(sql.replace("?", "%s").encode(), values).fetchall()
