"""The store: one transaction at a time, whole or not at all."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection

from responder.adapters.store import Store, meta
from responder.errors import ConfigError, StateError, TemporaryError


def _add_one(conn: Connection) -> int:
    value = int(meta.value(conn, "count") or "0") + 1
    meta.set_value(conn, "count", str(value))
    return value


async def test_a_transaction_returns_what_its_function_returns(store: Store) -> None:
    """`tx` hands arguments in and the value out, and what was written is there for the next one."""
    await store.tx(meta.set_value, "greeting", "hello")
    assert await store.tx(meta.value, "greeting") == "hello"
    await store.tx(meta.set_value, "greeting", new=None)
    assert await store.tx(meta.value, "greeting") is None


async def test_an_error_leaves_nothing_behind(store: Store) -> None:
    """When the function raises, its writes are gone and its own error arrives."""

    def half(conn: Connection) -> None:
        meta.set_value(conn, "half", "done")
        raise LookupError("the other half")

    with pytest.raises(LookupError, match="the other half"):
        await store.tx(half)
    assert await store.tx(meta.value, "half") is None


async def test_a_cancelled_caller_does_not_tear_a_transaction(store: Store) -> None:
    """A task cancelled while its transaction runs leaves it whole."""
    begun, go = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        meta.set_value(conn, "first", "1")
        begun.set()
        assert go.wait(10)
        meta.set_value(conn, "second", "2")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(store.tx(slow))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
    go.set()
    assert await store.tx(meta.value, "first") == "1"
    assert await store.tx(meta.value, "second") == "2"


def test_read_then_write_never_loses_an_update(url: str, second_opener: Callable[[str], Store]) -> None:
    """Two writers that read, add one and write end at the sum: the first statement already excludes the other."""
    stores = [Store.open(url, exclusive=True), second_opener(url)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda store: [store.run(_add_one) for _ in range(40)], stores))
    assert stores[0].run(meta.value, "count") == "80"
    for store in stores:
        store.close()


def test_the_instance_is_drawn_once(empty_url: str) -> None:
    """Id and secret are random at the first start and stay for ever: Message-IDs depend on them."""
    first = Store.open(empty_url, exclusive=True)
    drawn = first.run(meta.instance)
    first.close()
    second = Store.open(empty_url, exclusive=False)
    assert second.run(meta.instance) == drawn
    assert (len(drawn.id), len(drawn.secret)) == (16, 32)
    second.close()


def _pragma(store: Store, name: str) -> object:
    return store.run(lambda conn: conn.exec_driver_sql(f"PRAGMA {name}").scalar())


def test_sqlite_keeps_what_it_confirmed(tmp_path: Path) -> None:
    """WAL with a sync at every commit, foreign keys, erased data really erased; only the daemon checkpoints."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    daemon, command = Store.open(url, exclusive=True), Store.open(url, exclusive=False)
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}
    for store, checkpoint in ((daemon, 1000), (command, 0)):
        assert {name: _pragma(store, name) for name in expected} == expected
        assert _pragma(store, "wal_autocheckpoint") == checkpoint
        assert _pragma(store, "busy_timeout") == 60000
    command.close()
    daemon.close()


def test_only_the_owner_can_read_the_state(tmp_path: Path) -> None:
    """The database, its log and its lock are 0600, also when the file lay there open to all."""
    path = tmp_path / "state.db"
    path.touch(0o644)
    store = Store.open(f"sqlite:///{path}", exclusive=True)
    store.run(_add_one)
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(("state.db", "state.db-wal", "state.db-shm", "state.db.lock"), 0o600)


def test_a_busy_state_is_a_temporary_trouble(tmp_path: Path) -> None:
    """When another program keeps the write lock, the transaction fails as something to try again."""
    path = tmp_path / "state.db"
    store = Store.open(f"sqlite:///{path}", exclusive=True)
    store.run(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=20"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporaryError, match="locked"):
        store.run(_add_one)
    other.close()
    assert store.run(_add_one) == 1
    store.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A damaged state is the seller's to mend: the message says which file."""
    path = tmp_path / "state.db"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(StateError, match=r"state\.db"):
        Store.open(f"sqlite:///{path}", exclusive=True)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A state in a folder that does not exist is not created somewhere else."""
    with pytest.raises(StateError, match="folder of the state file does not exist"):
        Store.open(f"sqlite:///{tmp_path / 'no' / 'state.db'}", exclusive=False)


@pytest.mark.parametrize("url", ["state.db", "mysql://host/db", "sqlite://", "sqlite:///:memory:", ""])
def test_an_unknown_kind_of_state_is_a_configuration_error(url: str) -> None:
    """What is no SQLite file and no PostgreSQL database is refused with an example of each."""
    with pytest.raises(ConfigError, match="sqlite:///state"):
        Store.open(url, exclusive=True)


def test_a_password_is_not_shown(url: str) -> None:
    """No error shows the password of a database URL."""
    with pytest.raises(ConfigError) as caught:
        Store.open("oracle://user:hunter2@host/db", exclusive=True)
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_away_is_a_temporary_trouble(tmp_path: Path) -> None:
    """PostgreSQL that cannot be reached stops nothing for good."""
    pytest.importorskip("psycopg")
    for exclusive in (True, False):
        with pytest.raises(TemporaryError):
            Store.open(f"postgresql://user@/db?host={tmp_path}", exclusive=exclusive)
