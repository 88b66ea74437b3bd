"""The daemon on real servers: its own test mail goes out, comes back, is read by us, and is nobody's message."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail import builders
from neighbours.pinged import service
from neighbours.pymap_server import PymapServer
from neighbours.scripted_imap import Peer, ScriptedImap
from neighbours.shop import empty_state
from neighbours.smtp import Mailhost

from responder.adapters.clock import ManualClock
from responder.adapters.imap import Mailbox, Role
from responder.adapters.store import Store, canaries, threads, troubles
from responder.config.load import load
from responder.core.heartbeat import Signal
from responder.core.troubles import TroubleKind
from responder.daemon import Daemon, Parts, build
from responder.daemon.loops import Loops
from responder.errors import ResponderError

NOON = datetime(2026, 7, 15, 10, 0, tzinfo=UTC)  # a Wednesday
CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com, digest: {{days: [mon]}}}}
canary: {{every: 7d, within: 10m}}
heartbeat: {{url: {{env: HEARTBEAT}}}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: 127.0.0.1, port: {imap}, security: none, username: seller, password: {{env: PASSWORD}}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: PASSWORD}}}}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty state."""
    (tmp_path / "state.db").write_bytes(empty_state())
    made = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    yield made
    made.close()


def parts_of(folder: Path, store: Store, url: str, *, imap: int, smtp: int = 1) -> Parts:
    """What the daemon of a mailbox at this port runs."""
    (folder / "config.yaml").write_text(CONFIG.format(imap=imap, smtp=smtp))
    environ = {"PASSWORD": "throw-away", "HEARTBEAT": url}
    return build(load(folder / "config.yaml"), store, NOON, environ)


async def test_the_test_mail_is_missed_until_it_comes_and_is_read_by_us(tmp_path: Path, store: Store) -> None:
    """Sent once; a quarter of an hour later it is missed; when it comes it is over, marked as read, and no thread."""
    clock = ManualClock(NOON)
    with Mailhost(users={"seller": "throw-away"}) as mailhost:
        async with PymapServer({"seller": "throw-away"}) as server, service("key") as pinged:
            parts = parts_of(tmp_path, store, pinged.url, imap=server.port, smtp=mailhost.port)
            daemon = Daemon(parts, store, clock)
            await daemon.once()
            (sent,) = mailhost.accepted
            assert sent.recipients == ("service@example.com",)
            assert pinged.told() == ["key"]

            clock.move_to(NOON + timedelta(minutes=15))
            await daemon.once()
            assert len(mailhost.accepted) == 1
            begun = await store.tx(troubles.one, "main", TroubleKind.CANARY, "")
            assert begun is not None
            assert begun.well_at is None

            await server.deliver("seller", sent.data, at=clock.now())
            await server.deliver("seller", builders.buyer_message(), at=clock.now())
            clock.move_to(NOON + timedelta(minutes=16))
            await daemon.once()
            last = await store.tx(canaries.last, "main")
            assert last is not None
            assert (last.folder, last.arrived_at) == ("INBOX", NOON + timedelta(minutes=15))
            assert len(await store.tx(threads.threads)) == 1  # the buyer's
            trouble = await store.tx(troubles.one, "main", TroubleKind.CANARY, "")
            assert trouble is None or trouble.well_at is not None
            mailbox = await Mailbox.open(parts.accounts[0].folders[0].imap, Role.INBOX)
            flags = await mailbox.flags(await mailbox.uids_after(0))
            await mailbox.close()
            assert sorted("\\Seen" in each for each in flags.values()) == [False, True]


async def test_a_look_that_ends_in_the_middle_is_no_sign_of_life(tmp_path: Path, store: Store) -> None:
    """A server that lists a mail and never gives it: the service outside hears of no look, and after a while why."""

    async def lists(peer: Peer, tag: bytes, verb: bytes, rest: bytes) -> bool:
        if verb == b"UID" and rest.upper().startswith(b"SEARCH"):
            await peer.send(b"* SEARCH 1\r\n" + tag + b" OK done\r\n")
        elif verb == b"UID":
            await peer.send(tag + b" NO [UNAVAILABLE] not now\r\n")
        return verb == b"UID"

    clock = ManualClock(NOON)
    async with ScriptedImap(lists) as server, service("key") as pinged:
        loops = Loops(parts_of(tmp_path, store, pinged.url, imap=server.port), store, clock)
        beating, account = loops.hearing.beating, loops.parts.accounts[0]
        assert beating is not None
        assert await beating.turn() is Signal.START
        loops.hearing.lost("main")
        for minutes, said in ((10, None), (15, Signal.FAIL)):
            clock.move_to(NOON + timedelta(minutes=minutes))
            with pytest.raises(ResponderError):
                await loops.folder(account, account.folders[0]).once()
            assert await beating.turn() is said
        assert pinged.told() == ["start", "fail"]
