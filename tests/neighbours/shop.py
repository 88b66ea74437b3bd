"""A shop that asks for feedback: a real store, the real configuration and texts, invoices in a folder, time by hand."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from neighbours.asking import Line, upsert
from papers import pdf
from sqlalchemy import Connection

from responder.adapters.clock import ManualClock
from responder.adapters.store import Store, orders, outbox
from responder.adapters.store.outbox import Claimed, OutboxRow
from responder.config.load import load
from responder.core.orders import Channel, EventKind, Order, OrderEvent, OrderFacts, OrderItem
from responder.daemon import Parts, build
from responder.tasks import ask, deliver
from responder.tasks.ask.loop import look_into_folder
from responder.tasks.deliver.claim import take
from responder.tasks.deliver.values import Result, Turn
from responder.tasks.receive import Arrival, Kept, keep

CONFIG = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
working_hours: {holidays: {country: FR}}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr, amazon.de]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
"""
ORDER = "171-1234567-1234567"
OTHER = "171-7654321-7654321"
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
DAY = timedelta(days=1)
BOUGHT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # a Tuesday
SHIPPED = BOUGHT + DAY
DELIVERED = datetime(2026, 9, 3, 21, 59, 59, tzinfo=UTC)  # the end of Thursday in Paris
PLANNED = datetime(2026, 9, 11, 7, 0, tzinfo=UTC)  # 7 days after that end: Friday 11 September, 9:00 in Paris
GONE = PLANNED + 40 * DAY


@cache
def empty_state() -> bytes:
    """Return a state with the schema in it, made once: the migrations take longer than most tests."""
    with TemporaryDirectory() as place:
        Store.open(f"sqlite:///{place}/state.db", exclusive=True).close()
        return (Path(place) / "state.db").read_bytes()


@dataclass
class Shop:
    """One account with orders and invoices; time is moved by hand."""

    folder: Path
    store: Store
    parts: Parts

    @classmethod
    def open(cls, folder: Path, more: str) -> "Shop":
        """Open a shop whose configuration says `more`."""
        for name in ("orders", "invoices", "templates"):
            (folder / name).mkdir(exist_ok=True)
        (folder / "state.db").write_bytes(empty_state())
        store = Store.open(f"sqlite:///{folder}/state.db", exclusive=True)
        return cls(folder, store, cls._built(folder, store, more))

    @staticmethod
    def _built(folder: Path, store: Store, more: str) -> Parts:
        (folder / "config.yaml").write_text(CONFIG + more)
        return build(load(folder / "config.yaml"), store, BOUGHT, {"SELLER_PASSWORD": "secret"})

    def restart(self, more: str) -> None:
        """Begin again with another configuration."""
        self.parts.reader.close()
        self.parts = self._built(self.folder, self.store, more)

    def close(self) -> None:
        """End everything."""
        self.parts.reader.close()
        self.store.close()

    @property
    def asker(self) -> ask.Asker:
        """What the account decides with."""
        return self.parts.accounts[0].asker

    def report(
        self, order_id: str = ORDER, *, items: tuple[OrderItem, ...] = (), now: datetime = SHIPPED, **more: Any
    ) -> None:
        """A report names an order that was delivered in time, unless `more` says something else."""
        values: dict[str, Any] = {
            "order_id": order_id,
            "marketplace": "amazon.fr",
            "buyer_address": ALIAS,
            "buyer_alias": ALIAS,
            "buyer_name": "Camille",
            "status": "Shipped",
            "channel": Channel.MERCHANT,
            "sales_channel": "Amazon.fr",
            "ship_country": "FR",
            "purchased_at": BOUGHT,
            "ship_by_at": SHIPPED + DAY,
            "shipped_at": SHIPPED,
            "delivered_at": DELIVERED,
        }
        facts = OrderFacts(**{**values, **more})
        self.run(upsert, "main", [Line(facts, items)], reported_at=now, now=now)

    def happened(self, kind: EventKind, at: datetime, order_id: str = ORDER, **detail: Any) -> None:
        """Something happened to an order."""
        event = OrderEvent(order_id=order_id, kind=kind, at=at, source="test", detail=detail)
        self.run(orders.add_events, "main", [event], at)

    def invoice(self, order_id: str = ORDER, content: bytes | None = None) -> None:
        """Somebody put an order's invoice into the folder, long enough ago."""
        file = self.folder / "invoices" / f"{order_id}.pdf"
        file.write_bytes(pdf.invoice(order_id) if content is None else content)
        os.utime(file, (BOUGHT.timestamp(), BOUGHT.timestamp()))

    def turn(self, at: datetime) -> int:
        """Look at everything that is due, and return how many mails were written."""
        return asyncio.run(ask.catch_up(self.store, self.asker, ManualClock(at)))

    def watch(self, at: datetime) -> None:
        """Look into the folder as the loop does each minute."""
        asyncio.run(look_into_folder(self.store, self.asker, ManualClock(at)))

    def claim(self, at: datetime, *, dry_run: bool = False) -> Claimed | Turn:
        """What delivering does before it sends."""
        return self.run(take, self.account(dry_run=dry_run), at)

    def account(self, *, dry_run: bool = False) -> deliver.Account:
        """Who delivers."""
        return deliver.Account(
            name="main",
            address="service@example.com",
            operator=self.parts.operator,
            limits=self.parts.accounts[0].limits,
            dry_run=dry_run,
            on_sent=lambda conn, row, then: ask.sent(conn, "main", row, then),
            objection=lambda conn, row, then: ask.objection(conn, self.asker, row, then),
        )

    def deliver(self, at: datetime) -> list[OutboxRow]:
        """The mail server takes everything that may leave; return what left."""
        left = []
        while isinstance(row := self.claim(at), Claimed) or row.result is not Result.IDLE:
            if isinstance(row, Claimed):
                self.run(outbox.data_started, row.id, at)
                self.run(outbox.mark_sent, row.id, at, "250 ok")
                self.run(ask.sent, "main", row, at)
                left.append(row)
        return left

    def receive(self, raw: bytes, at: datetime, *, sent: bool = False) -> Kept:
        """A mail arrived; `sent`: it lies in the Sent folder."""
        arrival = Arrival(
            folder="Sent" if sent else "INBOX", role="sent" if sent else "inbox", uidvalidity=1,
            uid=int(at.timestamp()), received_at=at, size=len(raw), flags=frozenset(), raw=raw,
        )  # fmt: skip
        return self.run(keep, self.parts.accounts[0].judge, arrival, at)

    def order(self, order_id: str = ORDER) -> Order:
        """The order as it is kept."""
        found = self.run(orders.order, "main", order_id)
        assert found is not None
        return found

    def state(self, order_id: str = ORDER) -> tuple[str, str | None]:
        """How far the order is, and why."""
        order = self.order(order_id)
        return str(order.feedback), order.feedback_reason

    def mails(self) -> list[OutboxRow]:
        """Every mail about an order, the oldest first."""
        return list(reversed(self.run(outbox.outbox_rows, kinds=outbox.PROACTIVE_KINDS)))

    def run(self, fn: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Run one transaction."""

        def work(conn: Connection) -> Any:
            return fn(conn, *args, **more)

        return self.store.run(work)
