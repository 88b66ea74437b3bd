"""One account's outbox and its way to a mail server, for tests that deliver; time is moved by hand."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.clock import ManualClock
from responder.adapters.smtp import Sender, SmtpSettings
from responder.adapters.store import Store, outbox, threads
from responder.adapters.store.outbox import NewOutbox, OutboxRow
from responder.core.breaker import Limits
from responder.core.operator import Operator
from responder.core.threads import Thread
from responder.core.troubles import Fault
from responder.tasks import deliver
from responder.tasks.deliver import Account, Turn

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
FROM = "service@example.com"
ALIAS = "a1b2c3@marketplace.amazon.fr"
OWNER = "owner@example.com"
OPERATOR = Operator(
    email=OWNER,
    account="main",
    from_address=FROM,
    from_name="Buyer Responder",
    instance="0123456789abcdef",
    secret=b"secret",
    zone=ZoneInfo("Europe/Paris"),
    hosts={},
)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """One account with its outbox, its clock and its way to a mail server."""

    store: Store
    sender: Sender
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    effects: list[tuple[str, datetime]] = field(default_factory=list)
    trouble: list[Fault | None] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    beats: asyncio.Event = field(default_factory=asyncio.Event)
    rehearsal: bool = False
    limits: Limits = field(default_factory=Limits)
    made: int = 0

    @property
    def account(self) -> Account:
        """The account as delivering sees it."""
        return Account(
            name="main",
            address=FROM,
            operator=OPERATOR,
            limits=self.limits,
            dry_run=self.rehearsal,
            on_sent=self.on_sent,
            on_stopped=self.wake.set,
            jitter=lambda: 0.0,
            record_pauses=(0.0, 0.0),
        )

    def on_sent(self, _conn: Connection, row: OutboxRow, at: datetime) -> None:
        """Remember what follows from sending."""
        self.effects.append((row.kind, at))

    async def turn(self) -> Turn:
        """Deliver at most one mail."""
        return await deliver.turn(self.store, self.sender, self.account, self.clock)

    async def run(self) -> None:
        """Deliver until cancelled."""
        await deliver.run(
            self.store, self.sender, self.account, self.clock, self.wake, self.trouble.append, self.beats.set
        )

    async def thread(self, **changes: Any) -> int:
        """A buyer's open thread."""
        made = Thread(0, "main", "amazon.fr", None, None, ALIAS, None, "Commande", "fr", received_at=NOW)
        return (await self.store.tx(threads.insert_thread, replace(made, **changes))).id

    async def acknowledgement(self, thread_id: int | None = None, **changes: Any) -> int:
        """A decided acknowledgement, due now; of an open thread unless told otherwise."""
        return await self.mail("acknowledgement", ALIAS, thread_id=thread_id or await self.thread(), **changes)

    async def digest(self, **changes: Any) -> int:
        """A decided digest, due now."""
        return await self.mail("digest", OWNER, **changes)

    async def mail(self, kind: str, to: str, **changes: Any) -> int:
        """A decided mail, due now."""
        self.made += 1
        new = NewOutbox(
            account="main",
            idem_key=f"{kind}:{self.made}",
            message_id=f"<{self.made}@example.com>",
            kind=kind,
            recipient=to,
            subject="x",
            rfc822=f"To: {to}\r\nMessage-ID: <{self.made}@example.com>\r\n\r\nBonjour\r\n".encode(),
            due_at=NOW,
            created_at=NOW - MINUTE,
        )
        key = await self.store.tx(outbox.enqueue, replace(new, **changes))
        assert key is not None
        return key

    async def row(self, outbox_id: int) -> OutboxRow:
        """The row as it is kept."""
        found = await self.store.tx(outbox.outbox_row, outbox_id)
        assert found is not None
        return found

    async def state(self, outbox_id: int) -> tuple[str, str | None]:
        """The row's state and reason."""
        found = await self.row(outbox_id)
        return found.state, found.reason


@contextlib.asynccontextmanager
async def desk_at(store: Store, port: int, **changes: Any) -> AsyncIterator[Desk]:
    """A desk whose mail server listens on this port."""
    plain = SmtpSettings("127.0.0.1", port, "none", None, None, "client.example.com", timeout=timedelta(seconds=5))
    sender = Sender(replace(plain, **changes))
    try:
        yield Desk(store, sender)
    finally:
        await sender.close()
