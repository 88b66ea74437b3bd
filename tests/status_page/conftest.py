"""A status page over a state with something on every page, and a browser for all tests of one module."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from neighbours import looked_at
from neighbours.looked_at import NOW
from neighbours.shop import empty_state

from responder.adapters.clock import ManualClock
from responder.adapters.store import Store
from responder.status_page import Facts, Vitals
from responder.status_page.server import serve


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A state with nothing in it."""
    (tmp_path / "state.db").write_bytes(empty_state())
    made = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    yield made
    made.close()


@pytest.fixture
def store(empty: Store) -> Store:
    """A state with something for every page."""
    empty.run(looked_at.fill)
    return empty


@dataclass
class Looking:
    """A page that is served, and a client that asks for it."""

    port: int
    client: aiohttp.ClientSession
    clock: ManualClock

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[aiohttp.ClientResponse, str]:
        """Ask for a page and return the answer with its text."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.request(method, self.url(path), headers=given, allow_redirects=False) as answer:
            return answer, await answer.text()


@asynccontextmanager
async def looking(store: Store, facts: Facts | None = None, vitals: Vitals | None = None) -> AsyncIterator[Looking]:
    """Serve the page on a free port until the end of the block."""
    clock = ManualClock(NOW)
    facts, vitals = facts or looked_at.facts(), vitals or looked_at.vitals()
    async with serve(store, facts, clock, "127.0.0.1", 0, vitals=vitals) as port, aiohttp.ClientSession() as client:
        yield Looking(port, client, clock)


@pytest.fixture
async def own(store: Store) -> AsyncIterator[Looking]:
    """The page over the filled state of this test alone, which it may change."""
    async with looking(store) as made:
        yield made


HOSTILE = "\"><img src=x onerror=document.title='ran'><script>document.title='ran'</script>" + "ÅÄÖ" * 30


class Shared:
    """A page over the filled state, served in a thread of its own for tests that only look."""

    def __init__(self, folder: Path, subject: str) -> None:
        self._folder = folder
        self._subject = subject
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.port = 0

    def start(self) -> None:
        """Return when it is served."""
        self._thread.start()
        assert self._ready.wait(30)

    def stop(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        (self._folder / "state.db").write_bytes(empty_state())
        store = Store.open(f"sqlite:///{self._folder}/state.db", exclusive=True)
        await store.tx(looked_at.fill, subject=self._subject)
        clock, vitals = ManualClock(NOW), looked_at.vitals()
        async with serve(store, looked_at.facts(), clock, "127.0.0.1", 0, vitals=vitals) as self.port:
            self._ready.set()
            await self._end.wait()
        store.close()


@contextmanager
def shown(folder: Path, subject: str) -> Iterator[Shared]:
    """Serve a page until the end of the block."""
    made = Shared(folder, subject)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """One page for all tests that only look."""
    with shown(tmp_path_factory.mktemp("shared"), "Wo ist mein Paket?") as made:
        yield made


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """One page that strangers filled with what could harm."""
    with shown(tmp_path_factory.mktemp("hostile"), HOSTILE) as made:
        yield made


@pytest.fixture
async def page(shared: Shared) -> AsyncIterator[Looking]:
    """The page over the filled state."""
    async with aiohttp.ClientSession() as client:
        yield Looking(shared.port, client, ManualClock(NOW))


@pytest.fixture
def served() -> Any:
    """Serve a page over another state, or with other facts."""
    return looking
