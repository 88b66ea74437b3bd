"""Looking at the state beside its writer, on both databases."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from responder.adapters.store import Reader, Store, meta, reading
from responder.errors import TemporaryError

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


@pytest.fixture
async def reader(store: Store) -> AsyncIterator[Reader]:
    """A reader of the test's state."""
    made = Reader(store.url)
    yield made
    made.close()


@contextmanager
def writing(store: Store, value: str) -> Iterator[None]:
    """A transaction of the writer's that has written `value` and stays open until the end of the block."""
    began, may_end = threading.Event(), threading.Event()

    def work(conn: Connection) -> None:
        meta.set_value(conn, "word", value)
        began.set()
        may_end.wait(20)

    writer = threading.Thread(target=store.run, args=(work,))
    writer.start()
    began.wait(20)
    try:
        yield
    finally:
        may_end.set()
        writer.join()


async def test_a_look_does_not_wait_for_a_transaction_that_is_under_way(store: Store, reader: Reader) -> None:
    """A browser that asks while a year of orders is written is answered, with what was committed before."""
    await store.tx(meta.set_value, "word", "before")
    with writing(store, "after"):
        assert await reader.read(meta.value, "word") == "before"
    assert await reader.read(meta.value, "word") == "after"


async def test_a_transaction_does_not_wait_for_a_look(store: Store, reader: Reader) -> None:
    """Whoever looks for long keeps no decision waiting, and sees one state from beginning to end."""
    await store.tx(meta.set_value, "word", "before")
    looking, written = threading.Event(), threading.Event()

    def look(conn: Connection) -> tuple[str | None, str | None]:
        first = meta.value(conn, "word")
        looking.set()
        written.wait(20)
        return first, meta.value(conn, "word")

    found = asyncio.ensure_future(reader.read(look))  # noqa: TID251 - the test's own task
    await asyncio.to_thread(looking.wait, 20)
    await store.tx(meta.set_value, "word", "after")
    written.set()
    assert await found == ("before", "before")


async def test_a_reader_cannot_write(store: Store, reader: Reader) -> None:
    """Whatever a page does by mistake, the state stays as it is."""
    with pytest.raises(TemporaryError, match="read"):
        await reader.read(meta.set_value, "word", "changed")
    assert await store.tx(meta.value, "word") is None


async def test_a_look_that_takes_too_long_is_ended(reader: Reader) -> None:
    """A query without an end gives its connection back, and the next one is answered."""
    with pytest.raises(TemporaryError, match="cannot be read now"):
        await reader.read_within(0.05, lambda conn: conn.scalar(ENDLESS))
    assert await reader.read(lambda conn: conn.scalar(text("SELECT 1"))) == 1


async def test_the_end_waits_for_nobody_who_looks(store: Store) -> None:
    """A look that would take for ever ends with the reader, and begins no further query."""
    reader = Reader(store.url)
    began = threading.Event()

    def look(conn: Connection) -> None:
        began.set()
        with suppress(DBAPIError):
            conn.scalar(ENDLESS)
        conn.scalar(ENDLESS)

    found = asyncio.ensure_future(reader.read_within(600, look))  # noqa: TID251 - the test's own task
    await asyncio.to_thread(began.wait, 20)
    await asyncio.to_thread(reader.close)
    with pytest.raises(TemporaryError, match="cannot be read now"):
        await found


async def test_a_state_that_is_not_there_is_temporary_trouble(store: Store) -> None:
    """A page says that the state cannot be read; it makes no empty one."""
    if store.url.get_backend_name() == "sqlite":
        gone = store.url.set(database=f"{store.url.database}-elsewhere")
    else:
        gone = store.url.set(database="elsewhere")
    nobody = reading.Reader(gone)
    try:
        with pytest.raises(TemporaryError, match="cannot be read now"):
            await nobody.read(meta.value, "word")
    finally:
        nobody.close()
