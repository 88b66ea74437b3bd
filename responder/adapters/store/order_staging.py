"""
A report of any size, kept in one short transaction.

What it says is sorted and merged in a nameless file beside the state, while others go on writing to the state; only the
changes that come of it are then written at once. Where others changed orders meanwhile, it is worked out again.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby, islice
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection

from responder.adapters.store import meta
from responder.adapters.store.database import Store
from responder.adapters.store.order_changes import Change, apply
from responder.adapters.store.order_lines import Event, Line, Values
from responder.adapters.store.order_rows import BATCH, Batch, Counts
from responder.core import order_days
from responder.core.order_days import ZoneOf
from responder.errors import TemporaryError

TRIES = 3
_WRITTEN_AT_ONCE = 5_000
_VERSION = "orders_version"
T = TypeVar("T")
Run = Callable[[Callable[[Connection], T]], T]
Compared = Callable[[int, int], None]
"""Told how many orders are compared with what is known of them, and of how many."""


def version(conn: Connection) -> int:
    """Return a number that is another one whenever somebody changed what is known of orders."""
    return int(meta.value(conn, _VERSION) or 0)


def changed(conn: Connection) -> None:
    """Note that what is known of orders was changed."""
    meta.set_value(conn, _VERSION, str(version(conn) + 1))


class Staged:
    """What a report says; closing it leaves nothing of it. `zone_of`: see `order_days`."""

    def __init__(self, zone_of: ZoneOf = order_days.utc) -> None:
        self._zone_of = zone_of
        # The file has no name, so nobody else can open it, and a crash leaves none. One thread at a time uses it.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE line (account, order_id, at, facts, items, events)")
        for change in Change:
            columns = ", ".join(f"c{number}" for number in range(len(change.value)))
            self._db.execute(f"CREATE TABLE to_{change.name} ({columns})")

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self._db.close()

    def take(self, said: list[tuple[str | None, Line]]) -> None:
        """Add what lines say, each of an account (None: not known yet)."""
        rows = ((account, each.order_id, each.at, *map(json.dumps, _parts(each))) for account, each in said)
        with _on_disk():
            self._db.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", rows)

    def accounts(self) -> list[str]:
        """Return the accounts that lines are of."""
        rows = self._db.execute("SELECT DISTINCT account FROM line WHERE account IS NOT NULL ORDER BY account")
        return [name for (name,) in rows]

    def homeless(self) -> Iterator[list[str]]:
        """Yield the orders whose account is not known, in batches."""
        with _on_disk():
            rows = self._db.execute("SELECT DISTINCT order_id FROM line WHERE account IS NULL ORDER BY order_id")
            ids = [order_id for (order_id,) in rows]
        yield from (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))

    def place(self, homes: Mapping[str, str]) -> None:
        """Say of which account homeless orders are."""
        change = "UPDATE line SET account = ? WHERE account IS NULL AND order_id = ?"
        with _on_disk():
            self._db.execute("CREATE INDEX IF NOT EXISTS homeless ON line (order_id) WHERE account IS NULL")
            self._db.executemany(change, ((account, order_id) for order_id, account in homes.items()))

    def place_rest(self, account: str) -> None:
        """Say of which account the orders are that are still homeless."""
        with _on_disk():
            self._db.execute("UPDATE line SET account = ? WHERE account IS NULL", [account])

    def drop_rest(self) -> int:
        """Forget the lines whose account nobody knows, and return how many they are."""
        with _on_disk():
            return self._db.execute("DELETE FROM line WHERE account IS NULL").rowcount

    def work_out(self, run: Run[None], now: int, compared: Compared) -> Counts:
        """Work out the changes, reading with `run` what is known, and return what they come to."""
        counts = Counts()
        with _on_disk():
            for change in Change:
                self._db.execute(f"DELETE FROM to_{change.name}")  # noqa: S608 - our own names
            (of,) = self._db.execute("SELECT count(*) FROM (SELECT DISTINCT account, order_id FROM line)").fetchone()
            for account, lines in self._batches():
                batch = self._batch(account, lines, run)
                self._add(batch.changes(now))
                counts += batch.counts()
                compared(counts.orders, of)
        return counts

    def _batches(self) -> Iterator[tuple[str, list[Line]]]:
        """Yield the lines of some orders at a time, all of an order in one batch."""
        rows = self._db.execute("SELECT * FROM line ORDER BY account, order_id, rowid")
        for account, theirs in groupby(rows, lambda row: str(row[0])):
            orders = groupby(theirs, lambda row: str(row[1]))
            while batch := [_line(row) for _, group in islice(orders, BATCH) for row in group]:
                yield account, batch

    def _batch(self, account: str, lines: list[Line], run: Run[None]) -> Batch:
        batch = Batch(account, self._zone_of)
        ids = {each.order_id for each in lines}
        run(lambda conn: batch.read(conn, ids))
        for each in lines:
            batch.take(each)
        return batch

    def _add(self, changes: Iterator[tuple[Change, Values]]) -> None:
        rows: dict[Change, list[Values]] = {each: [] for each in Change}
        for change, row in changes:
            rows[change].append(row)
        for change, each in rows.items():
            marks = ", ".join("?" * len(change.value))
            self._db.executemany(f"INSERT INTO to_{change.name} VALUES ({marks})", each)  # noqa: S608 - our own names

    def write(self, conn: Connection) -> bool:
        """Write the changes that were worked out; False where there are none."""
        any_at_all = False
        for change in Change:
            rows = self._db.execute(f"SELECT * FROM to_{change.name}")  # noqa: S608 - our own names
            while some := rows.fetchmany(_WRITTEN_AT_ONCE):
                apply(conn, change, some)
                any_at_all = True
        return any_at_all


def keep(
    store: Store, staged: Staged, now: int, then: Callable[[Connection, Counts], None], compared: Compared
) -> Counts:
    """Keep what a report says and do `then`, in one transaction; return what it came to."""
    for _ in range(TRIES):
        seen = store.run(version)
        counts = staged.work_out(store.run, now, compared)
        if store.run(_written, staged, seen, counts, then):
            return counts
    return store.run(_kept_at_once, staged, now, then, compared)


def _written(
    conn: Connection, staged: Staged, seen: int, counts: Counts, then: Callable[[Connection, Counts], None]
) -> bool:
    """Write what was worked out, unless somebody changed orders since."""
    if version(conn) != seen:
        return False
    if staged.write(conn):
        changed(conn)
    then(conn, counts)
    return True


def _kept_at_once(
    conn: Connection, staged: Staged, now: int, then: Callable[[Connection, Counts], None], compared: Compared
) -> Counts:
    """Somebody changes orders all the time: keep them from it."""
    counts = staged.work_out(lambda read: read(conn), now, compared)
    _written(conn, staged, version(conn), counts, then)
    return counts


def _parts(line: Line) -> tuple[Any, ...]:
    return line.facts, line.items, [(each.kind, each.source, each.at, each.detail) for each in line.events]


def _line(row: tuple[Any, ...]) -> Line:
    _, order_id, at, facts, items, events = row
    happened = tuple(Event(*each) for each in json.loads(events))
    return Line(order_id, at, tuple(json.loads(facts)), tuple(map(tuple, json.loads(items))), happened)


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise TemporaryError(f"a report cannot be sorted (its file is in the temporary folder): {error}") from error
