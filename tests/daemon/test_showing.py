"""The status page as a loop of the daemon: served from its parts, told of when it cannot be, never the daemon's end."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from neighbours.configured import TWO
from neighbours.shop import empty_state
from structlog.testing import capture_logs

import responder
from responder.adapters.clock import ManualClock
from responder.adapters.store import Store
from responder.config.load import load
from responder.core.troubles import Fault
from responder.daemon import Daemon, build
from responder.daemon.loops import Loops
from responder.daemon.showing import NAME, facts

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A port that somebody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        made.listen()
        yield made


def opened(folder: Path, port: int) -> tuple[Store, Loops, Daemon]:
    """A daemon of two accounts that is told to serve the page on this port."""
    more = f'http: {{listen: "127.0.0.1:{port}", hosts: [responder.example]}}\n'
    (folder / "config.yaml").write_text(TWO + more)
    (folder / "state.db").write_bytes(empty_state())
    store = Store.open(f"sqlite:///{folder}/state.db", exclusive=True)
    parts = build(load(folder / "config.yaml"), store, NOW, {"SELLER_PASSWORD": "secret"})
    clock = ManualClock(NOW)
    daemon = Daemon(parts, store, clock)
    return store, daemon._loops, daemon


async def test_the_page_is_served_from_what_the_daemon_knows(tmp_path: Path, taken: socket.socket) -> None:
    """Its accounts and loops are on it, and a lost connection counts."""
    port = taken.getsockname()[1]
    taken.close()
    store, loops, _ = opened(tmp_path, port)
    known = facts(loops.parts)
    assert known.accounts == ("main", "second")
    assert known.hosts == ("responder.example",)
    assert known.contact_within == timedelta(minutes=15 + 5) + loops.parts.loaded.config.accounts[0].imap.idle_round
    every = dict(loops.all())
    account = loops.parts.accounts[1]
    folder = loops.folder(account, account.folders[0])
    folder._report(Fault("inbox: gone"))
    loops.pulse.expect(every)
    served = asyncio.ensure_future(every[NAME]())  # noqa: TID251 - the test's own
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with asyncio.timeout(20):
            while not (health := await _got(client, "/healthz")):
                pass
        metrics, page = await _got(client, "/metrics"), await _got(client, "/health")
    assert json.loads(health) == {"status": "ok"}
    assert 'responder_imap_reconnects_total{account="second"} 1' in metrics
    assert 'responder_imap_reconnects_total{account="main"} 0' in metrics
    assert "status_page" in page
    assert "folder:second:inbox" in page
    served.cancel()
    with suppress(asyncio.CancelledError):
        await served
    store.close()


async def _got(client: aiohttp.ClientSession, path: str) -> str:
    """Return what a page says; nothing while nobody listens."""
    with suppress(aiohttp.ClientConnectorError):
        async with client.get(path) as answer:
            return await answer.text()
    return ""


async def test_a_port_in_use_is_told_and_ends_nothing(tmp_path: Path, taken: socket.socket) -> None:
    """The loop begins again later; until then it is one of the daemon's troubles."""
    port = taken.getsockname()[1]
    store, loops, daemon = opened(tmp_path, port)
    daemon.stop.set()  # so that it does not wait for its next try
    with capture_logs():
        await daemon._isolated(NAME, dict(loops.all())[NAME])
    (said,) = loops.troubles.words()
    assert f"the status page cannot listen on 127.0.0.1:{port} (http.listen)" in said
    store.close()


async def test_without_an_address_there_is_no_such_loop(tmp_path: Path) -> None:
    """Nothing listens unless it is asked for."""
    (tmp_path / "config.yaml").write_text(TWO)
    (tmp_path / "state.db").write_bytes(empty_state())
    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    parts = build(load(tmp_path / "config.yaml"), store, NOW, {"SELLER_PASSWORD": "secret"})
    assert NAME not in dict(Loops(parts, store, ManualClock(NOW)).all())
    store.close()


def test_no_command_waits_for_what_only_the_page_and_the_heartbeat_need() -> None:
    """Loading aiohttp takes longer than most commands: who serves or calls does it, and nobody else on the way."""
    imports = re.compile(r"^(?:from (\S+) import (.*)|import (\S+))", re.MULTILINE)
    root = Path(responder.__file__).parent
    top: dict[str, set[str]] = {}
    for file in root.rglob("*.py"):
        name = ".".join(file.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")
        found = imports.findall(file.read_text("utf-8"))
        top[name] = {each.strip("() ") for source, names, plain in found for each in
                     (source, plain, *(f"{source}.{one.strip()}" for one in names.split(",")))}  # fmt: skip
    slow = {"aiohttp"}
    while more := {name for name, needs in top.items() if needs & slow} - slow:
        slow |= more
    assert {"responder.status_page.server", "responder.adapters.heartbeat"} <= slow
    assert {each for each in slow if each.startswith(("responder.daemon", "responder.cli"))} == set()
