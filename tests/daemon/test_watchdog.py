"""The watchdog and the heartbeat: no loop can stand still, or never begin, without being missed."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from neighbours.shop import empty_state

from responder.adapters.clock import LIMIT, ManualClock
from responder.adapters.store import Store, outages
from responder.adapters.systemd import Notifier
from responder.config.load import load
from responder.daemon import build
from responder.daemon.loops import PAGE, SILENCE, Loops
from responder.tasks import maintain
from responder.tasks.deliver.loop import _rest

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
LONG = 10_000.0  # seconds; more than any loop may be silent
CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
feedback: {enabled: true}
heartbeat: {url: {env: SELLER_URL}}
canary: {every: 7d}
http: {listen: "127.0.0.1:8025"}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    answers: {no_response_folder: Done}
    imap: {host: localhost, port: 1, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, port: 1, username: service, password: {env: SELLER_PASSWORD}}
"""


class Hand:
    """Seconds that are moved by hand, and the event that somebody asked for them."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.asked = asyncio.Event()

    def __call__(self) -> float:
        """Return the present second."""
        self.asked.set()
        return self.seconds


@dataclass
class Ward:
    """A daemon's loops, with everything that can be switched on; `round` is one of housekeeping."""

    store: Store
    loops: Loops
    hand: Hand
    ear: socket.socket

    @property
    def names(self) -> list[str]:
        """Every loop."""
        return [name for name, _ in self.loops.all()]

    async def round(self, at: datetime = NOW) -> str:
        """Look after the daemon once, and return what systemd heard."""
        stop = asyncio.Event()

        def status(_conn: object) -> str:
            stop.set()
            return "fine"

        care = maintain.Care(every=0.0, limits=SILENCE, keep_words=timedelta(days=180), elapsed=self.hand)
        notifier = Notifier({"NOTIFY_SOCKET": self.ear.getsockname()})
        await maintain.run(self.store, ManualClock(at), self.loops.pulse, notifier, care=care, status=status, stop=stop)
        said = []
        while True:
            try:
                said.append(self.ear.recv(4096).decode())
            except BlockingIOError:
                return "\n".join(said)

    async def lived(self) -> datetime | None:
        """When the heartbeat was written last."""
        return await self.store.tx(outages.heartbeat_at)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """Loops that were begun at second 0 and have not turned since."""
    for name in ("orders", "invoices", "templates"):
        (tmp_path / name).mkdir()
    (tmp_path / "state.db").write_bytes(empty_state())
    (tmp_path / "config.yaml").write_text(CONFIG)
    environ = {"SELLER_PASSWORD": "secret", "SELLER_URL": "https://127.0.0.1:1/beat"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.setblocking(False)
        store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
        parts = build(load(tmp_path / "config.yaml"), store, NOW, environ)
        hand = Hand()
        made = Ward(store, Loops(parts, store, ManualClock(NOW), maintain.Pulse(hand)), hand, ear)
        made.loops.pulse.expect(made.names)
        yield made
        parts.reader.close()
        store.close()


def test_every_loop_has_a_limit_with_a_reason(ward: Ward) -> None:
    """A loop that is added is added to `SILENCE`; all that can be switched on are in this daemon."""
    assert [name for name in ward.names if not name.startswith(tuple(SILENCE))] == []
    kinds = {name.partition(":")[0] for name in ward.names}
    assert {"folder", "deliver", "ask", "intake", "canary", "heartbeat", PAGE} <= kinds
    assert len([name for name in ward.names if name.startswith("folder:")]) == 3


async def test_any_one_loop_that_stands_still_starves_the_watchdog(ward: Ward) -> None:
    """Whichever it is: no WATCHDOG=1 and no heartbeat while it stands, and both when it turns again."""
    beats = {name: ward.loops.pulse.beat(name) for name in ward.names}
    for still in ward.names:
        ward.hand.seconds += LONG
        at = NOW + timedelta(seconds=ward.hand.seconds)
        for name, turned in beats.items():
            if name != still:
                turned()
        before = await ward.lived()
        assert "WATCHDOG=1" not in await ward.round(at), still
        assert await ward.lived() == before
        beats[still]()
        assert ward.loops.pulse.silent(SILENCE) == (), still
    assert "WATCHDOG=1" in await ward.round(at)
    assert await ward.lived() == at


async def test_a_loop_that_never_began_is_missed(ward: Ward) -> None:
    """It was expected at the start; that nobody heard of it since is no excuse."""
    ward.loops.pulse.expect(["late"])
    ward.hand.seconds = maintain.LIMIT
    assert "WATCHDOG=1" in await ward.round()
    ward.hand.seconds += 1
    assert "WATCHDOG=1" not in await ward.round()


async def test_a_folder_lives_with_each_batch_of_mails(ward: Ward) -> None:
    """A first look over thousands of mails takes longer than any limit, and is no reason to end the daemon."""
    account = ward.loops.parts.accounts[0]
    watched = ward.loops.folder(account, account.folders[0])
    ward.hand.seconds = LONG
    watched._report(None)  # what it says at each batch
    name = f"folder:{account.name}:{account.folders[0].role}"
    assert name not in ward.loops.pulse.silent(SILENCE)


async def test_every_loop_that_needs_no_mail_server_turns_by_itself(ward: Ward) -> None:
    """The loops as the daemon runs them: each says that it lives before it rests for the first time."""
    # The page would listen on a port that a daemon on this machine may have; its own tests begin it.
    own = [(name, run) for name, run in ward.loops.all() if not name.startswith(("folder:", PAGE))]
    pulse, ward.hand.seconds = ward.loops.pulse, LONG
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        running = [group.create_task(run()) for _, run in own]
        while {name for name, _ in own} & set(pulse.silent(SILENCE)):
            ward.hand.asked.clear()
            await ward.hand.asked.wait()
        for task in running:
            task.cancel()


async def test_who_rests_for_an_hour_says_so_all_the_while() -> None:
    """After a refused password nothing is sent for long, and that is no loop that stands still."""

    class Stepping(ManualClock):
        """A machine's clock in a hurry: each wait ends after `LIMIT`, at once."""

        async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
            """Return, half a minute later."""
            self.move_to(self.now() + LIMIT)

    beats: list[datetime] = []
    clock = Stepping(NOW)
    await _rest(clock, NOW + timedelta(hours=1), lambda: beats.append(clock.now()))
    assert beats == [NOW + each * LIMIT for each in range(1, 121)]
