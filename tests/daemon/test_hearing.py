"""The daemon on real servers: its own test mail goes out, comes back, is read by us, and is nobody's message."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mail import builders
from neighbours.pinged import service
from neighbours.pymap_server import PymapServer
from neighbours.smtp import Mailhost

from responder.adapters.clock import ManualClock
from responder.adapters.imap import Mailbox, Role
from responder.adapters.store import Store, canaries, threads, troubles
from responder.config.load import load
from responder.core.troubles import TroubleKind
from responder.daemon import Daemon, build

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


async def test_the_test_mail_is_missed_until_it_comes_and_is_read_by_us(tmp_path: Path) -> None:
    """Sent once; a quarter of an hour later it is missed; when it comes it is over, marked as read, and no thread."""
    clock = ManualClock(NOON)
    with Mailhost(users={"seller": "throw-away"}) as mailhost:
        async with PymapServer({"seller": "throw-away"}) as server, service("key") as pinged:
            file = tmp_path / "config.yaml"
            file.write_text(CONFIG.format(imap=server.port, smtp=mailhost.port))
            loaded = await asyncio.to_thread(load, file)
            store = await asyncio.to_thread(Store.open, loaded.state({}), exclusive=True)
            environ = {"PASSWORD": "throw-away", "HEARTBEAT": pinged.url}
            parts = await asyncio.to_thread(build, loaded, store, NOON, environ)
            try:
                daemon = Daemon(parts, store, clock)
                await daemon.once()
                (sent,) = mailhost.accepted
                assert sent.recipients == ("service@example.com",)
                assert pinged.told() == ["key"]

                clock.move_to(NOON + timedelta(minutes=15))
                await daemon.once()
                assert len(mailhost.accepted) == 1
                assert await store.tx(troubles.one, "main", TroubleKind.CANARY, "") is not None

                await server.deliver("seller", sent.data, at=clock.now())
                await server.deliver("seller", builders.buyer_message(), at=clock.now())
                await daemon.once()
                last = await store.tx(canaries.last, "main")
                assert last is not None
                assert (last.folder, last.arrived_at) == ("INBOX", clock.now())
                assert len(await store.tx(threads.threads)) == 1  # the buyer's

                clock.move_to(NOON + timedelta(minutes=16))
                await daemon.once()
                trouble = await store.tx(troubles.one, "main", TroubleKind.CANARY, "")
                assert trouble is None or trouble.well_at is not None
                mailbox = await Mailbox.open(parts.accounts[0].folders[0].imap, Role.INBOX)
                flags = await mailbox.flags(await mailbox.uids_after(0))
                await mailbox.close()
                assert sorted("\\Seen" in each for each in flags.values()) == [False, True]
            finally:
                await asyncio.to_thread(store.close)
